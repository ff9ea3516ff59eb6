/** What of an error helps whoever reads the log. Libraries hang whole connections on theirs, keys included. */
const TOLD = ['code', 'status', 'method', 'url', 'detail', 'hint', 'where', 'table', 'constraint'] as const;

/** An error as the log keeps it: what it says and where, with its causes; of anything else its text. */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const own = error as unknown as Readonly<Record<string, unknown>>;
  const told = TOLD.filter((key) => ['string', 'number'].includes(typeof own[key]));
  return {
    name,
    message,
    stack,
    ...Object.fromEntries(told.map((key) => [key, own[key]])),
    ...(cause !== undefined && { cause: describeError(cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.map(describeError) }),
  };
}

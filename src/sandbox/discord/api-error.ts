/** Discord's nested tree of form errors: a key per field, `_errors` at the leaves. */
export interface FormErrors {
  [field: string]: FormErrors | readonly { readonly code: string; readonly message: string }[];
}

/** A refusal in Discord's own words, thrown by a route and answered as `{ code, message, errors? }`. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: FormErrors | null;

  constructor(status: number, code: number, message: string, errors: FormErrors | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  /** The JSON body Discord sends. */
  get body(): Readonly<Record<string, unknown>> {
    return { message: this.message, code: this.code, ...(this.errors && { errors: this.errors }) };
  }
}

/** The refusals a bot meets. Source: Discord API reference, "JSON Error Codes". */
export const refusals = {
  unauthorized: () => new ApiError(401, 0, '401: Unauthorized'),
  notFound: () => new ApiError(404, 0, '404: Not Found'),
  methodNotAllowed: () => new ApiError(405, 0, '405: Method Not Allowed'),
  unknownApplication: () => new ApiError(404, 10002, 'Unknown Application'),
  unknownChannel: () => new ApiError(404, 10003, 'Unknown Channel'),
  unknownGuild: () => new ApiError(404, 10004, 'Unknown Guild'),
  unknownMember: () => new ApiError(404, 10007, 'Unknown Member'),
  unknownMessage: () => new ApiError(404, 10008, 'Unknown Message'),
  unknownUser: () => new ApiError(404, 10013, 'Unknown User'),
  unknownWebhook: () => new ApiError(404, 10015, 'Unknown Webhook'),
  unknownInteraction: () => new ApiError(404, 10062, 'Unknown interaction'),
  unknownCommand: () => new ApiError(404, 10063, 'Unknown application command'),
  tooLarge: () => new ApiError(413, 40005, 'Request entity too large'),
  alreadyAcknowledged: () => new ApiError(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new ApiError(403, 50001, 'Missing Access'),
  notYourMessage: () => new ApiError(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: () => new ApiError(400, 50006, 'Cannot send an empty message'),
  missingPermissions: () => new ApiError(403, 50013, 'Missing Permissions'),
  expiredToken: () => new ApiError(401, 50027, 'Invalid Webhook Token'),
  invalidForm: (errors: FormErrors) => new ApiError(400, 50035, 'Invalid Form Body', errors),
  invalidJson: () => new ApiError(400, 50109, 'The request body contains invalid JSON.'),
  replyNeedsHistory: () =>
    new ApiError(400, 160002, 'Cannot reply without permission to read message history'),
} as const;

/** One wrong field. `path` is dotted, list items by their index: `embeds.0.title`. */
export interface FormProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** @throws ApiError 50035 with the problems as Discord nests them; does nothing when there are none. */
export function refuseProblems(problems: readonly FormProblem[]): void {
  if (problems.length === 0) return;
  const tree: FormErrors = {};
  for (const { path, code, message } of problems) addProblem(tree, path, { code, message });
  throw refusals.invalidForm(tree);
}

function addProblem(tree: FormErrors, path: string, leaf: { code: string; message: string }): void {
  let node = tree;
  for (const key of path.split('.').filter(Boolean)) {
    const next = node[key];
    const child: FormErrors = next && !isLeaf(next) ? next : {};
    node[key] = child;
    node = child;
  }
  const leaves = node._errors;
  node._errors = [...(leaves && isLeaf(leaves) ? leaves : []), leaf];
}

function isLeaf(
  node: FormErrors[string],
): node is readonly { readonly code: string; readonly message: string }[] {
  return Array.isArray(node);
}

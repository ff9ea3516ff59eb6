import type { z } from 'zod';
import { type FormProblem, refuseProblems } from '../api-error.ts';

type Issue = z.core.$ZodIssue;

/** A problem a schema alone cannot say. `code` is Discord's, given on as `params.discord`. */
export interface FormRule {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
}

/**
 * Reads a request body as Discord does.
 * @throws ApiError 50035 naming every wrong field in Discord's own codes and words
 */
export function parseForm<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  refuseProblems(parsed.error.issues.map(toProblem));
  throw parsed.error;
}

/** Turns rules found broken into issues of a Zod check. */
export function report(
  context: { readonly issues: z.core.$ZodRawIssue[]; readonly value: unknown },
  broken: readonly FormRule[],
): void {
  for (const { path, code, message } of broken)
    context.issues.push({
      code: 'custom',
      input: context.value,
      path: [...path],
      message,
      params: { discord: code },
    });
}

function toProblem(issue: Issue): FormProblem {
  return { path: issue.path.map(String).join('.'), ...inDiscordsWords(issue) };
}

function inDiscordsWords(issue: Issue): { code: string; message: string } {
  switch (issue.code) {
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum));
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum));
    case 'invalid_type':
      return issue.input === undefined
        ? { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }
        : {
            code: `${issue.expected.toUpperCase()}_TYPE_CONVERT`,
            message: `Must be of type ${issue.expected}.`,
          };
    case 'invalid_format':
      return { code: 'STRING_TYPE_REGEX', message: 'String value did not match validation regex.' };
    case 'invalid_value':
      return { code: 'BASE_TYPE_CHOICES', message: `Value must be one of (${issue.values.join(', ')}).` };
    case 'invalid_union':
      return {
        code: 'UNION_TYPE_CHOICES',
        message: 'Value of field "type" is not one of the allowed types.',
      };
    case 'custom':
      return { code: String(issue.params?.discord ?? 'BASE_TYPE_INVALID'), message: issue.message };
    default:
      return { code: 'BASE_TYPE_INVALID', message: issue.message };
  }
}

function tooBig(origin: string, maximum: number): { code: string; message: string } {
  return isCounted(origin)
    ? { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${maximum} or fewer in length.` }
    : { code: 'NUMBER_TYPE_MAX', message: `int value should be less than or equal to ${maximum}.` };
}

function tooSmall(origin: string, minimum: number): { code: string; message: string } {
  return isCounted(origin)
    ? { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${minimum} or more in length.` }
    : { code: 'NUMBER_TYPE_MIN', message: `int value should be greater than or equal to ${minimum}.` };
}

function isCounted(origin: string): boolean {
  return origin === 'string' || origin === 'array';
}

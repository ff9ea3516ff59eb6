/** The closed list of expected failures; each decides how the edge answers. */
export type OraErrorCode =
  | 'bad_input' // the person can mend it: say how
  | 'not_found'
  | 'forbidden'
  | 'conflict' // somebody or something was there first
  | 'unavailable' // a service outside did not answer in time
  | 'data_missing' // the history needed is not stored
  | 'config';

/**
 * A failure that was foreseen. Its message is a plain sentence that names the thing and the
 * remedy, is safe to show to a person, and holds no secret.
 */
export class OraError extends Error {
  readonly code: OraErrorCode;

  constructor(code: OraErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'OraError';
    this.code = code;
  }
}

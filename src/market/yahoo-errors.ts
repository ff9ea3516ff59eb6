import { OraError } from '../domain/errors.ts';

/** Yahoo's texts for a symbol it does not have. */
const UNKNOWN_SYMBOL = /no data found|not found|symbol may be delisted/i;
/** Its text for a known symbol without a candle in the range asked for. */
const EMPTY_RANGE = /data doesn't exist for startdate/i;

/** True when Yahoo's refusal only says that nothing traded in the range. */
export function isEmptyRange(error: unknown): boolean {
  return error instanceof Error && EMPTY_RANGE.test(error.message);
}

/** A symbol that Yahoo does not have. */
function unknownSymbol(ticker: string, cause: unknown): OraError {
  return new OraError('not_found', `Yahoo does not know "${ticker}". Check the spelling.`, { cause });
}

/** Yahoo answered, but nothing that can be read; the answer itself is never repeated. */
function unreadable(ticker: string, cause: unknown): OraError {
  const message = `Yahoo's answer about "${ticker}" cannot be read. Try again in a minute.`;
  return new OraError('unavailable', message, { cause: shorten(cause) });
}

/**
 * Translates whatever a call of the library rejects with. Refusals in Yahoo's own words reach here
 * as a plain `Error` without a status, so they are told apart by their text.
 */
export function translateError(error: unknown, ticker: string): OraError {
  if (error instanceof OraError) return error;
  if (!(error instanceof Error)) return unreadable(ticker, error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return tooLate(error);
  if (UNKNOWN_SYMBOL.test(error.message)) return unknownSymbol(ticker, error);
  if (error.name === 'BadRequestError' || /data not available|not supported/i.test(error.message)) {
    const text = error.message.slice(0, 200);
    return new OraError('unavailable', `Yahoo refuses the candles of "${ticker}": ${text}`, { cause: error });
  }
  return unreadable(ticker, error);
}

/** The deadline passed, ours or the caller's. */
export function tooLate(cause: unknown): OraError {
  return new OraError('unavailable', 'Yahoo did not answer in time. Try again in a minute.', { cause });
}

/** The library puts whole answers into its messages: a log needs the beginning. */
function shorten(cause: unknown): unknown {
  return cause instanceof Error ? new Error(`${cause.name}: ${cause.message.slice(0, 200)}`) : cause;
}

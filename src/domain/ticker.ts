import { OraError } from './errors.ts';

/** US shares, funds and Yahoo's index names: `SPY`, `BRK-B`, `^VIX`. Nothing else reaches a URL or a file name. */
const TICKER = /^\^?[A-Z][A-Z0-9]{0,9}([.-][A-Z0-9]{1,4})?$/;

/** Context series that features need beside the watched ticker. */
export const MARKET_TICKER = 'SPY';
export const VOLATILITY_TICKER = '^VIX';

/** @throws OraError `bad_input` when the text cannot be a ticker. */
export function parseTicker(text: string): string {
  const ticker = text.trim().toUpperCase();
  if (!TICKER.test(ticker)) {
    const shown = text.length > 24 ? `${text.slice(0, 24)}…` : text;
    throw new OraError(
      'bad_input',
      `"${shown}" is not a ticker. Use letters and digits such as AAPL or BRK-B.`,
    );
  }
  return ticker;
}

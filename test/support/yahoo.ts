import type { MarketSource, QuoteSource } from '../../src/app/ports.ts';
import { createYahooSource, type YahooOptions } from '../../src/market/yahoo.ts';
import {
  type LocalYahoo,
  type LocalYahooOptions,
  startLocalYahoo,
} from '../../src/sandbox/yahoo/local-yahoo.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { type LogLine, recordingLog } from './recording-log.ts';

/** A Friday in November 2026, 10:32:13 in New York: a minute is running, and so is every candle. */
export const MIDSESSION = Date.UTC(2026, 10, 20, 15, 32, 13);
/** One simulated market for all tests of a file: it is pure, so it may be shared. */
export const PRICES = createSimulatedPrices(7);

export interface YahooRig extends AsyncDisposable {
  readonly yahoo: LocalYahoo;
  readonly source: MarketSource & QuoteSource;
  readonly lines: readonly LogLine[];
}

/** A local Yahoo and a source that asks it, with the present at `now`. */
export async function startYahooRig(
  overrides: Partial<LocalYahooOptions & YahooOptions> = {},
): Promise<YahooRig> {
  const now = overrides.now ?? (() => MIDSESSION);
  const yahoo = await startLocalYahoo({ prices: PRICES, ...overrides, now });
  const log = recordingLog();
  const source = createYahooSource({
    baseUrl: yahoo.baseUrl,
    log,
    spacingMs: 0,
    timeoutMs: 2000,
    backoffMs: 1,
    ...overrides,
    now,
  });
  return { yahoo, source, lines: log.lines, [Symbol.asyncDispose]: () => yahoo.close() };
}

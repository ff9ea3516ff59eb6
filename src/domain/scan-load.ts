import { planFetches } from './fetch-plan.ts';
import { MARKET_TICKER, VOLATILITY_TICKER } from './ticker.ts';
import { HIGHER_TIMEFRAMES, type SignalTimeframe, TIMEFRAME_MINUTES, type Timeframe } from './timeframe.ts';

/** A series that is scanned. */
export interface Scanned {
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
}

/** What a scan costs at a candle's close. */
export interface ScanLoad {
  /** Requests to the source before anything is scanned. */
  readonly requests: number;
  /** From the close to the scan, ms. */
  readonly delayMs: number;
  /** The source's pace lets them take longer than a scan waits: some series come a candle late. */
  readonly isTooMuch: boolean;
}

/** Series that every scan needs beside its own, but for the daily ones. */
const MARKET: readonly { readonly ticker: string; readonly timeframe: Timeframe }[] = [
  { ticker: MARKET_TICKER, timeframe: '15m' },
  { ticker: VOLATILITY_TICKER, timeframe: '15m' },
];

/** What one answer takes on top of its turn, ms. */
const ANSWER_MS = 1_000;

/**
 * What to expect at the close of a candle of this timeframe: every watch of the same or a shorter one is
 * due with it, and the source is asked once per ticker and timeframe that is fetched. Daily candles are
 * left out: they are asked for once a day.
 */
export function expectLoad(
  watches: readonly Scanned[],
  timeframe: SignalTimeframe,
  pace: { readonly spacingMs: number; readonly deadlineMs: number; readonly graceMs: number },
): ScanLoad {
  const due = watches.filter((each) => TIMEFRAME_MINUTES[each.timeframe] <= TIMEFRAME_MINUTES[timeframe]);
  const tickers = Map.groupBy(due, ({ ticker }) => ticker);
  let requests = MARKET.filter(({ ticker }) => !tickers.has(ticker)).length;
  for (const own of tickers.values()) {
    const scanned = own.map((each) => each.timeframe);
    const context = scanned.flatMap((each) => HIGHER_TIMEFRAMES[each]);
    requests += planFetches(scanned, context).fetch.filter((each) => each !== '1d').length;
  }
  const asking = requests * pace.spacingMs + ANSWER_MS;
  return {
    requests,
    delayMs: pace.graceMs + Math.min(asking, pace.deadlineMs),
    isTooMuch: asking > pace.deadlineMs,
  };
}

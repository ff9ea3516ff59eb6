import { type CandleSpan, candleSpans, sessionOn } from './calendar.ts';
import type { Candle } from './candle.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from './timeframe.ts';

/** What is built, and from how much. */
export interface BuildRequest {
  /** Timeframe of the candles given; it must divide `timeframe`, or `timeframe` be '1d'. */
  readonly base: Timeframe;
  readonly timeframe: Timeframe;
  /** Sessions of the base series, by New York date: candles that close by `coveredThrough` are all there. */
  readonly coverage: readonly { readonly date: string; readonly coveredThrough: number }[];
}

/**
 * Larger candles from smaller ones, anchored at each session's open and never across sessions. Only
 * candles whose whole span is covered are built; a base candle absent inside it had no trade, and a
 * span in which nothing traded gives no candle.
 *
 * @param candles closed, oldest first; those outside the coverage are left alone.
 * @returns oldest first when the coverage is.
 * @throws Error when the base does not divide the timeframe.
 */
export function buildCandles(candles: readonly Candle[], request: BuildRequest): Candle[] {
  assertDivides(request);
  const built: Candle[] = [];
  let next = 0;
  for (const { date, coveredThrough } of request.coverage) {
    const session = sessionOn(date, request.timeframe);
    if (session === null) continue;
    for (const span of candleSpans(session, request.timeframe)) {
      if (span.end > coveredThrough) break;
      next = skipTo(candles, span.ts, next);
      const candle = mergeSpan(candles, next, span);
      if (candle !== null) built.push(candle);
    }
  }
  return built;
}

function assertDivides({ base, timeframe }: BuildRequest): void {
  const small = TIMEFRAME_MINUTES[base];
  const large = TIMEFRAME_MINUTES[timeframe];
  if (small >= large || (timeframe !== '1d' && large % small !== 0)) {
    throw new Error(`${timeframe} candles cannot be built from ${base} candles`);
  }
}

/** Index of the first candle that opens at or after `ts`. */
function skipTo(candles: readonly Candle[], ts: number, from: number): number {
  let index = from;
  while ((candles[index]?.ts ?? Number.POSITIVE_INFINITY) < ts) index++;
  return index;
}

function mergeSpan(candles: readonly Candle[], from: number, span: CandleSpan): Candle | null {
  const first = candles[from];
  if (first === undefined || first.ts >= span.end) return null;
  let { high, low, close, volume } = first;
  let tradedUsd = first.vwap === null ? null : first.vwap * first.volume;
  for (let index = from + 1; ; index++) {
    const candle = candles[index];
    if (candle === undefined || candle.ts >= span.end) break;
    high = Math.max(high, candle.high);
    low = Math.min(low, candle.low);
    close = candle.close;
    volume += candle.volume;
    tradedUsd = tradedUsd === null || candle.vwap === null ? null : tradedUsd + candle.vwap * candle.volume;
  }
  const vwap = tradedUsd === null || volume === 0 ? null : tradedUsd / volume;
  return { ts: span.ts, open: first.open, high, low, close, volume, vwap };
}

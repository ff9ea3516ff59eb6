import { buildCandles } from '../../domain/build-candles.ts';
import { candleEnd, sessionsBetween } from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import { FETCHED_TIMEFRAMES, type FetchedTimeframe } from '../../domain/timeframe.ts';
import { type Prices, slice } from './prices.ts';

/** Candles by timeframe, oldest first. */
export type StoredSeries = Map<FetchedTimeframe, readonly Candle[]>;

/**
 * Prices out of candles at hand. A timeframe that is not there is built from the finest one that
 * is, once; one finer than all of them is empty.
 */
export function createStoredPrices(
  series: ReadonlyMap<string, StoredSeries>,
  describe: (span: { readonly from: number; readonly to: number }) => string,
): Prices {
  const span = spanOf(series);
  return {
    tickers: () => [...series.keys()],
    candles(ticker, timeframe, from, to) {
      const frames = series.get(ticker);
      if (frames === undefined) return [];
      const candles = frames.get(timeframe) ?? buildFromFinest(frames, timeframe);
      frames.set(timeframe, candles);
      return slice(candles, from, to);
    },
    span: () => span,
    label: 'Recorded prices',
    describe: () => describe(span),
  };
}

function buildFromFinest(frames: StoredSeries, timeframe: FetchedTimeframe): readonly Candle[] {
  const smaller = FETCHED_TIMEFRAMES.slice(0, FETCHED_TIMEFRAMES.indexOf(timeframe));
  const base = smaller.find((candidate) => (frames.get(candidate) ?? []).length > 0);
  const candles = base === undefined ? [] : (frames.get(base) ?? []);
  const [first] = candles;
  const last = candles.at(-1);
  if (base === undefined || first === undefined || last === undefined) return [];
  const coverage = sessionsBetween(first.ts, last.ts + 1).map(({ date, close }) => ({
    date,
    coveredThrough: close,
  }));
  return buildCandles(candles, { base, timeframe, coverage });
}

/** From the first open to the last close. @throws Error when there is no candle at all. */
function spanOf(series: ReadonlyMap<string, StoredSeries>): { readonly from: number; readonly to: number } {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const [timeframe, candles] of [...series.values()].flatMap((frames) => [...frames])) {
    const [first] = candles;
    const last = candles.at(-1);
    if (first === undefined || last === undefined) continue;
    from = Math.min(from, first.ts);
    to = Math.max(to, candleEnd(last.ts, timeframe));
  }
  if (from > to) throw new Error('stored prices without a candle');
  return { from, to };
}

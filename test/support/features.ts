import { buildCandles } from '../../src/domain/build-candles.ts';
import type { Candle } from '../../src/domain/candle.ts';
import {
  type ContextSources,
  createMarketContext,
  type GrowingContext,
} from '../../src/domain/features/context.ts';
import type { FeatureVector } from '../../src/domain/features/feature.ts';
import { createVectorStream } from '../../src/domain/features/vector.ts';
import type { Quote } from '../../src/domain/quote.ts';
import { HIGHER_TIMEFRAMES, type Timeframe } from '../../src/domain/timeframe.ts';
import { coverageOf } from './recorded.ts';

/** A context in which nothing is stored, but for what is named. */
export function aContext(sources: Partial<ContextSources> = {}): GrowingContext {
  return createMarketContext({
    ticker: 'AAPL',
    higher: new Map(),
    spy15m: [],
    spy1d: [],
    vix15m: [],
    ...sources,
  });
}

/** The vectors of candles fed in order, one for each. */
export function vectorsOf(
  candles: readonly Candle[],
  options: { readonly timeframe?: Timeframe; readonly context?: GrowingContext; readonly quote?: Quote } = {},
): FeatureVector[] {
  const { timeframe = '5m', context = aContext(), quote = null } = options;
  const stream = createVectorStream({ timeframe, context });
  return candles.map((candle) => stream(candle, quote));
}

/** The larger timeframes of a series, built from it. */
export function higherOf(
  candles: readonly Candle[],
  timeframe: Timeframe,
): Map<Timeframe, readonly Candle[]> {
  const coverage = coverageOf(candles);
  return new Map(
    HIGHER_TIMEFRAMES[timeframe].map((larger) => [
      larger,
      buildCandles(candles, { base: timeframe, timeframe: larger, coverage }),
    ]),
  );
}

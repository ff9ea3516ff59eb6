import type { Candle } from '../candle.ts';
import type { FeatureInputs, InputRange } from '../signal.ts';
import { MARKET_TICKER, VOLATILITY_TICKER } from '../ticker.ts';
import type { Timeframe } from '../timeframe.ts';
import { asOf, type ContextSeries, createContextSeries } from './context-series.ts';
import type { MarketContext } from './feature.ts';

const TREND_CANDLES = 50;
const REGIME_CANDLES = 200;
/** VIX at which fear alone makes the regime neutral. */
const FEAR_LEVEL = 30;

/** Closed candles, oldest first; or a series that several contexts share. */
type ContextSource = readonly Candle[] | ContextSeries;

export interface ContextSources {
  /** The scanned ticker. */
  readonly ticker: string;
  /** Its larger timeframes. */
  readonly higher: ReadonlyMap<Timeframe, ContextSource>;
  readonly spy15m: ContextSource;
  readonly spy1d: ContextSource;
  readonly vix15m: ContextSource;
}

/** Newer closed candles of the same series; what is absent stays as it is. */
type ContextUpdate = {
  readonly [K in Exclude<keyof ContextSources, 'ticker' | 'higher'>]?: readonly Candle[];
} & { readonly higher?: ReadonlyMap<Timeframe, readonly Candle[]> };

/** A market context that grows with the day and can say what its answers rested on. */
export interface GrowingContext extends MarketContext {
  append(update: ContextUpdate): void;
  /**
   * `signals.feature_inputs` of a vector as of `at`: the candles behind all answers, per series (null
   * for one that had nothing yet), with the scanned series' own, as its vector stream tells them.
   */
  inputs(
    at: number,
    own: { readonly timeframe: Timeframe; readonly range: InputRange | null },
  ): FeatureInputs;
}

/** Answers for other series as of a moment, from candles that had closed by then and no others. */
export function createMarketContext(sources: ContextSources): GrowingContext {
  const higher = new Map(
    [...sources.higher].map(([timeframe, source]) => [timeframe, asSeries(timeframe, source)]),
  );
  const spy15m = asSeries('15m', sources.spy15m);
  const spy1d = asSeries('1d', sources.spy1d);
  const vix15m = asSeries('15m', sources.vix15m);

  const trendSigns = new Map(
    [...higher].map(([timeframe, series]) => [timeframe, asOf(series, (index) => trendSign(series, index))]),
  );
  const vixLevel = asOf(vix15m, (index) => vix15m.close(index));
  const calmRegime = asOf(spy1d, (index) => trendRegime(spy1d, index));
  const used: readonly (readonly [key: string, series: ContextSeries, candles: number])[] = [
    ...[...higher].map(
      ([timeframe, series]) => [`${sources.ticker} ${timeframe}`, series, TREND_CANDLES] as const,
    ),
    [`${MARKET_TICKER} 15m`, spy15m, 2],
    [`${MARKET_TICKER} 1d`, spy1d, REGIME_CANDLES],
    [`${VOLATILITY_TICKER} 15m`, vix15m, 1],
  ];

  return {
    trendSign: (timeframe, at) => trendSigns.get(timeframe)?.(at) ?? null,
    spy15mReturn: asOf(spy15m, (index) => lastReturn(spy15m, index)),
    vixLevel,
    marketRegime(at) {
      const vix = vixLevel(at);
      const regime = calmRegime(at);
      if (vix === null || regime === null) return null;
      return vix >= FEAR_LEVEL ? 0 : regime;
    },
    append(update) {
      for (const [timeframe, candles] of update.higher ?? []) higher.get(timeframe)?.put(candles);
      if (update.spy15m) spy15m.put(update.spy15m);
      if (update.spy1d) spy1d.put(update.spy1d);
      if (update.vix15m) vix15m.put(update.vix15m);
    },
    inputs: (at, own) =>
      joinRanges([
        [`${sources.ticker} ${own.timeframe}`, own.range],
        ...used.map(([key, series, candles]) => [key, series.range(series.indexAt(at), candles)] as const),
      ]),
  };
}

function asSeries(timeframe: Timeframe, source: ContextSource): ContextSeries {
  return 'put' in source ? source : createContextSeries(timeframe, source);
}

type Sign = -1 | 0 | 1;

function signOf(value: number): Sign {
  if (value === 0) return 0;
  return value > 0 ? 1 : -1;
}

function lastReturn(series: ContextSeries, index: number): number | null {
  const close = series.close(index);
  const before = series.close(index - 1);
  return close === null || before === null ? null : close / before - 1;
}

function trendSign(series: ContextSeries, index: number, candles = TREND_CANDLES): Sign | null {
  const close = series.close(index);
  const mean = series.mean(index, candles);
  return close === null || mean === null ? null : signOf(close - mean);
}

/** 1 above both means, -1 below both, else 0; null without the longer one. */
function trendRegime(series: ContextSeries, index: number): Sign | null {
  const long = trendSign(series, index, REGIME_CANDLES);
  return long === null || trendSign(series, index) === long ? long : 0;
}

/** One record of ranges; where a series serves twice (SPY itself is scanned) the wider range stands. */
function joinRanges(ranges: readonly (readonly [key: string, range: InputRange | null])[]): FeatureInputs {
  const joined: Record<string, InputRange | null> = {};
  for (const [key, range] of ranges) {
    const known = joined[key] ?? range;
    joined[key] =
      range === null || known === null
        ? known
        : { first: Math.min(known.first, range.first), last: Math.max(known.last, range.last) };
  }
  return joined;
}

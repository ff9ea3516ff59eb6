import { candleEnd, nextCandleClose } from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import { createMarketContext } from '../../domain/features/context.ts';
import { type ContextSeries, createContextSeries } from '../../domain/features/context-series.ts';
import { HISTORY_CANDLES } from '../../domain/features/history.ts';
import { createSeriesScanner, type SeriesScanner } from '../../domain/series-scanner.ts';
import type { NewSignal } from '../../domain/signal.ts';
import { MARKET_TICKER, VOLATILITY_TICKER } from '../../domain/ticker.ts';
import { HIGHER_TIMEFRAMES, type SignalTimeframe, type Timeframe } from '../../domain/timeframe.ts';
import type { CandleStore, SeriesKey, SeriesSpan } from '../ports.ts';
import type { MlScanner } from './ml-scanner.ts';

const DAY = 86_400_000;
/** How far back a context series is read at first: enough for its longest average. */
const CONTEXT_DAYS: Readonly<Record<Timeframe, number>> = {
  '1m': 3,
  '5m': 7,
  '15m': 10,
  '1h': 30,
  '4h': 60,
  '5h': 60,
  '1d': 420,
};

/** A stored series that is followed as it grows. */
export interface FollowedSeries {
  readonly series: ContextSeries;
  /**
   * What has not been put yet, null when by `now` no further candle has closed; before the first `put` it begins
   * far enough before `since`. Both epoch ms.
   */
  next(since: number, now: number): SeriesSpan | null;
  put(candles: readonly Candle[]): void;
}

function followSeries(key: SeriesKey): FollowedSeries {
  const series = createContextSeries(key.timeframe);
  let lastTs: number | null = null;
  let nextClose = Number.NEGATIVE_INFINITY;
  return {
    series,
    next: (since, now) =>
      now < nextClose
        ? null
        : { ...key, from: lastTs === null ? since - CONTEXT_DAYS[key.timeframe] * DAY : lastTs + 1 },
    put: (candles) => {
      const last = candles.at(-1);
      if (last === undefined) return;
      series.put(candles);
      lastTs = last.ts;
      nextClose = nextCandleClose(key.timeframe, candleEnd(last.ts, key.timeframe));
    },
  };
}

/** A series to be brought up, and the first moment for which it is looked at, epoch ms. */
interface Wanted {
  readonly series: FollowedSeries;
  readonly since: number;
}

/** Brings series up to what is stored; one in which no candle can have closed by `now` (epoch ms) is not read. */
export async function follow(
  candles: CandleStore,
  followed: readonly Wanted[],
  now = Number.POSITIVE_INFINITY,
): Promise<void> {
  const wanted = followed.flatMap(({ series, since }) => {
    const span = series.next(since, now);
    return span === null ? [] : [{ series, span }];
  });
  const found = await candles.readAll(wanted.map(({ span }) => span));
  for (const [index, { series }] of wanted.entries()) series.put(found[index] ?? []);
}

/** The series that every ticker's features look at. */
export interface MarketMemory {
  readonly spy15m: ContextSeries;
  readonly spy1d: ContextSeries;
  readonly vix15m: ContextSeries;
  /**
   * Brings them up to what is stored; the first call reads far enough back for moments from `since` on. With `now`,
   * not those in which no candle can have closed since.
   */
  follow(candles: CandleStore, since: number, now?: number): Promise<void>;
}

/** An empty market memory: it fills with the first `follow`. */
export function createMarketMemory(): MarketMemory {
  const spy15m = followSeries({ ticker: MARKET_TICKER, timeframe: '15m' });
  const spy1d = followSeries({ ticker: MARKET_TICKER, timeframe: '1d' });
  const vix15m = followSeries({ ticker: VOLATILITY_TICKER, timeframe: '15m' });
  return {
    spy15m: spy15m.series,
    spy1d: spy1d.series,
    vix15m: vix15m.series,
    follow: (candles, since, now) =>
      follow(
        candles,
        [spy15m, spy1d, vix15m].map((series) => ({ series, since })),
        now,
      ),
  };
}

/** One series with its indicators warm. */
export interface SeriesMemory {
  readonly timeframe: SignalTimeframe;
  /** `ts` of the last candle it saw, epoch ms; null before the first. */
  lastTs(): number | null;
  /** Its larger timeframes. */
  readonly larger: readonly FollowedSeries[];
  readonly scanner: SeriesScanner;
}

/** The signals of a series' next closed candles, oldest first: rules see one after the other, models all at once. */
export async function detect(
  { timeframe, scanner }: SeriesMemory,
  candles: readonly Candle[],
  ml: MlScanner,
): Promise<NewSignal[]> {
  const seen = candles.map((candle) => scanner.see(candle));
  const byModels = await ml.look(
    timeframe,
    seen.map(({ moment }) => moment),
  );
  return seen.flatMap(({ moment, found }) =>
    scanner.freeze(moment, [...found, ...(byModels.get(moment) ?? [])]),
  );
}

/**
 * Warms a series up from the stored candles up to and including `through`, so that the next one
 * gets the same features wherever the process was started.
 */
export async function warmUp(
  candles: CandleStore,
  series: { readonly ticker: string; readonly timeframe: SignalTimeframe; readonly through: number },
  market: MarketMemory,
): Promise<SeriesMemory> {
  const { ticker, timeframe, through } = series;
  const larger = HIGHER_TIMEFRAMES[timeframe].map(
    (higher) => [higher, followSeries({ ticker, timeframe: higher })] as const,
  );
  const followed = larger.map(([, each]) => each);
  await follow(
    candles,
    followed.map((each) => ({ series: each, since: through })),
  );
  const context = createMarketContext({
    ticker,
    higher: new Map(larger.map(([higher, { series: context }]) => [higher, context])),
    spy15m: market.spy15m,
    spy1d: market.spy1d,
    vix15m: market.vix15m,
  });
  const scanner = createSeriesScanner({ timeframe, context });
  let lastTs: number | null = null;
  const see = (candle: Candle) => {
    lastTs = candle.ts;
    return scanner.see(candle);
  };
  for (const candle of await candles.read({ ticker, timeframe }, { to: through, last: HISTORY_CANDLES }))
    see(candle);
  return { timeframe, lastTs: () => lastTs, larger: followed, scanner: { ...scanner, see } };
}

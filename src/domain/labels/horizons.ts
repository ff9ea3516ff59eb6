import { TIMEFRAMES, type Timeframe } from '../timeframe.ts';
import { type Horizon, TO_SESSION_CLOSE } from './outcome.ts';
import type { LabelVersion } from './versions.ts';

const INTRADAY_BARS = [5, 15, 20, 60, 240, 1440];
/** 1440 candles of 4h would be 2.9 years. */
const LONG_CANDLE_BARS = [5, 15, 20, 60, 240];
/** What the next minutes bring to a signal on larger candles, told in minutes. */
const MINUTE_BARS = [5, 15, 60, 240];

const SHORT_CANDLES: readonly Timeframe[] = ['1m', '5m', '15m'];

const barHorizons = new Map(TIMEFRAMES.map((timeframe) => [timeframe, barsOf(timeframe)]));
const tradeHorizons = new Map(
  TIMEFRAMES.map((timeframe): [Timeframe, readonly Horizon[]] => [
    timeframe,
    [{ timeframe, bars: TO_SESSION_CLOSE }, ...defaultHorizons(timeframe), ...minutesOf(timeframe)],
  ]),
);

/** The bar counts every signal of a timeframe is labelled for: candles of its own timeframe, shortest first. */
export function defaultHorizons(timeframe: Timeframe): readonly Horizon[] {
  return barHorizons.get(timeframe) ?? [];
}

/**
 * The horizons a label version asks for. Those in candles of another timeframe hold only where such candles
 * are covered.
 */
export function horizonsOf({ entry }: LabelVersion, timeframe: Timeframe): readonly Horizon[] {
  return entry === 'signal_close' ? defaultHorizons(timeframe) : (tradeHorizons.get(timeframe) ?? []);
}

function barsOf(timeframe: Timeframe): readonly Horizon[] {
  const bars = SHORT_CANDLES.includes(timeframe) ? INTRADAY_BARS : LONG_CANDLE_BARS;
  return bars.map((count) => ({ timeframe, bars: count }));
}

function minutesOf(timeframe: Timeframe): readonly Horizon[] {
  return timeframe === '1m' ? [] : MINUTE_BARS.map((bars) => ({ timeframe: '1m', bars }));
}

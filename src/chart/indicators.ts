import { SMA, VWAP } from 'trading-signals';
import { newYorkDate, sessionAt } from '../domain/calendar.ts';
import type { Candle } from '../domain/candle.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from '../domain/timeframe.ts';

/** One number per candle in the candles' order, USD; null where it is not known yet. */
export type Series = readonly (number | null)[];

/** Candles of the rolling VWAP that stands in where a session has only one or two candles. */
export const ROLLING_VWAP = 20;

/** Simple moving average of the close; null before `length` candles. */
export function smaSeries(candles: readonly Candle[], length: number): Series {
  const sma = new SMA(length);
  return candles.map((candle) => sma.add(candle.close));
}

/** Whether the VWAP of this timeframe begins anew at each session's open. */
export function hasSessionVwap(timeframe: Timeframe): boolean {
  return TIMEFRAME_MINUTES[timeframe] <= 60;
}

/**
 * Volume-weighted average price on the typical price (high + low + close) / 3: by session up to 1h,
 * rolling over 20 candles above. Null before the first trade of a session, and in a first session
 * whose open is not among the candles, where it could only be wrong.
 */
export function vwapSeries(candles: readonly Candle[], timeframe: Timeframe): Series {
  return hasSessionVwap(timeframe) ? sessionVwap(candles) : rollingVwap(candles);
}

function sessionVwap(candles: readonly Candle[]): Series {
  const first = candles[0];
  const isCut = first !== undefined && sessionAt(first.ts)?.open !== first.ts;
  let date = isCut ? newYorkDate(first.ts) : '';
  let vwap: VWAP | null = null;
  return candles.map((candle) => {
    const today = newYorkDate(candle.ts);
    if (today !== date) {
      date = today;
      vwap = new VWAP();
    }
    vwap?.add(candle);
    return vwap?.getResult() ?? null;
  });
}

function rollingVwap(candles: readonly Candle[]): Series {
  return candles.map((_, index) => {
    if (index + 1 < ROLLING_VWAP) return null;
    const vwap = new VWAP();
    for (const candle of candles.slice(index + 1 - ROLLING_VWAP, index + 1)) vwap.add(candle);
    return vwap.getResult();
  });
}

import { VWAP } from 'trading-signals';
import type { Candle } from '../candle.ts';
import type { Timeframe } from '../timeframe.ts';
import type { Feature, FeatureStream } from './feature.ts';

const ROLLING_CANDLES = 20;
const ROLLING: readonly Timeframe[] = ['4h', '5h', '1d'];

/**
 * (close - VWAP) / VWAP on typical price (high + low + close) / 3. VWAP counts from the session's
 * open; a session has too few candles of 4h and more, so there it rolls over 20 candles.
 */
export const vwap: Feature = {
  keys: ['vwap_dist'],
  start: ({ timeframe }) => (ROLLING.includes(timeframe) ? startRolling() : startSession()),
};

/** Null until volume traded, and all through a first session whose beginning was not seen. */
function startSession(): FeatureStream {
  let indicator = new VWAP();
  let value: number | null = null;
  let open = 0;
  let sawOpen = false;
  return ({ candle, session, count }, out) => {
    if (session.open !== open) {
      indicator = new VWAP(); // the library's never resets
      value = null;
      open = session.open;
      sawOpen = count > 1 || candle.ts === session.open;
    }
    value = indicator.add(candle) ?? value; // null for a candle without volume
    out.vwap_dist = value === null || !sawOpen ? null : (candle.close - value) / value;
  };
}

/** Null before 20 candles, and when none of them had volume. */
function startRolling(): FeatureStream {
  const window: Candle[] = [];
  return ({ candle }, out) => {
    window.push(candle);
    if (window.length > ROLLING_CANDLES) window.shift();
    let tradedUsd = 0;
    let volume = 0;
    for (const one of window) {
      tradedUsd += ((one.high + one.low + one.close) / 3) * one.volume;
      volume += one.volume;
    }
    const isKnown = window.length === ROLLING_CANDLES && volume > 0;
    out.vwap_dist = isKnown ? (candle.close * volume) / tradedUsd - 1 : null;
  };
}

import { type Session, sessionAt } from '../calendar.ts';
import type { Candle } from '../candle.ts';
import type { Quote } from '../quote.ts';
import type { InputRange } from '../signal.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from '../timeframe.ts';
import * as all from './all.ts';
import type { FeatureKey, FeatureSetup, FeatureVector } from './feature.ts';
import { HISTORY_CANDLES } from './history.ts';

/** Kept with each signal; raised with every change of what a key means. */
export const FEATURE_VERSION = 1;

const families = Object.values(all);

/** Turns the closed candles of one series into feature vectors, one by one. */
export interface VectorStream {
  /** Features as of the close of a candle. Call it once per closed regular candle, oldest first. */
  (candle: Candle, quote?: Quote | null): FeatureVector;
  /** First and last candle that the newest vector rests on; null before the first candle. */
  ownInputs(): InputRange | null;
}

/**
 * The one way to compute features: the live scan, a replay and a verification all run it. Start it at
 * least `HISTORY_CANDLES` before the first vector that matters, or at the beginning of the series.
 */
export function createVectorStream(setup: FeatureSetup): VectorStream {
  const streams = families.map((family) => family.start(setup));
  const place = createPlacer(setup.timeframe);
  const seen = new Float64Array(HISTORY_CANDLES);
  let count = 0;

  const next = (candle: Candle, quote: Quote | null = null): FeatureVector => {
    const { session, closedAt } = place(candle.ts);
    seen[count % HISTORY_CANDLES] = candle.ts;
    count += 1;
    const step = { candle, session, closedAt, count, quote };
    const out = emptyVector();
    for (const stream of streams) stream(step, out);
    return out;
  };
  const ownInputs = (): InputRange | null => {
    const first = seen[count < HISTORY_CANDLES ? 0 : count % HISTORY_CANDLES];
    const last = seen[(count - 1) % HISTORY_CANDLES];
    return count === 0 || first === undefined || last === undefined ? null : { first, last };
  };
  return Object.assign(next, { ownInputs });
}

/** Finds session and close of ascending candles; asks the calendar once per session. */
function createPlacer(timeframe: Timeframe) {
  const length = TIMEFRAME_MINUTES[timeframe] * 60_000;
  let session: Session | null = null;
  let previous = Number.NEGATIVE_INFINITY;
  return (ts: number): { readonly session: Session; readonly closedAt: number } => {
    if (ts <= previous)
      throw new Error(`candle ${new Date(ts).toISOString()} is not newer than the one before`);
    if (session === null || ts >= session.close) session = sessionAt(ts, timeframe);
    if (session === null) throw new Error(`candle ${new Date(ts).toISOString()} lies outside regular hours`);
    previous = ts;
    return { session, closedAt: Math.min(ts + length, session.close) };
  };
}

function emptyVector(): Record<FeatureKey, number | null> {
  return {
    rsi14: null,
    macd_hist: null,
    atr14: null,
    vwap_dist: null,
    bb_width: null,
    bb_pct: null,
    rel_vol_20: null,
    trend_sma20_pct: null,
    trend_sma50_pct: null,
    trend_sma200_pct: null,
    multi_tf_confirmation: null,
    spread_bps: null,
    session_flag: null,
    spy_15m_ret: null,
    vix_level: null,
    market_regime: null,
    ret_1: null,
    ret_5: null,
    realized_vol_20: null,
    minutes_since_open: null,
    day_of_week: null,
  };
}

import type { Session } from '../calendar.ts';
import type { Candle } from '../candle.ts';
import type { Quote } from '../quote.ts';
import type { Timeframe } from '../timeframe.ts';

/** Every feature of `signals.features`, snake_case as stored. DESIGN.md section 6 defines each. */
export const FEATURE_KEYS = [
  'rsi14',
  'macd_hist',
  'atr14',
  'vwap_dist',
  'bb_width',
  'bb_pct',
  'rel_vol_20',
  'trend_sma20_pct',
  'trend_sma50_pct',
  'trend_sma200_pct',
  'multi_tf_confirmation',
  'spread_bps',
  'session_flag',
  'spy_15m_ret',
  'vix_level',
  'market_regime',
  'ret_1',
  'ret_5',
  'realized_vol_20',
  'minutes_since_open',
  'day_of_week',
] as const;
export type FeatureKey = (typeof FEATURE_KEYS)[number];

/** All features of one closed candle; null while warming up or when its series is not stored. */
export type FeatureVector = Readonly<Record<FeatureKey, number | null>>;

/** One step of a series: a closed candle with what the calendar says of it. */
export interface FeatureStep {
  readonly candle: Candle;
  readonly session: Session;
  /** Close time, epoch ms: nothing that closes later may be seen. */
  readonly closedAt: number;
  /** Candles fed before this one, this one included. */
  readonly count: number;
  readonly quote: Quote | null;
}

/** Other series as of a moment. Every method answers only with candles that closed at or before `at` (epoch ms). */
export interface MarketContext {
  /** Sign of (close - SMA50) on the last closed candle of the scanned ticker's larger timeframe; null before 50 candles. */
  trendSign(timeframe: Timeframe, at: number): -1 | 0 | 1 | null;
  /** Return of the last closed 15m SPY candle against the one before it, as a fraction. */
  spy15mReturn(at: number): number | null;
  /** Last closed VIX close, index points. */
  vixLevel(at: number): number | null;
  /** -1, 0, 1: SPY daily close against its SMA50 and SMA200; null without 200 daily candles or VIX. */
  marketRegime(at: number): -1 | 0 | 1 | null;
}

/** What a feature family is told when a series starts. */
export interface FeatureSetup {
  readonly timeframe: Timeframe;
  readonly context: MarketContext;
}

/** Writes this family's keys of one step. Called once per closed candle, oldest first. */
export type FeatureStream = (step: FeatureStep, out: Record<FeatureKey, number | null>) => void;

/** One feature, or one family that shares an indicator. A plug-in: one file, one line in `all.ts`. */
export interface Feature {
  readonly keys: readonly FeatureKey[];
  /** A fresh stream with no memory of any other series. */
  start(setup: FeatureSetup): FeatureStream;
}

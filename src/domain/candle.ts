/**
 * One OHLCV bar of a regular session. Prices in USD (index points for an index), split-adjusted;
 * volume in shares.
 */
export interface Candle {
  /** Open time, UTC, epoch milliseconds. A daily candle's is its session's open. */
  readonly ts: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Volume-weighted price of the bar in USD, null unless the source gives it. */
  readonly vwap: number | null;
}

/** A candle by its prices alone. */
export type PriceCandle = Omit<Candle, 'volume' | 'vwap'>;

/** A row as it came from outside: anything may be missing, and nothing is to be believed yet. */
export interface RawCandle {
  readonly ts: number;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number | null;
  readonly vwap?: number | null;
}

/** Why a row was turned away, in the order of the checks. */
export const REJECT_REASONS = [
  'null_value',
  'not_finite',
  'not_positive',
  'negative_volume',
  'high_below_low',
  'outside_high_low', // open or close beyond high or low
  'out_of_session', // extended hours, holiday, weekend
  'off_grid', // Yahoo's live row
  'not_closed',
  'duplicate',
  'out_of_order',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];
export type RejectCounts = Partial<Record<RejectReason, number>>;

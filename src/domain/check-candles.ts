import { newYorkDate, sessionAt, sessionOn, spanAt } from './calendar.ts';
import type { Candle, RawCandle, RejectCounts, RejectReason } from './candle.ts';
import type { Timeframe } from './timeframe.ts';

const DAY = 86_400_000;

/** What is being checked, and when. */
export interface CandleCheck {
  readonly timeframe: Timeframe;
  readonly now: number;
  /** A candle counts as closed this long after its end, ms. */
  readonly graceMs: number;
}

/** What passed, and what did not. */
export interface CheckedCandles {
  /** Closed regular candles on the grid, oldest first, unique. */
  readonly candles: readonly Candle[];
  readonly rejected: RejectCounts;
}

/**
 * Keeps the rows that are closed candles of a regular session and counts the others by the first
 * reason that applies, in the order of `REJECT_REASONS`.
 *
 * Nothing is sorted: a row older than one already kept is rejected, so an importer of a file that
 * runs backwards puts it in order first, and says so. Of two rows for one candle the one with more
 * volume stays (a partial copy has seen less trading), the first when equal; the other is a duplicate.
 * A daily row may be stamped at any time of its New York date, or at midnight UTC when its source
 * knows dates only; it is moved to the session's open.
 *
 * @throws OraError `data_missing` for a row outside the exchange calendar.
 */
export function checkCandles(rows: readonly RawCandle[], check: CandleCheck): CheckedCandles {
  const candles: Candle[] = [];
  const rejected: RejectCounts = {};
  for (const row of rows) {
    const reason = findValueFault(row) ?? place(row as WholeRow, check, candles);
    if (reason !== null) rejected[reason] = (rejected[reason] ?? 0) + 1;
  }
  return { candles, rejected };
}

/** A row whose values were all found to be there. */
type WholeRow = { readonly [K in keyof Omit<RawCandle, 'vwap'>]: number } & Pick<RawCandle, 'vwap'>;

function findValueFault(row: RawCandle): RejectReason | null {
  const { open, high, low, close, volume, vwap } = row;
  if (open == null || high == null || low == null || close == null || volume == null) return 'null_value';
  const finite = Number.isFinite(open + high + low + close + volume + row.ts + (vwap ?? 0));
  if (!finite) return 'not_finite';
  if (open <= 0 || high <= 0 || low <= 0 || close <= 0) return 'not_positive';
  if (volume < 0) return 'negative_volume';
  if (high < low) return 'high_below_low';
  return Math.max(open, close) > high || Math.min(open, close) < low ? 'outside_high_low' : null;
}

/** Puts a row among the kept ones, or says why not. */
function place(row: WholeRow, check: CandleCheck, kept: Candle[]): RejectReason | null {
  const ts = check.timeframe === '1d' ? dailyOpen(row.ts) : row.ts;
  const span = ts === null ? null : spanAt(ts, check.timeframe);
  if (ts === null || span === null) {
    return ts === null || sessionAt(ts, check.timeframe) === null ? 'out_of_session' : 'off_grid';
  }
  if (span.end + check.graceMs > check.now) return 'not_closed';

  const { open, high, low, close, volume, vwap = null } = row;
  const candle = { ts, open, high, low, close, volume, vwap };
  const newest = kept.at(-1);
  if (newest === undefined || ts > newest.ts) {
    kept.push(candle);
    return null;
  }
  const twin = findOpen(kept, ts);
  const known = kept[twin];
  if (known === undefined) return 'out_of_order';
  if (candle.volume > known.volume) kept[twin] = candle;
  return 'duplicate';
}

function dailyOpen(ts: number): number | null {
  const date = ts % DAY === 0 ? new Date(ts).toISOString().slice(0, 10) : newYorkDate(ts);
  return sessionOn(date, '1d')?.open ?? null;
}

/** Index of the candle that opens at `ts` in an ascending list, -1 when none does. */
function findOpen(candles: readonly Candle[], ts: number): number {
  let low = 0;
  let high = candles.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = candles[middle]?.ts ?? Number.NaN;
    if (found === ts) return middle;
    if (found < ts) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

import type { Session } from '../calendar.ts';
import type { PriceCandle } from '../candle.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from '../timeframe.ts';
import { toMicro } from './micro-dollars.ts';

/** A column of numbers, one per candle. */
export type Column = Float64Array<ArrayBuffer>;

/** Regular candles as columns, oldest first: a few numbers a candle, with no object for the collector to visit. */
export interface LabelCandles {
  readonly count: number;
  /** Open and close times, epoch ms. */
  readonly ts: Column;
  readonly end: Column;
  /** Micro-dollars. */
  readonly open: Column;
  /** Micro-dollars. */
  readonly high: Column;
  /** Micro-dollars, negated: the highest of it is the lowest low. */
  readonly fall: Column;
  readonly close: Column;
}

/** Reads a column at an index known to lie inside it, which the type of an index access cannot know. */
export function at(column: Column, index: number): number {
  return column[index] as number;
}

/**
 * Candles of a series with the close times the calendar gives them. What lies outside the sessions given
 * or off their grid is left out: it may not count towards a horizon.
 *
 * @param candles oldest first. @param sessions oldest first.
 */
export function toLabelCandles(
  candles: readonly PriceCandle[],
  timeframe: Timeframe,
  sessions: readonly Session[],
): LabelCandles {
  const length = TIMEFRAME_MINUTES[timeframe] * 60_000;
  const columns = makeColumns(candles.length);
  let count = 0;
  let at = 0;
  for (const candle of candles) {
    while (at < sessions.length && (sessions[at]?.close ?? 0) <= candle.ts) at++;
    const session = sessions[at];
    if (session === undefined) break;
    if (candle.ts < session.open || (candle.ts - session.open) % length !== 0) continue;
    columns.ts[count] = candle.ts;
    columns.end[count] = Math.min(candle.ts + length, session.close);
    columns.open[count] = toMicro(candle.open);
    columns.high[count] = toMicro(candle.high);
    columns.fall[count] = -toMicro(candle.low);
    columns.close[count] = toMicro(candle.close);
    count++;
  }
  return { count, ...columns };
}

/** The candles of `before` from an index on, followed by all of `after`. */
export function joinCandles(before: LabelCandles, from: number, after: LabelCandles): LabelCandles {
  const kept = before.count - from;
  const count = kept + after.count;
  const columns = makeColumns(count);
  for (const name of COLUMN_NAMES) {
    columns[name].set(before[name].subarray(from, before.count));
    columns[name].set(after[name].subarray(0, after.count), kept);
  }
  return { count, ...columns };
}

const COLUMN_NAMES = ['ts', 'end', 'open', 'high', 'fall', 'close'] as const;

function makeColumns(count: number): Record<(typeof COLUMN_NAMES)[number], Column> {
  return {
    ts: new Float64Array(count),
    end: new Float64Array(count),
    open: new Float64Array(count),
    high: new Float64Array(count),
    fall: new Float64Array(count),
    close: new Float64Array(count),
  };
}

/** No candles: where a series begins. */
export const NO_CANDLES: LabelCandles = { count: 0, ...makeColumns(0) };

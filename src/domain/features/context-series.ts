import { candleEnd } from '../calendar.ts';
import type { Candle } from '../candle.ts';
import type { InputRange } from '../signal.ts';
import type { Timeframe } from '../timeframe.ts';

/** A series that others look at: which of its candles had closed by a moment. It grows, and may be shared. */
export interface ContextSeries {
  /** Adds closed candles; one with a known `ts` replaces it, a late one goes to its place. */
  put(candles: readonly Candle[]): void;
  /** Index of the last candle that closed at or before `at`, -1 when none had. */
  indexAt(at: number): number;
  /** When a candle closed, by index; -Infinity before the first, Infinity after the last. */
  end(index: number): number;
  /** Close by index, USD; null outside. */
  close(index: number): number | null;
  /** Mean close of the `length` candles up to an index; null when there are fewer. */
  mean(index: number, length: number): number | null;
  /** The candles `mean(index, length)` reads, or as many of them as there are; null when there is none. */
  range(index: number, length: number): InputRange | null;
  /** Grows with every change: an answer by index is good for one revision. */
  revision(): number;
}

/** @param candles closed, oldest first. */
export function createContextSeries(timeframe: Timeframe, candles: readonly Candle[] = []): ContextSeries {
  const opens: number[] = [];
  const ends: number[] = [];
  const closes: number[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let revision = 0;

  const put = (more: readonly Candle[]) => {
    for (const { ts, close } of more) {
      const end = candleEnd(ts, timeframe);
      if (ts > newest) {
        opens.push(ts);
        ends.push(end);
        closes.push(close);
        newest = ts;
        continue;
      }
      const at = lastAtOrBelow(opens, ts - 1) + 1;
      const replaced = opens[at] === ts ? 1 : 0;
      opens.splice(at, replaced, ts);
      ends.splice(at, replaced, end);
      closes.splice(at, replaced, close);
    }
    revision += 1;
  };

  const end = (index: number) =>
    index < 0 ? Number.NEGATIVE_INFINITY : (ends[index] ?? Number.POSITIVE_INFINITY);

  const mean = (index: number, length: number) => {
    if (index + 1 < length) return null;
    let sum = 0;
    for (let at = index + 1 - length; at <= index; at++) sum += closes[at] ?? 0;
    return sum / length;
  };

  const range = (index: number, length: number): InputRange | null => {
    const first = opens[Math.max(0, index + 1 - length)];
    const last = opens[index];
    return first === undefined || last === undefined ? null : { first, last };
  };

  put(candles);
  const close = (index: number) => closes[index] ?? null;
  const indexAt = (at: number) => lastAtOrBelow(ends, at);
  return { put, indexAt, end, close, mean, range, revision: () => revision };
}

/** Answers as of a moment, computed once per candle of the series: it stays the newest one for many steps. */
export function asOf<T>(series: ContextSeries, compute: (index: number) => T): (at: number) => T {
  let from = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  let revision = -1;
  let value: T;
  return (at) => {
    if (at < from || at >= until || series.revision() !== revision) {
      const index = series.indexAt(at);
      from = series.end(index);
      until = series.end(index + 1);
      revision = series.revision();
      value = compute(index);
    }
    return value;
  };
}

/** Index of the last value that is at most `limit` in an ascending list, -1 when none is. */
function lastAtOrBelow(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? limit) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

import { z } from 'zod';
import type { FetchedSeries } from '../app/ports.ts';
import { newYorkDate, sessionOn, spanAt } from '../domain/calendar.ts';
import type { RawCandle } from '../domain/candle.ts';
import type { FetchedTimeframe } from '../domain/timeframe.ts';
import type { YahooWindow } from './yahoo-windows.ts';

const Column = z.array(z.number().nullable()).optional();

/** The part of the library's `return: 'object'` form that is used here; the rest may change freely. */
const Chart = z.object({
  meta: z.object({ currency: z.string().nullish(), exchangeName: z.string().nullish() }),
  /** Epoch seconds. Absent when the range holds nothing. */
  timestamp: z.array(z.number()).nullish(),
  events: z
    .object({
      splits: z
        .record(
          z.string(),
          z.object({ date: z.union([z.date(), z.number()]), numerator: z.number(), denominator: z.number() }),
        )
        .nullish(),
      dividends: z
        .record(z.string(), z.object({ date: z.union([z.date(), z.number()]), amount: z.number() }))
        .nullish(),
    })
    .nullish(),
  indicators: z.object({
    quote: z.array(z.object({ open: Column, high: Column, low: Column, close: Column, volume: Column })),
  }),
});

/** What one answer of Yahoo holds, in this project's shape. */
export interface YahooChart extends Omit<FetchedSeries, 'reachedFrom' | 'asOf'> {
  /** As sent, first row included. */
  readonly rows: readonly RawCandle[];
}

/** @throws ZodError when the answer lacks what is used here. */
export function readChart(answer: unknown): YahooChart {
  const { meta, timestamp, events, indicators } = Chart.parse(answer);
  const columns = indicators.quote[0] ?? {};
  const rows = (timestamp ?? []).map((seconds, index) => ({
    ts: seconds * 1000,
    open: columns.open?.[index] ?? null,
    high: columns.high?.[index] ?? null,
    low: columns.low?.[index] ?? null,
    close: columns.close?.[index] ?? null,
    volume: columns.volume?.[index] ?? null,
  }));
  const splits = Object.values(events?.splits ?? {}).map(({ date, numerator, denominator }) => ({
    at: msOf(date),
    ratio: numerator / denominator,
  }));
  const dividends = Object.values(events?.dividends ?? {}).map(({ date, amount }) => ({
    at: msOf(date),
    amount,
  }));
  return { rows, splits, dividends, exchange: meta.exchangeName ?? null, currency: meta.currency ?? null };
}

function msOf(date: Date | number): number {
  return typeof date === 'number' ? date * 1000 : date.getTime();
}

/**
 * The rows of an answer that were wanted: without its first, without the lead, and without what
 * closes after the window. Rows off the grid (the live one) stay, for the checks to reject and count.
 */
export function keepWanted(
  rows: readonly RawCandle[],
  window: YahooWindow,
  timeframe: FetchedTimeframe,
): RawCandle[] {
  const { wantedFrom, to } = window;
  return rows.slice(1).filter(({ ts }) => ts >= wantedFrom && ts < to && closesAt(ts, timeframe) <= to);
}

/** A daily row is stamped with the last trade while its session runs, and for hours after. */
function closesAt(ts: number, timeframe: FetchedTimeframe): number {
  if (timeframe === '1d') return sessionOn(newYorkDate(ts), '1d')?.close ?? ts;
  return spanAt(ts, timeframe)?.end ?? ts;
}

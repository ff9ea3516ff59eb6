import { candleEnd, newYorkDate } from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import type { Tie } from '../../domain/labels/label-series.ts';
import type { Outcome } from '../../domain/labels/outcome.ts';
import { type FinerCandles, type PathCandle, settleTie } from '../../domain/labels/settle-tie.ts';
import { TIMEFRAMES, type Timeframe } from '../../domain/timeframe.ts';
import { isCovered } from '../candles/coverage.ts';
import type { CandleStore, SeriesKey } from '../ports.ts';

/** Settles what smaller stored candles settle; the others stay as they are. */
export async function settleTies(
  candles: CandleStore,
  series: SeriesKey,
  ties: readonly Tie[],
): Promise<Outcome[]> {
  const finer = await readFiner(
    candles,
    series,
    ties.map(({ ts }) => ts),
  );
  return ties.map(({ outcome, trade, ts }) => {
    const inside = finer.get(ts);
    return inside === undefined ? outcome : settleTie(outcome, trade, inside);
  });
}

/**
 * For candles of a series, by their open times: the finest smaller candles that cover each whole. A candle
 * that none covers is absent.
 */
export async function readFiner(
  candles: CandleStore,
  series: SeriesKey,
  opens: readonly number[],
): Promise<ReadonlyMap<number, FinerCandles>> {
  const found = new Map<number, FinerCandles>();
  const smaller = TIMEFRAMES.slice(0, TIMEFRAMES.indexOf(series.timeframe));
  for (const timeframe of smaller) {
    const open = [...new Set(opens)].filter((ts) => !found.has(ts)).sort((a, b) => a - b);
    const [first, last] = [open[0], open.at(-1)];
    if (first === undefined || last === undefined) break;
    const key = { ticker: series.ticker, timeframe };
    const coverage = await candles.coverage(key, newYorkDate(first), newYorkDate(last));
    const spans = open
      .map((ts) => ({ ts, end: candleEnd(ts, series.timeframe) }))
      .filter((span) => isCovered(coverage, span));
    if (spans.length === 0) continue;
    const read = await candles.readWithin(key, spans);
    for (const { ts, end } of spans) {
      const inside = read.filter((candle) => candle.ts >= ts && candle.ts < end);
      if (inside.length > 0) {
        found.set(ts, { timeframe, candles: inside.map((candle) => toPath(candle, timeframe)) });
      }
    }
  }
  return found;
}

/** A stored candle as the label function takes it. */
export function toPath(candle: Candle, timeframe: Timeframe): PathCandle {
  return { ...candle, end: candleEnd(candle.ts, timeframe) };
}

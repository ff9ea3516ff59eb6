import { buildCandles } from '../domain/build-candles.ts';
import { newYorkDate, sessionsBetween } from '../domain/calendar.ts';
import type { Timeframe } from '../domain/timeframe.ts';
import type { StoreCounts } from './ports.ts';
import type { Services } from './services.ts';

export interface BuildSeriesInput {
  readonly ticker: string;
  readonly timeframe: Timeframe;
  /** The stored smaller series. */
  readonly from: Timeframe;
  /** Sessions from here on are built again. */
  readonly changedFrom: number;
  readonly to: number;
}

/** Builds a larger timeframe from a stored smaller one; what was fetched or imported is never replaced. */
export async function buildSeries(
  { stores }: Pick<Services, 'stores'>,
  { ticker, timeframe, from, changedFrom, to }: BuildSeriesInput,
): Promise<StoreCounts> {
  const [first] = sessionsBetween(changedFrom, to, timeframe);
  if (first === undefined) return { inserted: 0, changed: 0, unchanged: 0 };
  const base = { ticker, timeframe: from };
  const [candles, coverage] = await Promise.all([
    stores.candles.read(base, { from: first.open, to }),
    stores.candles.coverage(base, first.date, newYorkDate(to)),
  ]);
  return stores.candles.store({
    ticker,
    timeframe,
    source: `built:${from}`,
    candles: buildCandles(candles, { base: from, timeframe, coverage }),
    coverage,
  });
}

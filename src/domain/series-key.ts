import type { Timeframe } from './timeframe.ts';

/** One stored series of candles. */
export interface SeriesKey {
  readonly ticker: string;
  readonly timeframe: Timeframe;
}

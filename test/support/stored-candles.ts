import { importCandles } from '../../src/app/candles/import-candles.ts';
import type { SeriesKey, Stores } from '../../src/app/ports.ts';
import type { Candle } from '../../src/domain/candle.ts';
import { quiet } from './quiet-log.ts';
import { aSettings } from './settings.ts';

/** Stores candles as a file's would be, larger timeframes built from them. */
export async function importTestCandles(
  stores: Stores,
  series: SeriesKey,
  candles: readonly Candle[],
): Promise<void> {
  await importCandles(
    { stores, log: quiet, settings: aSettings() },
    { ...series, source: 'test', rows: candles, now: Date.parse('2026-01-01T00:00:00Z') },
  );
}

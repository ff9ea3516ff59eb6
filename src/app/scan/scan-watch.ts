import type { DueWatch, GridCandle } from './find-scannable.ts';
import { quotesFor, type Sighted, type Sighting, toRecord } from './record-sightings.ts';
import type { ScanDeps } from './scan-round.ts';
import { detect, type SeriesMemory } from './series-memory.ts';

/** Candles that one transaction answers for. */
const BATCH_CANDLES = 400;

export interface ScanWatchInput extends DueWatch, Sighted {
  /** Warm up to the cursor. */
  readonly memory: SeriesMemory;
  /** From the candle after the cursor on. */
  readonly grid: readonly GridCandle[];
}

export interface WatchScan {
  readonly candles: number;
  /** What was written. */
  readonly signals: number;
  readonly cards: number;
  /** What is left to write: the last batch, for the caller to write with those of others. Null when the watch was lost to another process; the memory then no longer fits. */
  readonly last: Sighting | null;
}

/**
 * Scans the candles of a watch that closed since its cursor, oldest first, and writes signals, alerts,
 * cards and the new cursor in one transaction for each batch; but for the last.
 */
export async function scanWatch(deps: ScanDeps, input: ScanWatchInput): Promise<WatchScan> {
  const { memory, ml, now, grid } = input;
  let last: Sighting = { watch: input.watch, scannedTo: input.cursor, signals: [] };
  const total = { candles: 0, signals: 0, cards: 0 };
  for (let from = 0; from < grid.length; from += BATCH_CANDLES) {
    if (from > 0) {
      const quote = (await quotesFor(deps, [last], now)).get(last.watch.ticker) ?? null;
      const written = await deps.stores.signals.recordScan(toRecord(deps, last, { ...input, quote }));
      if (written === 'lost') return { ...total, last: null };
      total.signals += written.signals;
      total.cards += written.cards;
    }
    const batch = grid.slice(from, from + BATCH_CANDLES);
    const candles = batch.flatMap(({ candle }) => candle ?? []);
    const watch = from === 0 ? input.watch : { ...input.watch, lastScannedTs: last.scannedTo };
    const signals = await detect(memory, candles, ml);
    last = { watch, scannedTo: batch.at(-1)?.span.ts ?? last.scannedTo, signals };
    total.candles += candles.length;
  }
  return { ...total, last };
}

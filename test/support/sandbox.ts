import { mkdtempSync, writeFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RawCandle } from '../../src/domain/candle.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';

/** An address where nobody listens: no internet. */
export const NOWHERE = 'http://127.0.0.1:9';

/**
 * A folder of its own that every user may enter, as the server of an embedded database must. Its removal is
 * tried again: a process that has just ended may have left a last file.
 */
export async function makeFolder(): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = mkdtempSync(join(tmpdir(), 'oracore-test-'));
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Writes candles as a recording for `--data`: `SPY_5m.csv.gz`. */
export function writeRecording(
  folder: string,
  { ticker, timeframe }: { readonly ticker: string; readonly timeframe: Timeframe },
  candles: readonly RawCandle[],
): void {
  const rows = candles.map(({ ts, open, high, low, close, volume }) =>
    [new Date(Number(ts)).toISOString(), open, high, low, close, volume].join(','),
  );
  const csv = ['timestamp,open,high,low,close,volume', ...rows, ''].join('\n');
  writeFileSync(join(folder, `${ticker}_${timeframe}.csv.gz`), gzipSync(csv));
}

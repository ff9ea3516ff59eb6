import { existsSync, rmSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { ChartSpec } from '../../src/app/ports.ts';

/*
 * The real chart worker, but for three tickers: HANG never comes back, DIE ends the thread, and a
 * path of a file ends the thread once and removes the file.
 */
parentPort?.on('message', ({ ticker }: ChartSpec) => {
  while (ticker === 'HANG');
  if (ticker === 'DIE') process.exit(1);
  if (existsSync(ticker)) {
    rmSync(ticker);
    process.exit(1);
  }
});

await import('../../src/chart/worker.ts');

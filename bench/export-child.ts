import { type ExportProgress, exportTrainingSet } from '../src/app/training/export-training-set.ts';
import type { TrainingFormat } from '../src/app/training/training-ports.ts';
import { openDatabase } from '../src/db/open.ts';
import { createTrainingFolder } from '../src/export/folder.ts';
import { quiet } from '../test/support/quiet-log.ts';
import { aSettings } from '../test/support/settings.ts';

/** What the process is told. */
export interface ExportOrder {
  readonly url: string;
  readonly path: string;
  readonly format: TrainingFormat;
}

/** What it answers. */
export interface ExportCost {
  readonly ms: number;
  /** Peak memory, MB, while the first and the second half of the rows were written. */
  readonly halvesMb: [number, number];
}

/** Some ten thousand of the rows come before: the same work at any size, until the code is compiled. */
const WARM_UP_TO = Date.UTC(2012, 0, 6);

// One export in a process that has done nothing else, so that its memory is its own.
const { url, path, format }: ExportOrder = JSON.parse(process.argv[2] ?? '');
const halvesMb: [number, number] = [0, 0];
const look = ({ rows, total }: ExportProgress) => {
  const half = rows * 2 < total ? 0 : 1;
  halvesMb[half] = Math.max(halvesMb[half], process.memoryUsage.rss() / 2 ** 20);
};
const database = await openDatabase({
  url,
  dataDir: '/nonexistent',
  statementTimeoutMs: 600_000,
  log: quiet,
});
const services = { stores: database.stores, log: quiet, settings: aSettings() };
const input = { format, horizonBars: 20, actor: 'bench', now: 0 };
const folder = createTrainingFolder(path);
await exportTrainingSet(services, { ...input, folder: createTrainingFolder(`${path}-warm`), to: WARM_UP_TO });
const began = performance.now();
await exportTrainingSet(services, { ...input, folder }, look);
process.send?.({ ms: performance.now() - began, halvesMb } satisfies ExportCost);
await database.close();
process.disconnect();

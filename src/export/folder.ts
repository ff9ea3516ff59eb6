import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type {
  TrainingFile,
  TrainingFolder,
  TrainingFormat,
  TrainingWriter,
} from '../app/training/training-ports.ts';
import { OraError } from '../domain/errors.ts';
import type { TrainingColumn } from '../domain/training/columns.ts';
import { openCsvFile } from './csv-file.ts';
import { openParquetFile } from './parquet-file.ts';

const MANIFEST = 'manifest.json';
const OPENERS = { parquet: openParquetFile, csv: openCsvFile } as const;

/**
 * A folder for one training set: `training.parquet` or `training.csv`, and `manifest.json`. Files get
 * their names when they are whole, the manifest last: where it lies, the set is complete.
 */
export function createTrainingFolder(path: string): TrainingFolder {
  return {
    open: async (format, columns) => {
      await prepare(path);
      return openWriter(path, format, columns);
    },
  };
}

async function prepare(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await rm(join(path, MANIFEST), { force: true });
  } catch (cause) {
    throw new OraError('bad_input', `The folder "${path}" cannot be written to.`, { cause });
  }
}

function openWriter(
  folder: string,
  format: TrainingFormat,
  columns: readonly TrainingColumn[],
): TrainingWriter {
  const name = `training.${format}`;
  const whole = join(folder, name);
  const partial = `${whole}.partial`;
  const file = OPENERS[format](partial, columns);
  let rows = 0;
  return {
    async write(more) {
      rows += more.length;
      await file.write(more);
    },
    async finish(manifest) {
      await file.end();
      await rename(partial, whole);
      const made = manifest([await describe(whole, { name, rows })]);
      const path = join(folder, MANIFEST);
      await writeFile(`${path}.partial`, `${JSON.stringify(made, null, 2)}\n`);
      await rename(`${path}.partial`, path);
      return made;
    },
    async abort() {
      await file.end().catch(() => undefined);
      await rm(partial, { force: true });
    },
  };
}

async function describe(path: string, known: Pick<TrainingFile, 'name' | 'rows'>): Promise<TrainingFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { ...known, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

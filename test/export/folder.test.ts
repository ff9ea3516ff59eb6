import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TRAINING_COLUMNS } from '../../src/domain/training/columns.ts';
import type { TrainingManifest } from '../../src/domain/training/manifest.ts';
import type { TrainingRow } from '../../src/domain/training/sample.ts';
import { createTrainingFolder } from '../../src/export/folder.ts';
import { FIRED_AT } from '../support/signals.ts';
import { aSample } from '../support/training.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oracore-export-'));
});
afterEach(() => rm(folder, { recursive: true }));

function aRow(overrides: Partial<TrainingRow> = {}): TrainingRow {
  return { ...aSample(), uniqueness: 0.5, matchWeight: 1, ...overrides };
}

async function write(format: 'parquet' | 'csv', rows: readonly TrainingRow[]): Promise<TrainingManifest> {
  const writer = await createTrainingFolder(folder).open(format, TRAINING_COLUMNS);
  await writer.write(rows);
  return writer.finish((files) => ({ files }) as TrainingManifest);
}

async function ask(sql: string): Promise<unknown[]> {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  const result = await connection.runAndReadAll(sql.replaceAll('DIR', folder));
  connection.closeSync();
  return result.getRowObjectsJson();
}

const ROWS: readonly TrainingRow[] = [
  aRow(),
  aRow({ ticker: 'BRK"B,\n', side: 'short', t0: FIRED_AT + 1, price: null, uniqueness: 1 / 3 }),
  aRow({ source: { kind: 'baseline', nearSignal: true }, matchWeight: 2.5 }),
];
const COLUMNS = `ticker, side::INT AS side, (t0 AT TIME ZONE 'UTC')::VARCHAR AS t0, rsi14, atr14, uniqueness,
  is_baseline, near_signal, detector_id, "label"::INT AS "label", price`;
const EXPECTED = [
  {
    ticker: 'NVDA',
    side: 1,
    t0: '2022-06-14 14:05:00',
    rsi14: 61.2,
    atr14: null,
    uniqueness: 0.5,
    is_baseline: false,
    near_signal: null,
    detector_id: 'breakout_v1',
    label: 0,
    price: 100,
  },
  {
    ticker: 'BRK"B,\n',
    side: -1,
    t0: '2022-06-14 14:05:00.001',
    rsi14: 61.2,
    atr14: null,
    uniqueness: 1 / 3,
    is_baseline: false,
    near_signal: null,
    detector_id: 'breakout_v1',
    label: 0,
    price: null,
  },
  {
    ticker: 'NVDA',
    side: 1,
    t0: '2022-06-14 14:05:00',
    rsi14: 61.2,
    atr14: null,
    uniqueness: 0.5,
    is_baseline: true,
    near_signal: true,
    detector_id: null,
    label: 0,
    price: 100,
  },
];

test('DuckDB reads the Parquet file back, with its types', async () => {
  await write('parquet', ROWS);

  const types = await ask(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM 'DIR/training.parquet')`,
  );

  expect(await ask(`SELECT ${COLUMNS} FROM 'DIR/training.parquet'`)).toEqual(EXPECTED);
  expect(types).toHaveLength(TRAINING_COLUMNS.length);
  expect(types).toContainEqual({ column_name: 'rsi14', column_type: 'DOUBLE' });
  expect(types).toContainEqual({ column_name: 'side', column_type: 'INTEGER' });
  expect(types).toContainEqual({ column_name: 'entered', column_type: 'BOOLEAN' });
  expect(types).toContainEqual({ column_name: 't0', column_type: expect.stringContaining('TIMESTAMP') });
});

test('DuckDB reads the CSV file back', async () => {
  await write('csv', ROWS);

  const rows = await ask(
    `SELECT ${COLUMNS} FROM read_csv('DIR/training.csv', types = {'rsi14': 'DOUBLE', 'atr14': 'DOUBLE', 'near_signal': 'BOOLEAN', 'price': 'DOUBLE'})`,
  );

  expect(rows).toEqual(EXPECTED);
});

test('keeps row groups small, and every row', async () => {
  const rows = Array.from({ length: 70_000 }, (_, index) => aRow({ t0: FIRED_AT + index * 1000 }));

  const { files } = await write('parquet', rows);

  expect(files[0]?.rows).toBe(70_000);
  const [counts] = await ask(
    `SELECT count(*)::INT AS n, count(DISTINCT sample_id)::INT AS ids, max(t0)::VARCHAR AS last FROM 'DIR/training.parquet'`,
  );
  expect(counts).toMatchObject({ n: 70_000, ids: 70_000 });
  const groups = await ask(
    `SELECT DISTINCT row_group_num_rows::INT AS n FROM parquet_metadata('DIR/training.parquet') ORDER BY n`,
  );
  expect(groups).toEqual([{ n: 4464 }, { n: 32_768 }]);
});

test.each(['parquet', 'csv'] as const)('gives the same bytes for the same rows (%s)', async (format) => {
  const first = await write(format, ROWS);
  const second = await write(format, ROWS);

  expect(second.files).toEqual(first.files);
  expect(first.files[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test('has no manifest while the set is not whole, and nothing after an abort', async () => {
  await writeFile(join(folder, 'manifest.json'), 'of an older set');
  const writer = await createTrainingFolder(folder).open('csv', TRAINING_COLUMNS);
  await writer.write(ROWS);

  expect(await readdir(folder)).not.toContain('manifest.json');

  await writer.abort();
  expect(await readdir(folder)).toEqual([]);
});

test('says when the folder cannot be written to', async () => {
  await writeFile(join(folder, 'file'), '');

  const opening = createTrainingFolder(join(folder, 'file')).open('csv', TRAINING_COLUMNS);

  await expect(opening).rejects.toMatchObject({ code: 'bad_input' });
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('');
});

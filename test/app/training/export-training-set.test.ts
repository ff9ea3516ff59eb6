import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelDue } from '../../../src/app/labels/label-due.ts';
import { replay } from '../../../src/app/scan/replay.ts';
import {
  type ExportTrainingSetInput,
  exportTrainingSet,
} from '../../../src/app/training/export-training-set.ts';
import * as detectors from '../../../src/domain/detectors/all.ts';
import { hashDetector } from '../../../src/domain/detectors/code-hash.ts';
import type { TrainingManifest } from '../../../src/domain/training/manifest.ts';
import { createTrainingFolder } from '../../../src/export/folder.ts';
import { aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { quiet } from '../../support/quiet-log.ts';
import { coverageOf } from '../../support/recorded.ts';
import { aSettings } from '../../support/settings.ts';

const NOW = Date.UTC(2024, 5, 1);
const database = withDatabase();
/** As far back as a source reaches in these tests: beyond it nothing is fetched any more. */
const market = { reachDays: { '1m': 1, '5m': 1, '15m': 1, '1h': 1, '1d': 1 } } as const;
const services = () => ({ stores: database.current.stores, market, log: quiet, settings: aSettings() });
let folder: string;
const TWENTY = `horizon_bars = 20 AND label_version = 1 AND state = 'resolved'`;

/** Two walks replayed and labelled, baselines of one of them, and a decision. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oracore-set-'));
  const { stores, pool } = database.current;
  await stores.detectors.sync(
    Object.values(detectors).map((detector) => ({ ...detector, codeHash: hashDetector(detector) })),
  );
  for (const [ticker, seed] of [
    ['AAA', 1],
    ['BBB', 2],
  ] as const) {
    const candles = aWalk(3000, { seed });
    const series = { ticker, timeframe: '5m' as const };
    await stores.candles.store({ ...series, source: 'walk', candles, coverage: coverageOf(candles) });
    await replay(services(), { from: 0, to: NOW, ticker, timeframe: '5m', now: NOW });
  }
  await pool.query(
    `INSERT INTO baselines (symbol_id, timeframe, ts, closed_at, features, price_at_baseline, feature_version, near_signal)
     SELECT symbol_id, timeframe, fired_at - interval '5 minutes', fired_at, features, price_at_signal, 1,
       extract(hour FROM fired_at)::int % 2 = 0
     FROM (SELECT DISTINCT ON (fired_at) * FROM signals WHERE symbol_id = (SELECT id FROM symbols WHERE ticker = 'AAA')) s`,
  );
  const labelled = await labelDue(services(), { now: NOW });
  expect(labelled.failures).toEqual([]);
  await pool.query(
    `INSERT INTO decisions (signal_id, decided_at, action, latency_ms)
     SELECT id, fired_at + interval '1 minute', 'enter', 60000 FROM signals ORDER BY fired_at LIMIT 1`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const exportTo = (name: string, more: Partial<ExportTrainingSetInput> = {}) =>
  exportTrainingSet(services(), {
    folder: createTrainingFolder(join(folder, name)),
    format: 'parquet',
    actor: 'test',
    now: NOW,
    ...more,
  });

async function ask<Row>(sql: string): Promise<Row[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const result = await connection.runAndReadAll(sql.replaceAll('DIR', folder));
  connection.closeSync();
  return result.getRowObjectsJson() as Row[];
}

async function countOf(sql: string): Promise<number> {
  const { rows } = await database.current.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`);
  return rows[0]?.n ?? 0;
}

describe('a training set', () => {
  it('holds every labelled signal and both sides of every baseline', async () => {
    const { rows, versions, files } = await exportTo('whole');

    const signals = await countOf(`outcomes WHERE ${TWENTY}`);
    const baselines = await countOf(`baseline_outcomes WHERE ${TWENTY}`);
    expect(rows).toMatchObject({ total: signals + baselines, signals, baselines });
    expect(signals).toBeGreaterThan(100);
    expect(
      await ask(
        `SELECT count(*)::INT AS n, count(DISTINCT sample_id)::INT AS ids FROM 'DIR/whole/training.parquet'`,
      ),
    ).toEqual([{ n: rows.total, ids: rows.total }]);
    expect(versions.detectors.reduce((sum, detector) => sum + detector.rows, 0)).toBe(signals);
    expect(versions.detectors.every(({ codeHash }) => codeHash !== null)).toBe(true);
    const bytes = await readFile(join(folder, 'whole', 'training.parquet'));
    expect(files).toEqual([
      {
        name: 'training.parquet',
        rows: rows.total,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    ]);
  });

  it('says the same of a row as the database', async () => {
    await exportTo('same', { format: 'csv', withoutBaselines: true });

    const found = await ask<{ ticker: string; t0: string; r: number; rsi: number; label: number }>(
      `SELECT ticker, epoch_ms(t0)::VARCHAR AS t0, ret_close AS r, rsi14 AS rsi, "label"::INT AS "label", detector_id
       FROM read_csv('DIR/same/training.csv', sample_size = -1) ORDER BY t0, ticker, detector_id`,
    );

    const { rows } = await database.current.pool.query(
      `SELECT sym.ticker, (extract(epoch FROM fired_at) * 1000)::bigint::text AS t0, o.ret_close::float8 AS r,
         (features->>'rsi14')::float8 AS rsi, (o.first_barrier = 'tp1')::int AS label, s.detector_id
       FROM signals s JOIN symbols sym ON sym.id = s.symbol_id JOIN outcomes o ON o.signal_id = s.id
       WHERE o.horizon_bars = 20 AND o.label_version = 1 ORDER BY fired_at, ticker, detector_id`,
    );
    expect(found).toEqual(rows);
  });

  it('comes in the order of time, with weights that hold', async () => {
    await exportTo('weights');

    const [check] = await ask(
      `SELECT bool_and(uniqueness > 0 AND uniqueness <= 1) AS unique_ok, bool_and(t1 > t0) AS spans_ok,
         bool_and(match_weight = 1) FILTER (NOT is_baseline) AS signals_ok,
         bool_and(match_weight = 0) FILTER (near_signal) AS near_ok,
         avg(match_weight) FILTER (is_baseline AND match_weight > 0) AS mean_weight,
         count(*) FILTER (decision = 'enter' AND entered AND decision_latency_ms = 60000)::INT AS decided
       FROM 'DIR/weights/training.parquet'`,
    );
    expect(check).toMatchObject({
      unique_ok: true,
      spans_ok: true,
      signals_ok: true,
      near_ok: true,
      decided: 1,
    });
    expect((check as { mean_weight: number }).mean_weight).toBeCloseTo(1, 9);
    const [order] = await ask(
      `SELECT count(*)::INT AS n FROM (SELECT t0 < lag(t0) OVER () AS back FROM 'DIR/weights/training.parquet') WHERE back`,
    );
    expect(order).toEqual({ n: 0 });
  });

  it.each(['parquet', 'csv'] as const)('is the same twice, byte for byte (%s)', async (format) => {
    await exportTo('once', { format });
    await exportTo('twice', { format });

    for (const name of [`training.${format}`, 'manifest.json']) {
      const [once, twice] = await Promise.all(
        ['once', 'twice'].map((set) => readFile(join(folder, set, name))),
      );
      expect(twice?.equals(once ?? Buffer.alloc(0)), name).toBe(true);
    }
  });

  it('says what it left out, and why', async () => {
    const signals = await countOf('signals');
    const labelled = await countOf(`outcomes WHERE ${TWENTY.replace('20', '240')}`);

    const { dropped, rows } = await exportTo('dropped', { horizonBars: 240, withoutBaselines: true });

    expect(rows.total).toBe(labelled);
    expect(dropped.signals).toEqual({
      pending: signals - labelled,
      data_missing: 0,
      invalid_entry: 0,
      other_features: 0,
    });
    expect(dropped.signals.pending).toBeGreaterThan(0);
    expect(dropped.share).toBeCloseTo((signals - labelled) / signals, 12);
  });

  it('takes a period and a timeframe', async () => {
    const middle = Date.UTC(2024, 0, 20);

    const early = await exportTo('early', { to: middle - 1 });
    const late = await exportTo('late', { from: middle, timeframe: '5m' });
    const all = await exportTo('whole');

    expect(early.rows.total + late.rows.total).toBe(all.rows.total);
    expect(late.filter.from).toBe('2024-01-20T00:00:00.000Z');
    await expect(exportTo('none', { timeframe: '15m' })).rejects.toMatchObject({ code: 'data_missing' });
  });

  it.each([
    ['a horizon that no label has', { horizonBars: 7 }, 'bad_input'],
    ['a period from its end', { from: 2, to: 1 }, 'bad_input'],
    ['an unknown timeframe', { timeframe: '2m' }, 'bad_input'],
    ['an unknown label version', { labelVersion: 99 }, 'not_found'],
  ])('refuses %s', async (_, more, code) => {
    await expect(exportTo('refused', more)).rejects.toMatchObject({ code });
  });

  it('marks what must not be learned from', async () => {
    const { columns }: TrainingManifest = await exportTo('roles');

    const roleOf = Object.fromEntries(columns.map(({ name, role }) => [name, role]));
    expect(roleOf).toMatchObject({
      rsi14: 'feature',
      side: 'feature',
      t1: 'time',
      ret_close: 'label',
      decision: 'meta',
      score: 'meta',
      spread_bps: 'meta',
    });
  });
});

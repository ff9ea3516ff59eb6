import { resolve } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { ensureTimescale } from '../../src/db/timescale.ts';
import { aCandle, at } from '../support/builders.ts';
import { createEmptyDatabase, hasTimescale, withDatabase } from '../support/database.ts';
import { quiet } from '../support/quiet-log.ts';

const available = await hasTimescale();
process.stderr.write(
  `skipped: tests of a server ${available ? 'without' : 'with'} TimescaleDB (TEST_DATABASE_URL names another)\n`,
);

/** A database as it was left by a server that had no Timescale. */
async function createPlainDatabase(): Promise<{ readonly url: string; readonly client: Client }> {
  const url = await createEmptyDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  await applyMigrations(drizzle({ client }), {
    migrationsFolder: resolve(import.meta.dirname, '../../drizzle'),
  });
  return { url, client };
}

const HYPERTABLES = `SELECT hypertable_name AS name, column_name AS by, time_interval::text AS chunk
  FROM timescaledb_information.dimensions ORDER BY 1`;

describe.skipIf(!available)('with Timescale', () => {
  const database = withDatabase();

  test('the three large tables are hypertables, and the status says which version', async () => {
    const { rows } = await database.current.pool.query(HYPERTABLES);

    expect(rows).toEqual([
      { name: 'candles', by: 'ts', chunk: '7 days' },
      { name: 'outcomes', by: 'signal_fired_at', chunk: '7 days' },
      { name: 'signals', by: 'fired_at', chunk: '7 days' },
    ]);
    expect(database.current.status.timescale).toMatch(/^2\.\d+/);
  });

  test('a database begun without it is converted, rows, keys and triggers included', async () => {
    const { url, client } = await createPlainDatabase();
    await client.query(`
      INSERT INTO symbols (id, ticker) VALUES (1, 'SPY');
      INSERT INTO detectors (id, version, kind) VALUES ('d', '1', 'rule');
      INSERT INTO candles (symbol_id, timeframe, ts, close)
        SELECT 1, '1d', '2026-01-05'::timestamptz + n * interval '1 day', n FROM generate_series(0, 59) n;
      INSERT INTO signals (symbol_id, timeframe, fired_at, side, detector_id, detector_version, source_system)
        SELECT 1, '5m', '2026-01-05'::timestamptz + n * interval '1 day', 'long', 'd', '1', 'basic_scanner'
        FROM generate_series(1, 60) n;
      INSERT INTO alerts (signal_id) SELECT id FROM signals;
      INSERT INTO decisions (signal_id, decided_at, action) VALUES (60, now(), 'watch');
      INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars) SELECT id, '5m', 5 FROM signals;
    `);

    const first = await ensureTimescale({ url, log: quiet }, { required: true });
    const second = await ensureTimescale({ url, log: quiet }, { required: true });

    expect(first).toEqual({ version: expect.stringMatching(/^2\./), note: null });
    expect(second).toEqual(first);
    expect((await client.query(HYPERTABLES)).rows).toHaveLength(3);
    const counts = await client.query(
      `SELECT (SELECT count(*) FROM candles)::int AS candles, (SELECT count(*) FROM signals)::int AS signals,
              (SELECT count(*) FROM outcomes)::int AS outcomes`,
    );
    expect(counts.rows).toEqual([{ candles: 60, signals: 60, outcomes: 60 }]);
    await client.query('DELETE FROM signals WHERE id <= 10');
    await expect(client.query('DELETE FROM signals WHERE id = 60')).rejects.toThrow('on table "decisions"');
    await expect(
      client.query(`INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars) VALUES (5, '5m', 5)`),
    ).rejects.toThrow('signal 5 does not exist');
    const left = await client.query(
      'SELECT (SELECT count(*) FROM alerts)::int AS alerts, (SELECT count(*) FROM outcomes)::int AS outcomes',
    );
    expect(left.rows).toEqual([{ alerts: 50, outcomes: 50 }]);
    await client.end();
  });

  test('a candle in a compressed chunk is corrected like any other', async () => {
    const { stores, pool } = database.current;
    const series = { ticker: 'OLD', timeframe: '5m' } as const;
    const candle = aCandle({ ts: at('2020-03-02T14:30:00Z') });
    const store = (close: number) =>
      stores.candles.store({ ...series, source: 'yfinance', candles: [{ ...candle, close }], coverage: [] });
    await store(100);
    const compressed = await pool.query(`SELECT compress_chunk(c) FROM show_chunks('candles') c`);

    const counts = await store(100.2);

    expect(compressed.rowCount).toBe(1);
    expect(counts).toEqual({ inserted: 0, changed: 1, unchanged: 0 });
    expect(await stores.candles.read(series)).toEqual([{ ...candle, close: 100.2 }]);
  });

  test('old candles are compressed by a policy', async () => {
    const { rows } = await database.current.pool.query(
      `SELECT config->>'compress_after' AS after FROM timescaledb_information.jobs
       WHERE hypertable_name = 'candles' AND proc_name = 'policy_compression'`,
    );

    expect(rows).toEqual([{ after: '30 days' }]);
  });

  test('a query for one month reads its chunks alone', async () => {
    const { pool, stores } = database.current;
    const id = await stores.symbols.resolve('YEAR');
    await pool.query(
      `INSERT INTO detectors (id, version, kind) VALUES ('y', '1', 'rule') ON CONFLICT DO NOTHING`,
    );
    await pool.query(
      `INSERT INTO signals (symbol_id, timeframe, fired_at, detector_id, detector_version, source_system)
       SELECT $1, '5m', '2025-01-01'::timestamptz + n * interval '1 day', 'y', '1', 'basic_scanner'
       FROM generate_series(0, 364) n`,
      [id],
    );

    const plan = await pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM signals WHERE fired_at >= '2025-03-01' AND fired_at < '2025-04-01'`,
    );

    const chunks = new Set(
      plan.rows.flatMap((row) => row['QUERY PLAN'].match(/_hyper_\d+_\d+_chunk/g) ?? []),
    );
    expect(chunks.size).toBeGreaterThan(0);
    expect(chunks.size).toBeLessThanOrEqual(6);
  });
});

describe.skipIf(available)('without Timescale', () => {
  test('plain tables serve, and it is said', async () => {
    const url = await createEmptyDatabase();

    const { timescale } = await migrate({ url, log: quiet });

    expect(timescale).toEqual({
      version: null,
      note: expect.stringContaining('plain Postgres tables are used'),
    });
  });

  test('it is refused where it is required, with the remedy', async () => {
    const url = await createEmptyDatabase();

    await expect(migrate({ url, requireTimescale: true, log: quiet })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('unset REQUIRE_TIMESCALE'),
    });
  });
});

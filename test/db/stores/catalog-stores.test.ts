import { expect, test } from 'vitest';
import { withDatabase } from '../../support/database.ts';
import { aDetector } from '../../support/stored-desk.ts';

const database = withDatabase();
const T = Date.UTC(2026, 2, 2);

test('the catalog agrees with the code, and every version is kept', async () => {
  const { stores, pool } = database.current;
  await stores.detectors.sync([aDetector()]);
  await stores.detectors.sync([aDetector()]);

  await stores.detectors.sync([aDetector({ version: '2', params: { lookback: 30 }, codeHash: 'def' })]);

  const { rows } = await pool.query(
    `SELECT d.version AS current, v.version, v.params, v.code_hash FROM detectors d JOIN detector_versions v USING (id) ORDER BY v.version`,
  );
  expect(rows).toEqual([
    { current: '2', version: '1', params: { lookback: 20 }, code_hash: 'abc' },
    { current: '2', version: '2', params: { lookback: 30 }, code_hash: 'def' },
  ]);
});

test('a version whose code changed is refused, and nothing of the sync is kept', async () => {
  const { stores, pool } = database.current;
  await stores.detectors.sync([aDetector({ id: 'zz', codeHash: 'one' })]);

  const syncing = stores.detectors.sync([aDetector({ id: 'aa' }), aDetector({ id: 'zz', codeHash: 'two' })]);

  await expect(syncing).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('"zz"') });
  expect((await pool.query(`SELECT FROM detectors WHERE id = 'aa'`)).rowCount).toBe(0);
});

test("a version that another program wrote takes the code's hash", async () => {
  const { stores, pool } = database.current;
  await pool.query(`INSERT INTO detectors (id, version, kind) VALUES ('theirs', '1', 'rule')`);

  await stores.detectors.sync([aDetector({ id: 'theirs', codeHash: 'ours' })]);

  const { rows } = await pool.query(`SELECT code_hash FROM detector_versions WHERE id = 'theirs'`);
  expect(rows).toEqual([{ code_hash: 'ours' }]);
});

test('processes that start together sync without waiting for each other in a ring', async () => {
  const { stores } = database.current;
  const some = ['r1', 'r2', 'r3'].map((id) => aDetector({ id }));

  await Promise.all([some, some.toReversed(), some].map((detectors) => stores.detectors.sync(detectors)));
});

test('the latest finished run of a kind is told, with what it counted', async () => {
  const { runs } = database.current.stores;
  const run = { codeVersion: 'v', configHash: 'h' };
  expect(await runs.latest('scan')).toBeNull();
  const first = await runs.start({ kind: 'scan', startedAt: T, ...run });
  await runs.start({ kind: 'scan', startedAt: T + 2000, ...run });
  const result = { finishedAt: T + 1000, counts: { signals: 3 }, errors: ['SPY: no answer'] };

  await runs.finish(first, result);

  expect(await runs.latest('scan')).toEqual({ startedAt: T, ...result });
  expect(await runs.latest('label')).toBeNull();
});

test('the newest run without an error is found behind those that failed or died', async () => {
  const { runs } = database.current.stores;
  const run = { codeVersion: 'v', configHash: 'h', kind: 'backup' } as const;
  const none = await runs.lastGoodAt('backup');
  const end = async (startedAt: number, errors: readonly string[]) =>
    runs.finish(await runs.start({ ...run, startedAt }), { finishedAt: startedAt + 1, counts: {}, errors });

  await end(T, []);
  await end(T + 1000, ['disk full']);
  await runs.start({ ...run, startedAt: T + 2000 });

  expect([none, await runs.lastGoodAt('backup')]).toEqual([null, T]);
});

test('what was rejected is summed by reason since a moment', async () => {
  const { runs } = database.current.stores;
  const record = async (startedAt: number, counts: Record<string, number>) => {
    const id = await runs.start({ kind: 'import', startedAt, codeVersion: 'v', configHash: 'h' });
    await runs.finish(id, { finishedAt: startedAt, counts, errors: [] });
  };
  await record(T - 1, { 'rejected.off_grid': 100 });
  await record(T, { 'rejected.off_grid': 2, inserted: 7 });
  await record(T + 1, { 'rejected.off_grid': 3, 'rejected.null_value': 1 });

  expect(await runs.rejectedSince(T)).toEqual({ off_grid: 5, null_value: 1 });
});

test('the audit log keeps what is written', async () => {
  const { stores, pool } = database.current;
  const entry = { at: T, actor: 'u1', action: 'refused', target: 'enter', details: { reason: 'no role' } };

  await stores.audit.write(entry);

  const { rows } = await pool.query('SELECT at, actor, action, target, details FROM audit_log');
  expect(rows).toEqual([{ ...entry, at: new Date(T) }]);
});

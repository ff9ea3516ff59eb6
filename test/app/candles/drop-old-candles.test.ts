import { beforeAll, beforeEach, expect, it } from 'vitest';
import { checkGaps } from '../../../src/app/candles/check-gaps.ts';
import { dropOldCandles } from '../../../src/app/candles/drop-old-candles.ts';
import { importCandles } from '../../../src/app/candles/import-candles.ts';
import { candleSpans, sessionsBetween } from '../../../src/domain/calendar.ts';
import type { Retention } from '../../../src/domain/retention.ts';
import { at } from '../../support/builders.ts';
import { hasTimescale, withDatabase } from '../../support/database.ts';
import { quiet } from '../../support/quiet-log.ts';
import { aSettings } from '../../support/settings.ts';
import { aSignal } from '../../support/signals.ts';
import { seedDetectors } from '../../support/stored-desk.ts';

const NOW = at('2026-06-30T22:00:00Z');
const DAY = 86_400_000;
const SERIES = { ticker: 'OLD', timeframe: '5m' } as const;
const database = withDatabase();
beforeAll(() => seedDetectors(database.current.stores));
const deps = (retention?: Retention) => ({
  stores: database.current.stores,
  log: quiet,
  settings: aSettings(retention && { retention }),
});
const drop = (retention?: Retention) => dropOldCandles(deps(retention), { now: NOW });
const oldest = async (timeframe: '5m' | '1h' | '1d' = '5m') =>
  (await database.current.stores.candles.read({ ...SERIES, timeframe }))[0]?.ts ?? 0;

const spansFrom = (from: number) =>
  sessionsBetween(from, NOW).flatMap((session) => candleSpans(session, '5m'));

beforeEach(async () => {
  const { pool } = database.current;
  await pool.query(
    'DELETE FROM signals; DELETE FROM candles; DELETE FROM candle_coverage; DELETE FROM candle_gaps',
  );
  const rows = spansFrom(NOW - 300 * DAY).map(({ ts }) => ({
    ts,
    open: 10,
    high: 10,
    low: 10,
    close: 10,
    volume: 5,
  }));
  await importCandles(deps(), { ...SERIES, source: 'test', rows, now: NOW });
});

it('keeps everything unless it is told otherwise', async () => {
  const before = await oldest();

  expect(await drop()).toEqual({ series: 0, candles: 0, heldBack: 0 });
  expect(await oldest()).toBe(before);
});

it('drops old candles with their coverage, of the named timeframes alone, and says so in the audit log', async () => {
  const { pool, stores } = database.current;
  const hours = await oldest('1h');
  const done = await drop({ '5m': 120 });

  expect(done).toMatchObject({ series: 1, heldBack: 0 });
  expect(done.candles).toBeGreaterThan(9_000);
  expect(await oldest()).toBeGreaterThanOrEqual(NOW - 121 * DAY);
  expect(await oldest()).toBeLessThan(NOW - 116 * DAY);
  expect(await oldest('1h'), 'others stay').toBe(hours);
  const [covered] = await stores.candles.coverage(SERIES, '2020-01-01', '2026-12-31');
  expect(covered?.date, 'what is gone is unknown, not untraded').toBe(
    new Date(await oldest()).toISOString().slice(0, 10),
  );
  await checkGaps(deps(), { now: NOW });
  expect(await stores.gaps.open({ ticker: 'OLD' })).toEqual([]);
  const { rows } = await pool.query(`SELECT details FROM audit_log WHERE action = 'candles_dropped'`);
  expect(rows).toMatchObject([{ details: { series: 1, keep: { '5m': 120 } } }]);
  expect(await drop({ '5m': 120 }), 'nothing the second time').toMatchObject({ candles: 0 });
});

it('keeps what a signal without its labels needs, and lets it go once it has them', async () => {
  const { stores, pool } = database.current;
  const firedAt = spansFrom(NOW - 250 * DAY)[20]?.end ?? 0;
  await stores.signals.recordReplay(SERIES, [aSignal({ firedAt })], { runId: 'r', origin: 'replay' });

  const held = await drop({ '5m': 120 });
  const kept = await oldest();
  await pool.query('DELETE FROM label_queue');
  const free = await drop({ '5m': 120 });

  expect(held).toMatchObject({ heldBack: 1 });
  expect(kept).toBeLessThan(firedAt);
  expect(kept).toBeGreaterThan(firedAt - 5 * DAY);
  expect(free).toMatchObject({ heldBack: 0, series: 1 });
  const { rows } = await pool.query('SELECT count(*)::int AS n FROM signals');
  expect(rows, 'signals stay for ever').toEqual([{ n: 1 }]);
});

it('drops them out of compressed chunks too', async (context) => {
  if (!(await hasTimescale())) context.skip('this server has no Timescale');
  const { pool } = database.current;
  await pool.query(`SELECT compress_chunk(chunk, true) FROM show_chunks('candles') AS chunk`);

  const done = await drop({ '5m': 120 });

  expect(done.candles).toBeGreaterThan(9_000);
  expect(await oldest()).toBeGreaterThanOrEqual(NOW - 121 * DAY);
});

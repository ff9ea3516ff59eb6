import { beforeAll, expect, test } from 'vitest';
import type { Watch } from '../../../src/app/ports.ts';
import { type Connection, connect } from '../../../src/db/client.ts';
import { signalStore } from '../../../src/db/stores/signal-store.ts';
import { withDatabase } from '../../support/database.ts';
import { quiet } from '../../support/quiet-log.ts';
import { aSignal, FIRED_AT } from '../../support/signals.ts';
import { aDetector, aNewCard, aScan, aWatch, seedDetectors } from '../../support/stored-desk.ts';

const database = withDatabase();
beforeAll(() => seedDetectors(database.current.stores));

async function countOf(table: string, ticker: string): Promise<number> {
  const { rows } = await database.current.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${table} t JOIN symbols s ON s.id = t.symbol_id WHERE s.ticker = $1`,
    [ticker],
  );
  return rows[0]?.n ?? 0;
}

test('a scan writes its signal whole', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'WHOLE');
  const signal = aSignal({
    quote: { bid: 99.99, ask: 100.01 },
    featureInputs: { 'WHOLE 5m': { first: FIRED_AT - 900_000, last: FIRED_AT - 300_000 }, 'SPY 15m': null },
  });

  const written = await stores.signals.recordScan(aScan(watch, { signals: [signal] }));

  expect(written).toEqual({ signals: 1, cards: 1 });
  const [stored] = await stores.signals.list({ ticker: 'WHOLE', limit: 10 });
  expect(stored).toEqual({
    ...signal,
    id: expect.any(Number),
    ticker: 'WHOLE',
    origin: 'live',
  });
  const { rows } = await database.current.pool.query(
    `SELECT spread, rel_volume, watch_run_id FROM signals WHERE id = $1`,
    [stored?.id],
  );
  expect(rows).toEqual([{ spread: '0.020000', rel_volume: '2.300000', watch_run_id: 'run-1' }]);
});

test('the same scan twice is lost the second time, and nothing is doubled', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'TWICE');
  await stores.signals.recordScan(aScan(watch));

  expect(await stores.signals.recordScan(aScan(watch))).toBe('lost');

  expect([await countOf('signals', 'TWICE'), await countOf('cards', 'TWICE')]).toEqual([1, 1]);
});

test('of two scans at once with the same cursor exactly one is written', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'RACE');

  const results = await Promise.all(Array.from({ length: 6 }, () => stores.signals.recordScan(aScan(watch))));

  expect(results.filter((result) => result === 'lost')).toHaveLength(5);
  expect(results.find((result) => result !== 'lost')).toEqual({ signals: 1, cards: 1 });
  expect([await countOf('signals', 'RACE'), await countOf('cards', 'RACE')]).toEqual([1, 1]);
});

test('the cursor moves on with a scan that saw nothing', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'NOTHING');

  await stores.signals.recordScan(aScan(watch, { signals: [], cards: [], scannedTo: FIRED_AT }));

  const moved = (await stores.watches.active()).find(({ ticker }) => ticker === 'NOTHING');
  expect(moved?.lastScannedTs).toBe(FIRED_AT);
});

test('many cursors move at once, only forward from where they were, and each that did not is told', async () => {
  const { stores } = database.current;
  const watches: Watch[] = [];
  for (const ticker of ['Q1', 'Q2', 'Q3', 'Q4']) watches.push(await aWatch(stores, ticker));
  const [, taken] = watches;
  const scans = watches.map((watch) => aScan(watch, { signals: [], cards: [], scannedTo: FIRED_AT }));
  await stores.signals.recordScan(
    aScan(taken as Watch, { signals: [], cards: [], scannedTo: FIRED_AT + 300_000 }),
  );
  await stores.watches.remove({ ticker: 'Q3', timeframe: '5m', userId: 'u1' });

  const written = await stores.signals.recordScans(scans);
  const again = await stores.signals.recordScans(scans);

  const nothing = { signals: 0, cards: 0 };
  expect(written).toEqual([nothing, 'lost', 'lost', nothing]);
  expect(again).toEqual(['lost', 'lost', 'lost', 'lost']);
  const cursors = (await stores.watches.active()).filter(({ id }) =>
    watches.some((watch) => watch.id === id),
  );
  expect(cursors.map(({ lastScannedTs }) => lastScannedTs)).toEqual([FIRED_AT, FIRED_AT + 300_000, FIRED_AT]);
});

test('scans of many watches are written at once: each its own signals and cards, the lost ones nothing', async () => {
  const { stores } = database.current;
  const watches: Watch[] = [];
  for (const ticker of ['M1', 'M2', 'M3', 'M4']) watches.push(await aWatch(stores, ticker));
  const [one, two, lost, silent] = watches as [Watch, Watch, Watch, Watch];
  const reversal = aSignal({ detectorId: 'rsi_reversal_v1' });
  const later = aSignal({ detectorId: 'rsi_reversal_v1', firedAt: FIRED_AT + 300_000 });
  await stores.signals.recordScan(aScan(lost, { signals: [], cards: [] }));

  const written = await stores.signals.recordScans([
    aScan(one, { shadow: { signals: [reversal], cards: [aNewCard({ suppressedReason: 'shadow' })] } }),
    aScan(two, {
      signals: [aSignal(), reversal, later],
      cards: [aNewCard(), aNewCard({ firedAt: FIRED_AT + 300_000 })],
    }),
    aScan(lost),
    aScan(silent, { signals: [], cards: [] }),
  ]);

  expect(written).toEqual([
    { signals: 2, cards: 2 },
    { signals: 3, cards: 2 },
    'lost',
    { signals: 0, cards: 0 },
  ]);
  const { rows } = await database.current.pool.query(
    `SELECT s.ticker, c.channel_id, c.fired_at = $1 AS first, array_agg(g.detector_id ORDER BY g.detector_id) AS seen
     FROM cards c JOIN symbols s ON s.id = c.symbol_id JOIN alerts a ON a.card_id = c.id
     JOIN signals g ON g.id = a.signal_id AND g.symbol_id = c.symbol_id AND g.fired_at = c.fired_at
     WHERE s.ticker IN ('M1', 'M2', 'M3', 'M4') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 DESC`,
    [new Date(FIRED_AT)],
  );
  expect(rows).toEqual([
    { ticker: 'M1', channel_id: '900', first: true, seen: ['breakout_v1'] },
    { ticker: 'M1', channel_id: 'shadow', first: true, seen: ['rsi_reversal_v1'] },
    { ticker: 'M2', channel_id: '900', first: true, seen: ['breakout_v1', 'rsi_reversal_v1'] },
    { ticker: 'M2', channel_id: '900', first: false, seen: ['rsi_reversal_v1'] },
  ]);
});

test('two that move the same cursors, and find them in opposite orders, never wait in a circle', async () => {
  const { stores, pool, url } = database.current;
  const watches: Watch[] = [];
  for (let index = 0; index < 5; index += 1) watches.push(await aWatch(stores, `ORDER${index}`));
  // Written again from the last to the first, so that whoever reads the table finds them backwards.
  for (const { id } of watches.toReversed())
    await pool.query('UPDATE watch_requests SET channel_id = channel_id WHERE id = $1', [id]);
  const scans = watches.map((watch) => aScan(watch, { signals: [], cards: [] }));
  const [byIndex, byTable] = ['enable_seqscan', 'enable_indexscan'].map((off) =>
    connect({ url: `${url}?options=-c ${off}=off -c enable_bitmapscan=off`, log: quiet }),
  ) as [Connection, Connection];
  const gate = await pool.connect();
  const waiting = async () =>
    (
      await pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
    ).rowCount;

  await gate.query('BEGIN');
  await gate.query('SELECT FROM watch_requests WHERE id = $1 FOR UPDATE', [watches[2]?.id]);
  const one = signalStore(byIndex).recordScans(scans);
  await expect.poll(waiting).toBe(1);
  const other = signalStore(byTable).recordScans(scans);
  await expect.poll(waiting).toBe(2);
  await gate.query('COMMIT');
  gate.release();

  const written = await Promise.all([one, other]);
  await Promise.all([byIndex.close(), byTable.close()]);
  expect(written.map((each) => each.filter((scan) => scan === 'lost').length)).toEqual([0, 5]);
});

test('a scan that fails writes nothing and leaves the cursor', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'CRASH');
  const unknown = aSignal({ detectorId: 'nobody', firedAt: FIRED_AT });

  await expect(stores.signals.recordScan(aScan(watch, { signals: [aSignal(), unknown] }))).rejects.toThrow();

  expect([await countOf('signals', 'CRASH'), await countOf('cards', 'CRASH')]).toEqual([0, 0]);
  expect(await stores.signals.recordScan(aScan(watch))).toEqual({ signals: 1, cards: 1 });
});

test('a stopped watch takes no scan', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'STOPPED');
  await stores.watches.remove({ ticker: 'STOPPED', timeframe: '5m', userId: 'u1' });

  expect(await stores.signals.recordScan(aScan(watch))).toBe('lost');
});

test('several detectors share a card, opposite sides do not', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'SHARED');
  const signals = [
    aSignal(),
    aSignal({ detectorId: 'rsi_reversal_v1', score: 0.9 }),
    aSignal({ side: 'short', detectorId: 'rsi_reversal_v1', firedAt: FIRED_AT + 300_000 }),
    aSignal({ firedAt: FIRED_AT + 300_000 }),
  ];
  const cards = [
    aNewCard(),
    aNewCard({ side: 'short', firedAt: FIRED_AT + 300_000 }),
    aNewCard({ firedAt: FIRED_AT + 300_000 }),
  ];

  const written = await stores.signals.recordScan(aScan(watch, { signals, cards }));

  expect(written).toEqual({ signals: 4, cards: 3 });
  const { rows } = await database.current.pool.query(
    `SELECT count(*)::int AS alerts, bool_or(a.delivered) AS delivered, min(a.payload->'levels'->>'rule') AS rule
     FROM alerts a JOIN cards c ON c.id = a.card_id JOIN symbols s ON s.id = c.symbol_id
     WHERE s.ticker = 'SHARED' GROUP BY c.id ORDER BY c.id`,
  );
  expect(rows).toEqual([2, 1, 1].map((alerts) => ({ alerts, delivered: false, rule: 'atr' })));
});

test('a card that people are not shown is stored with its reason', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'STALE');

  await stores.signals.recordScan(aScan(watch, { cards: [aNewCard({ suppressedReason: 'stale' })] }));

  const { rows } = await database.current.pool.query(
    `SELECT state, suppressed_reason FROM cards c JOIN symbols s ON s.id = c.symbol_id WHERE s.ticker = 'STALE'`,
  );
  expect(rows).toEqual([{ state: 'suppressed', suppressed_reason: 'stale' }]);
});

test('a replay leaves what exists as it is, and says what it is', async () => {
  const { stores } = database.current;
  await stores.detectors.sync([aDetector({ id: 'model_v1', kind: 'ml' })]);
  await stores.signals.recordScan(aScan(await aWatch(stores, 'REPLAY')));
  const found = [
    aSignal({ score: 0.1 }),
    aSignal({ firedAt: FIRED_AT - 300_000 }),
    aSignal({ firedAt: FIRED_AT - 300_000, detectorId: 'model_v1', sourceSystem: 'ml_scanner' }),
  ];
  const replay = () =>
    stores.signals.recordReplay({ ticker: 'REPLAY', timeframe: '5m' }, found, {
      runId: 'r',
      origin: 'replay',
    });

  expect([await replay(), await replay()]).toEqual([2, 0]);

  const stored = await stores.signals.list({ ticker: 'REPLAY', limit: 10 });
  expect(stored.map(({ origin, score, sourceSystem }) => [origin, score, sourceSystem])).toEqual([
    ['live', 0.8, 'basic_scanner'],
    ['replay', 0.8, 'ml_scanner'],
    ['replay', 0.8, 'basic_scanner'],
  ]);
  expect(await countOf('cards', 'REPLAY')).toBe(1);
});

test('a long replay is written in one go', async () => {
  const { stores } = database.current;
  const found = Array.from({ length: 3500 }, (_, index) => aSignal({ firedAt: FIRED_AT + index * 300_000 }));

  const added = await stores.signals.recordReplay({ ticker: 'MANY', timeframe: '5m' }, found, {
    runId: 'r',
    origin: 'replay',
  });

  expect(added).toBe(3500);
});

test('signals are listed newest first, by ticker, timeframe, side and time', async () => {
  const { stores } = database.current;
  const found = [0, 1, 2].map((step) =>
    aSignal({ firedAt: FIRED_AT + step * 300_000, side: step === 1 ? 'short' : 'long' }),
  );
  await stores.signals.recordReplay({ ticker: 'LIST', timeframe: '5m' }, found, {
    runId: 'r',
    origin: 'replay',
  });
  const times = async (filter: object) =>
    (await stores.signals.list({ ticker: 'LIST', limit: 10, ...filter })).map(
      ({ firedAt }) => (firedAt - FIRED_AT) / 300_000,
    );

  expect(await times({})).toEqual([2, 1, 0]);
  expect(await times({ limit: 2 })).toEqual([2, 1]);
  expect(await times({ side: 'short' })).toEqual([1]);
  expect(await times({ timeframe: '1h' })).toEqual([]);
  expect(await times({ before: FIRED_AT + 300_000 })).toEqual([0]);
});

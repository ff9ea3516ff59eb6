import { expect, test } from 'vitest';
import type { NewWatch } from '../../../src/app/ports.ts';
import { withDatabase } from '../../support/database.ts';

const database = withDatabase();
const START = Date.UTC(2026, 2, 2, 15);

function aRequest(ticker: string, overrides: Partial<NewWatch> = {}): NewWatch {
  return {
    ticker,
    timeframe: '5m',
    params: { detectors: ['breakout_v1'], minScore: 0.4, sides: ['long'], cooldownMinutes: 15 },
    channelId: '900',
    userId: 'ann',
    startAfter: START,
    ...overrides,
  };
}

test('a watch is created, joined, left by one and stopped by the last', async () => {
  const { watches } = database.current.stores;
  const leave = (userId: string) => watches.remove({ ticker: 'SPY', timeframe: '5m', userId });

  const created = await watches.add(aRequest('SPY'));
  const joined = await watches.add(
    aRequest('SPY', { userId: 'bob', channelId: '901', startAfter: START + 1 }),
  );
  const unchanged = await watches.add(aRequest('SPY', { userId: 'bob' }));

  expect([created.outcome, joined.outcome, unchanged.outcome]).toEqual(['created', 'joined', 'unchanged']);
  expect(created.watch).toMatchObject({ ...aRequestAsWatch('SPY'), lastScannedTs: START, createdBy: 'ann' });
  expect(joined.watch, 'who joins changes nothing').toEqual(created.watch);
  expect(await leave('carol')).toBeNull();
  expect(await leave('ann')).toBe('left');
  expect(await leave('bob')).toBe('stopped');
  expect(await leave('bob')).toBeNull();
  expect(await watches.active()).toEqual([]);
});

function aRequestAsWatch(ticker: string) {
  const { timeframe, params, channelId } = aRequest(ticker);
  return { ticker, timeframe, params, channelId };
}

test('a resumed watch begins at the last closed candle, with what was asked for now', async () => {
  const { watches } = database.current.stores;
  const { watch } = await watches.add(aRequest('QQQ'));
  await watches.remove({ ticker: 'QQQ', timeframe: '5m', userId: 'ann' });

  const again = await watches.add(aRequest('QQQ', { userId: 'bob', startAfter: START + 86_400_000 }));

  expect(again.outcome).toBe('resumed');
  expect(again.watch).toMatchObject({ id: watch.id, lastScannedTs: START + 86_400_000, createdBy: 'bob' });
});

test('several people who ask at once share one watch', async () => {
  const { watches } = database.current.stores;

  const added = await Promise.all(
    ['a', 'b', 'c', 'd'].map((userId) => watches.add(aRequest('IWM', { userId }))),
  );

  expect(new Set(added.map(({ watch }) => watch.id)).size).toBe(1);
  expect(added.map(({ outcome }) => outcome).sort()).toEqual(['created', 'joined', 'joined', 'joined']);
});

test('a person sees the watches they follow', async () => {
  const { watches } = database.current.stores;
  await watches.add(aRequest('AMD', { userId: 'dan' }));
  await watches.add(aRequest('AAPL', { userId: 'dan', timeframe: '1h' }));
  await watches.add(aRequest('TSLA', { userId: 'eve' }));

  const mine = await watches.of('dan');

  expect(mine.map(({ ticker, timeframe }) => `${ticker} ${timeframe}`)).toEqual(['AAPL 1h', 'AMD 5m']);
});

test('a watch that another program wrote watches everything', async () => {
  const { pool, stores } = database.current;
  const id = await stores.symbols.resolve('DIA');
  await pool.query(
    `INSERT INTO watch_requests (symbol_id, timeframe, params) VALUES ($1, '1h', '{"minScore": 0.5}')`,
    [id],
  );

  const watch = (await stores.watches.active()).find(({ ticker }) => ticker === 'DIA');

  expect(watch).toMatchObject({
    params: { detectors: [], minScore: 0.5, sides: ['long', 'short'] },
    channelId: '',
    lastScannedTs: null,
  });
});

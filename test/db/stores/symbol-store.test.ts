import { expect, test } from 'vitest';
import { withDatabase } from '../../support/database.ts';
import { aWatch } from '../../support/stored-desk.ts';

const database = withDatabase();

test('a ticker keeps its row, and an exchange learned later is filled in place', async () => {
  const { symbols } = database.current.stores;

  const first = await symbols.resolve('AAPL');
  const later = await symbols.resolve('AAPL', { exchange: 'NMS' });
  const again = await symbols.resolve('AAPL', { exchange: 'NYQ' });

  expect([later, again]).toEqual([first, first]);
  const { rows } = await database.current.pool.query(`SELECT exchange FROM symbols WHERE ticker = 'AAPL'`);
  expect(rows).toEqual([{ exchange: 'NMS' }]);
});

test('many that meet a new ticker at once make one row', async () => {
  const { pool, stores } = database.current;
  await Promise.all([1, 2, 3, 4, 5].map(() => pool.query('SELECT pg_sleep(0.1)'))); // so that all are connected
  const exchanges = ['NMS', null, 'NMS', null, null];

  for (const ticker of ['MSFT', 'GOOG', 'AMZN', 'META']) {
    const ids = await Promise.all(exchanges.map((exchange) => stores.symbols.resolve(ticker, { exchange })));

    expect(new Set(ids).size, ticker).toBe(1);
  }
  const { rows } = await pool.query(`SELECT FROM symbols WHERE ticker IN ('MSFT', 'GOOG', 'AMZN', 'META')`);
  expect(rows).toHaveLength(4);
});

test('suggestions begin with the text, watched tickers first, and take no wildcard', async () => {
  const { stores } = database.current;
  for (const ticker of ['NFLX', 'NKE', 'NVDA']) await stores.symbols.resolve(ticker);
  await aWatch(stores, 'NVDA');

  expect(await stores.symbols.suggest('n', 2)).toEqual(['NVDA', 'NFLX']);
  expect(await stores.symbols.suggest('N%', 10)).toEqual([]);
});

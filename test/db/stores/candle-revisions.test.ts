import { expect, test } from 'vitest';
import { aSession, aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';

const database = withDatabase();

test('revisions after a mark name their tickers once, and the next mark', async () => {
  const { candles } = database.current.stores;
  const walk = aWalk(10);
  const { date, close } = aSession();
  const store = (ticker: string, volume: number) =>
    candles.store({
      ticker,
      timeframe: '5m',
      source: 'test',
      candles: walk.map((candle) => ({ ...candle, volume })),
      coverage: [{ date, coveredThrough: close }],
    });
  for (const ticker of ['AA', 'BB', 'CC']) await store(ticker, 1);

  const begin = await candles.revisedAfter(null);
  await store('BB', 2);
  await store('CC', 2);
  const changed = await candles.revisedAfter(begin.last);
  const later = await candles.revisedAfter(changed.last);

  expect(begin).toEqual({ last: 0, tickers: [] });
  expect(changed.tickers.toSorted()).toEqual(['BB', 'CC']);
  expect(later).toEqual({ last: changed.last, tickers: [] });
});

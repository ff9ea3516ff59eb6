import { beforeAll, expect, test } from 'vitest';
import { withDatabase } from '../../support/database.ts';
import { aSignal, FIRED_AT, someFeatures } from '../../support/signals.ts';
import { seedDetectors } from '../../support/stored-desk.ts';

const database = withDatabase();
beforeAll(() => seedDetectors(database.current.stores));

test('an empty database has no statistics', async () => {
  const { stats } = database.current.stores;

  expect(await stats.totals()).toEqual({
    signals: 0,
    outcomes: 0,
    decisions: 0,
    candles: 0,
    quoteFill: null,
    unlabelled: 0,
  });
  expect(await stats.nullShares(10)).toEqual({});
});

test('totals count rows, quotes and what is not labelled yet', async () => {
  const { stores, pool } = database.current;
  const quote = { bid: 1, ask: 2 };
  const signals = [0, 1, 2, 3].map((step) =>
    aSignal({
      firedAt: FIRED_AT + step * 300_000,
      quote: step === 0 ? quote : null,
      features: someFeatures({ rsi14: step === 3 ? null : 50 }),
    }),
  );
  await stores.signals.recordReplay({ ticker: 'SPY', timeframe: '5m' }, signals, {
    runId: 'r',
    origin: 'replay',
  });
  const ids = (await stores.signals.list({ limit: 10 })).map(({ id }) => id).reverse();
  const outcome = (id: number | undefined, ret: number, touches: string) =>
    pool.query(
      `INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars, ret_close, hit_tp1, hit_stop, t_to_tp1, t_to_stop, first_barrier)
       VALUES (${id}, '5m', 20, ${ret}, ${touches})`,
    );
  await outcome(ids[0], 0.01, `true, false, '5 min', null, 'tp1'`);
  await outcome(ids[1], -0.02, `true, true, '10 min', '5 min', 'stop'`);
  await outcome(ids[2], 0.07, `true, true, '5 min', '10 min', null`);

  expect(await stores.stats.totals()).toMatchObject({
    signals: 4,
    outcomes: 3,
    quoteFill: 0.25,
    unlabelled: 1,
  });
  expect(await stores.stats.nullShares(2)).toMatchObject({ rsi14: 0.5, vix_level: 1 });
});

import { beforeAll, expect, test } from 'vitest';
import { withDatabase } from '../support/database.ts';
import { aTarget } from '../support/labels.ts';
import { anOutcome } from '../support/outcomes.ts';
import { aSignal, FIRED_AT } from '../support/signals.ts';
import { seedDetectors } from '../support/stored-desk.ts';

const DAY = 86_400_000;
const database = withDatabase();
beforeAll(() => seedDetectors(database.current.stores));

/** 2022-06-14 is the day of the signal. */
test.each([
  ['on the day of the entry', '2022-06-14', 0],
  ['on a day that the window crosses', '2022-06-15', 0.25],
  ['on the day it ends', '2022-06-16', 0.25],
  ['after it', '2022-06-17', 0],
])('a label says what went ex %s', async (_when, exDate, expected) => {
  const { stores, pool } = database.current;
  const ticker = `D${exDate.slice(-2)}`;
  await stores.signals.recordReplay({ ticker, timeframe: '5m' }, [aSignal()], {
    runId: 'r',
    origin: 'replay',
  });
  const [signal] = await stores.signals.list({ ticker, limit: 1 });
  const target = aTarget({ id: signal?.id ?? 0, firedAt: FIRED_AT });
  await stores.outcomes.insert([anOutcome({ target, horizonEndTs: FIRED_AT + 2 * DAY })]);

  const actions = [{ kind: 'dividend', exDate, amount: 0.25 }] as const;
  const added = [
    await stores.actions.add(ticker, actions, 'test'),
    await stores.actions.add(ticker, actions, 'test'),
  ];

  expect(added.map(({ length }) => length)).toEqual([1, 0]);
  const { rows } = await pool.query(
    'SELECT dividend_usd::float8 AS usd FROM training_rows WHERE ticker = $1',
    [ticker],
  );
  expect(rows).toEqual([{ usd: expected }]);
});

import { beforeAll, describe, expect, test } from 'vitest';
import { hasTimescale, withDatabase } from '../support/database.ts';
import { hotQueries, TRAINING_DAY } from '../support/hot-queries.ts';
import { type LargeDesk, seedLargeDesk } from '../support/large-desk.ts';
import { statementsOf, type Visit, visitsOf } from '../support/plans.ts';

/** Rows by the thousand are there: who reads one of these from end to end would read years of it at a real desk. */
const LARGE = [
  'candles',
  'signals',
  'outcomes',
  'candle_coverage',
  'cards',
  'alerts',
  'decisions',
  'outbox',
  'orders',
  'executions',
  'ledger_positions',
];
const OPEN = 240;
const database = withDatabase();
const sizes = new Map<string, number>();
let desk: LargeDesk;
beforeAll(async () => {
  const { pool, stores } = database.current;
  desk = await seedLargeDesk(pool, {
    tickers: 20,
    candles: 10_000,
    candlesPerSignal: 20,
    openSessions: 3,
    cards: 5_000,
  });
  await stores.journal.refresh();
  await pool.query('ANALYZE');
  for (const table of LARGE) {
    const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    sizes.set(table, rows[0]?.n ?? 0);
  }
}, 120_000);

/** Visits that read a large table from end to end. */
function readsWhole(visits: readonly Visit[]): Visit[] {
  return visits.filter(
    ({ how, table, rows }) => how === 'Seq Scan' && rows >= (sizes.get(table) ?? Infinity),
  );
}

// With Timescale a chunk of so small a desk is read whole, rightly; bench/scale.ts looks at a large one.
describe.skipIf(await hasTimescale())('over years of history', () => {
  test.each(hotQueries(OPEN))('$name: looks at no more than $rows rows of a table', async (query) => {
    const { pool, stores } = database.current;

    const statements = await statementsOf(pool, () => query.run(stores, desk));

    expect(statements).not.toEqual([]);
    for (const statement of statements) {
      const visits = await visitsOf(pool, statement);
      expect(readsWhole(visits), `reads a table from end to end: ${statement.text}`).toEqual([]);
      const many = visits.filter(({ rows, table }) => sizes.has(table) && rows > query.rows);
      expect(many, `looks at too much: ${statement.text}`).toEqual([]);
    }
  });

  test('a day of the training query: looks at that day alone', async () => {
    const visits = await visitsOf(database.current.pool, TRAINING_DAY);

    expect(readsWhole(visits)).toEqual([]);
    expect(Math.max(...visits.map(({ rows }) => rows)), 'of 60,000 outcomes').toBeLessThan(3_000);
  });
});

test('what is held against: a query that does read all is seen', async () => {
  const { pool } = database.current;

  const [statement] = await statementsOf(pool, () =>
    pool.query('SELECT count(*) FROM candles WHERE volume > $1', [1]),
  );
  const visits = await visitsOf(pool, statement ?? { text: '', values: [] });

  expect(readsWhole(visits)).toEqual([{ table: 'candles', how: 'Seq Scan', rows: 200_000 }]);
});

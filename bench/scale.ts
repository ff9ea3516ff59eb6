import type { Database } from '../src/db/open.ts';
import { type HotQuery, hotQueries, TRAINING_DAY } from '../test/support/hot-queries.ts';
import { type LargeDesk, seedLargeDesk } from '../test/support/large-desk.ts';
import { statementsOf, visitsOf } from '../test/support/plans.ts';
import { type BenchResult, quantile } from './bench.ts';
import { withBenchDatabase } from './database.ts';
import { measureTrainingQuery } from './training-query.ts';

/** Candles; one in ten has a signal, each with six outcomes. `SCALE_CANDLES=10000000` is the claim of DESIGN section 10. */
const SIZES = (process.env.SCALE_CANDLES ?? '200000,1000000').split(',').map(Number);
const TICKERS = 100;
const CANDLES_PER_SIGNAL = 10;
const OPEN_SESSIONS = 3;
const ROUNDS = 60;
/** Look-ups by primary key that one of these may cost, at the median; it reads hundreds of rows where that reads one. */
const REACH = 60;
const SMALL = 5_000;

/** The hot queries over years of history: time against a bare look-up by primary key, and how many rows they look at. */
export const scale = {
  name: 'scale',
  run: async (): Promise<BenchResult[]> => {
    const results: BenchResult[] = [];
    for (const size of SIZES)
      results.push(...(await withBenchDatabase((database) => measure(database, size))));
    return results;
  },
};

async function measure(database: Database, candles: number): Promise<BenchResult[]> {
  const { pool, stores } = database;
  const began = performance.now();
  const desk = await seedLargeDesk(pool, {
    tickers: TICKERS,
    candles: candles / TICKERS,
    candlesPerSignal: CANDLES_PER_SIGNAL,
    openSessions: OPEN_SESSIONS,
    cards: candles / 100,
  });
  await stores.journal.refresh();
  await pool.query('ANALYZE');
  const made = await sizeOf(database);
  process.stdout.write(
    `  ${made.words}; made in ${Math.round((performance.now() - began) / 1000)} s; ${Math.round(made.candleBytes)} bytes a candle\n`,
  );
  const open = TICKERS * OPEN_SESSIONS * Math.ceil(78 / CANDLES_PER_SIGNAL);
  const results: BenchResult[] = [];
  for (const query of hotQueries(open)) results.push(...(await measureQuery(database, desk, query)));
  results.push(await rowsOf(database, { name: 'a day of the training query', rows: SMALL }, [TRAINING_DAY]));
  results.push(await measureTrainingQuery(database, candles));
  return results.map((result) => ({ ...result, size: candles }));
}

type Sized = Omit<BenchResult, 'size'>;

/** In turns with the bare look-up, so that whatever else the machine does strikes both. */
async function measureQuery(database: Database, desk: LargeDesk, query: HotQuery): Promise<BenchResult[]> {
  const { pool, stores } = database;
  const statements = await statementsOf(pool, () => query.run(stores, desk));
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.bare.push(
      await timed(() => pool.query('SELECT * FROM symbols WHERE id = $1', [1 + (round % TICKERS)])),
    );
    times.ours.push(await timed(() => query.run(stores, desk)));
  }
  const lines = [0.5, 0.99].map((share): Sized => {
    const [ms, limitMs] = [quantile(times.ours, share), quantile(times.bare, share)];
    const what = `${query.name}, p${share * 100}, against a look-up by key`;
    return { what, ms, limitMs, ratio: ms / limitMs, reach: REACH, better: 'lower' };
  });
  return [...lines.map((line) => ({ ...line, size: 0 })), await rowsOf(database, query, statements)];
}

/** Most rows that a statement looks at in one table, by EXPLAIN, against what it may. */
async function rowsOf(
  { pool }: Database,
  { name, rows: limit }: Pick<HotQuery, 'name' | 'rows'>,
  statements: Awaited<ReturnType<typeof statementsOf>>,
): Promise<BenchResult> {
  let most = { table: '', how: '', rows: 0 };
  for (const statement of statements)
    for (const visit of await visitsOf(pool, statement))
      if (visit.table !== 'symbols' && visit.rows > most.rows) most = visit;
  return {
    what: `${name}: rows looked at (${most.how} ${most.table})`,
    size: 0,
    unit: 'rows',
    ms: most.rows,
    limitMs: limit,
    ratio: most.rows / limit,
    reach: 1,
    better: 'lower',
  };
}

async function sizeOf({ pool }: Database): Promise<{ readonly words: string; readonly candleBytes: number }> {
  const { rows } = await pool.query<{
    candles: number;
    signals: number;
    outcomes: number;
    bytes: number;
    all: number;
  }>(
    `SELECT (SELECT count(*) FROM candles)::float8 AS candles, (SELECT count(*) FROM signals)::float8 AS signals,
       (SELECT count(*) FROM outcomes)::float8 AS outcomes, pg_total_relation_size('candles')::float8 AS bytes,
       pg_database_size(current_database())::float8 AS "all"`,
  );
  const [found] = rows;
  if (found === undefined) throw new Error('a SELECT without FROM answers one row');
  const { candles, signals, outcomes, bytes, all } = found;
  const words = `${candles} candles, ${signals} signals, ${outcomes} outcomes, ${(all / 2 ** 30).toFixed(2)} GiB`;
  return { words, candleBytes: bytes / candles };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

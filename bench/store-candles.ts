import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Database } from '../src/db/open.ts';
import { candleSpans, sessionsBetween } from '../src/domain/calendar.ts';
import type { RawCandle } from '../src/domain/candle.ts';
import { checkCandles } from '../src/domain/check-candles.ts';
import type { BenchResult } from './bench.ts';
import { withBenchDatabase } from './database.ts';

const SERIES = { ticker: 'BENCH', timeframe: '5m' } as const;
const FROM = Date.UTC(2012, 0, 1);
const NOW = Date.UTC(2026, 0, 1);
const SIZES = [1_000, 10_000, 100_000];
const ROUNDS = 7;
const COLUMNS = 'symbol_id, timeframe, ts, open, high, low, close, volume, vwap, source, is_adjusted';

/** Candles validated, staged and merged, against a bare COPY of the same rows into the same table. */
export const storeCandles = {
  name: 'store-candles',
  run: (): Promise<BenchResult[]> =>
    withBenchDatabase(async (database) => {
      const results: BenchResult[] = [];
      for (const size of SIZES) results.push(await measure(database, size));
      return results;
    }),
};

async function measure(database: Database, size: number): Promise<BenchResult> {
  const rows = walk(size);
  await timedFromEmpty(database, () => storeAll(database, rows));
  const rendered = await renderRows(database);
  let ours = Number.POSITIVE_INFINITY;
  let bare = Number.POSITIVE_INFINITY;
  // In turns, and the best of each: what else runs on the machine only ever adds.
  for (let round = 0; round < ROUNDS; round++) {
    ours = Math.min(ours, await timedFromEmpty(database, () => storeAll(database, rows)));
    bare = Math.min(bare, await timedFromEmpty(database, () => copyBare(database, rendered)));
  }
  return {
    what: 'candles stored, in rows/s of a bare COPY',
    size,
    ms: ours,
    limitMs: bare,
    ratio: bare / ours,
    reach: 0.6,
    better: 'higher',
  };
}

async function storeAll({ stores }: Database, rows: readonly RawCandle[]): Promise<void> {
  const { candles } = checkCandles(rows, { timeframe: SERIES.timeframe, now: NOW, graceMs: 0 });
  const { inserted } = await stores.candles.store({ ...SERIES, source: 'bench', candles, coverage: [] });
  if (inserted !== rows.length) throw new Error(`${inserted} of ${rows.length} candles were stored`);
}

/** The rows as COPY wants them, rendered beforehand: the limit pays for no formatting. */
async function renderRows({ pool }: Database): Promise<Buffer> {
  const client = await pool.connect();
  try {
    return await buffer(client.query(copyTo(`COPY (SELECT ${COLUMNS} FROM candles ORDER BY ts) TO STDOUT`)));
  } finally {
    client.release();
  }
}

function copyBare({ transaction }: Database, rendered: Buffer): Promise<void> {
  return transaction(({ client }) =>
    pipeline(Readable.from([rendered]), client.query(copyFrom(`COPY candles (${COLUMNS}) FROM STDIN`))),
  );
}

/** Milliseconds that work takes on an empty table. */
async function timedFromEmpty({ pool }: Database, work: () => Promise<unknown>): Promise<number> {
  await pool.query('TRUNCATE candles, candle_coverage, candle_revisions');
  await pool.query('CHECKPOINT');
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** A seeded walk in cents over real sessions. */
function walk(size: number): RawCandle[] {
  let state = 7;
  const draw = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  let cents = 40_000;
  const opens = sessionsBetween(FROM, NOW).flatMap((session) => candleSpans(session, SERIES.timeframe));
  return opens.slice(0, size).map(({ ts }) => {
    const open = cents;
    cents = Math.max(10_000, cents + draw(121) - 60);
    const high = (Math.max(open, cents) + draw(30)) / 100;
    const low = (Math.min(open, cents) - draw(30)) / 100;
    return { ts, open: open / 100, high, low, close: cents / 100, volume: 1_000 + draw(100_000), vwap: null };
  });
}

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { labelDue } from '../src/app/labels/label-due.ts';
import type { Database } from '../src/db/open.ts';
import { candleSpans, sessionsBetween } from '../src/domain/calendar.ts';
import type { Candle } from '../src/domain/candle.ts';
import * as detectors from '../src/domain/detectors/all.ts';
import { hashDetector } from '../src/domain/detectors/code-hash.ts';
import { defaultHorizons } from '../src/domain/labels/horizons.ts';
import { labelByLateral } from '../test/support/label-oracle.ts';
import { quiet } from '../test/support/quiet-log.ts';
import { aSettings, REACH_DAYS } from '../test/support/settings.ts';
import { aSignal, someFeatures } from '../test/support/signals.ts';
import type { BenchResult } from './bench.ts';
import { withBenchDatabase } from './database.ts';

const SERIES = { ticker: 'BENCH', timeframe: '1m' } as const;
const BARS = defaultHorizons('1m').map(({ bars }) => bars);
const FROM = Date.UTC(2012, 0, 1);
const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const CANDLES_PER_SIGNAL = 10;
/** Candles. The LATERAL query takes minutes for more than it is asked. */
const SIZES = [
  { candles: 10_000, rounds: 15, lateral: true },
  { candles: 100_000, rounds: 3, lateral: true },
  { candles: 1_000_000, rounds: 1, lateral: false },
] as const;
type Size = (typeof SIZES)[number];

/** All columns but when the row was written. */
const COLUMNS = `signal_id, signal_fired_at, horizon_tf, horizon_bars, ret_close, max_run_up, max_drawdown, hit_tp1,
  hit_tp2, hit_tp3, hit_stop, t_to_tp1, t_to_stop, label_version, first_barrier, ambiguous, horizon_end_ts, state,
  entry_price, gap_fill, ret_worst, ret_best, settled_by`;

/**
 * Labels of many signals, both versions and all horizons, against the work nobody can avoid; the six horizons
 * of version 1 against one LATERAL query; and the memory of it as history grows.
 */
export const labelSignals = {
  name: 'label-signals',
  run: async (): Promise<BenchResult[]> => {
    const results: BenchResult[] = [];
    const heaps: number[] = [];
    for (const size of SIZES) {
      const { heapMb, found } = await withBenchDatabase((database) => measure(database, size));
      results.push(...found, memoryResult(size.candles, heapMb, heaps[0] ?? heapMb));
      heaps.push(heapMb);
    }
    return results;
  },
};

function memoryResult(candles: number, heapMb: number, before: number): BenchResult {
  return {
    what: 'live memory while labelling, against the smallest history',
    size: candles,
    unit: 'MB',
    ms: heapMb,
    limitMs: before,
    ratio: heapMb / before,
    reach: 1.5,
    better: 'lower',
  };
}

async function measure(
  database: Database,
  { candles, rounds, lateral }: Size,
): Promise<{ readonly heapMb: number; readonly found: BenchResult[] }> {
  await prepare(database, candles);
  const heapMb = await liveHeap(database);
  const copied = await rowsAsText(database);
  let ours = Number.POSITIVE_INFINITY;
  let bare = Number.POSITIVE_INFINITY;
  // In turns, and the best of each: what else runs on the machine only ever adds.
  for (let round = 0; round < rounds; round++) {
    ours = Math.min(ours, await timedFromEmpty(database, () => labelAll(database)));
    bare = Math.min(bare, await timedFromEmpty(database, () => readAndCopy(database, copied)));
  }
  const found: BenchResult[] = [
    {
      what: 'both versions at all horizons, against reading the candles and COPYing the outcomes',
      size: candles,
      ms: ours,
      limitMs: bare,
      ratio: ours / bare,
      reach: 2,
      better: 'lower',
    },
  ];
  if (lateral) found.push(await againstLateral(database, { candles, rounds }));
  return { heapMb, found };
}

async function againstLateral(
  database: Database,
  { candles, rounds }: Pick<Size, 'candles' | 'rounds'>,
): Promise<BenchResult> {
  let ours = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    ours = Math.min(ours, await timedFromEmpty(database, () => labelAll(database, 1)));
  }
  await database.pool.query('CREATE TABLE ours AS SELECT * FROM outcomes');
  const lateral = await timedFromEmpty(database, () =>
    labelByLateral(database.pool, { bars: BARS, candleLength: '1 minute' }),
  );
  await assertSameRows(database);
  return {
    what: 'version 1 at six horizons, against one LATERAL query that computes and inserts it',
    size: candles,
    ms: ours,
    limitMs: lateral,
    ratio: lateral / ours,
    reach: 20,
    better: 'higher',
  };
}

/** A walk of 1m candles, and a signal on every tenth, so that each horizon is complete. */
async function prepare({ stores, pool }: Database, size: number): Promise<void> {
  const wanted = size + Math.max(...BARS);
  const sessions = sessionsBetween(FROM, NOW).slice(0, Math.ceil(wanted / 385));
  const candles = walk(
    sessions.flatMap((session) => candleSpans(session, SERIES.timeframe)).map(({ ts }) => ts),
  );
  const coverage = sessions.map(({ date, close }) => ({ date, coveredThrough: close }));
  for (let at = 0; at < candles.length; at += 100_000) {
    await stores.candles.store({
      ...SERIES,
      source: 'bench',
      candles: candles.slice(at, at + 100_000),
      coverage: at === 0 ? coverage : [],
    });
  }
  await stores.detectors.sync(
    Object.values(detectors).map((detector) => ({ ...detector, codeHash: hashDetector(detector) })),
  );
  const features = someFeatures({ atr14: 1.2, rsi14: 55.5, rel_vol_20: 1.4, macd_hist: 0.11 });
  const signals = candles
    .slice(0, size)
    .filter((_, index) => index % CANDLES_PER_SIGNAL === 0)
    .map(({ ts, close }, index) =>
      aSignal({
        timeframe: SERIES.timeframe,
        firedAt: ts + MINUTE,
        priceAtSignal: close,
        side: index % 2 === 0 ? 'long' : 'short',
        features,
      }),
    );
  for (let at = 0; at < signals.length; at += 10_000) {
    await stores.signals.recordReplay(SERIES, signals.slice(at, at + 10_000), {
      runId: 'bench',
      origin: 'replay',
    });
  }
  await pool.query('VACUUM ANALYZE candles, signals');
}

function walk(opens: readonly number[]): Candle[] {
  let state = 7;
  const draw = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  let cents = 40_000;
  return opens.map((ts) => {
    const open = cents;
    cents = Math.min(90_000, Math.max(10_000, cents + draw(121) - 60));
    const high = (Math.max(open, cents) + draw(30)) / 100;
    const low = (Math.min(open, cents) - draw(30)) / 100;
    return { ts, open: open / 100, high, low, close: cents / 100, volume: 1_000 + draw(1_000), vwap: null };
  });
}

async function labelAll({ stores }: Database, labelVersion?: number): Promise<void> {
  const deps = { stores, log: quiet, settings: aSettings(), market: { reachDays: REACH_DAYS } };
  const result = await labelDue(deps, { now: NOW, ...(labelVersion !== undefined && { labelVersion }) });
  if (result.pending > 0 || result.failures.length > 0) {
    throw new Error(`not all was labelled: ${JSON.stringify(result)}`);
  }
}

/**
 * The most that was alive at once while all was labelled, beyond what was before, in MB. A look is taken with
 * each batch in hand, so that a short run is looked at as closely as a long one; garbage is collected before it.
 */
async function liveHeap(database: Database): Promise<number> {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const alive = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  const before = alive();
  let most = before;
  const { outcomes } = database.stores;
  const insert: typeof outcomes.insert = (rows) => {
    most = Math.max(most, alive());
    return outcomes.insert(rows);
  };
  await labelAll({ ...database, stores: { ...database.stores, outcomes: { ...outcomes, insert } } });
  return Math.max(1, Math.max(most, alive()) - before);
}

/** The outcomes as COPY wants them, rendered beforehand: the limit pays for no computing at all. */
async function rowsAsText({ pool }: Database): Promise<Buffer> {
  const client = await pool.connect();
  try {
    return await buffer(client.query(copyTo(`COPY (SELECT ${COLUMNS} FROM outcomes) TO STDOUT`)));
  } finally {
    client.release();
  }
}

async function readAndCopy({ pool, transaction }: Database, rows: Buffer): Promise<void> {
  await pool.query({
    rowMode: 'array',
    text: `SELECT date_part('epoch', ts) * 1000, open, high, low, close FROM candles
           WHERE symbol_id = (SELECT id FROM symbols WHERE ticker = $1) AND timeframe = $2 ORDER BY ts`,
    values: [SERIES.ticker, SERIES.timeframe],
  });
  await transaction(({ client }) =>
    pipeline(Readable.from([rows]), client.query(copyFrom(`COPY outcomes (${COLUMNS}) FROM STDIN`))),
  );
}

async function assertSameRows({ pool }: Database): Promise<void> {
  const { rows } = await pool.query<{ n: number; differing: number }>(
    `WITH ours AS (SELECT ${COLUMNS} FROM ours), theirs AS (SELECT ${COLUMNS} FROM outcomes)
     SELECT (SELECT count(*) FROM ours)::int AS n,
            ((SELECT count(*) FROM (SELECT * FROM ours EXCEPT SELECT * FROM theirs) AS a)
            + (SELECT count(*) FROM (SELECT * FROM theirs EXCEPT SELECT * FROM ours) AS b))::int AS differing`,
  );
  if (rows[0] === undefined || rows[0].n === 0 || rows[0].differing > 0) {
    throw new Error(`the LATERAL query says otherwise: ${JSON.stringify(rows[0])}`);
  }
}

/** Milliseconds that work takes when no outcome is there yet. */
async function timedFromEmpty({ pool }: Database, work: () => Promise<unknown>): Promise<number> {
  await pool.query('TRUNCATE outcomes');
  const began = performance.now();
  await work();
  return performance.now() - began;
}

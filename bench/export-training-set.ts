import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import type { TrainingFormat } from '../src/app/training/training-ports.ts';
import type { Database } from '../src/db/open.ts';
import { candleSpans, sessionsBetween } from '../src/domain/calendar.ts';
import type { BenchResult } from './bench.ts';
import { withBenchDatabase } from './database.ts';
import type { ExportCost, ExportOrder } from './export-child.ts';
import { startFlags } from './start-flags.ts';

const SIZES = (process.env.EXPORT_ROWS ?? '10000,100000,1000000').split(',').map(Number);
const TICKERS = 50;
/** Peak memory of a process that streams grows by its buffers, not by its rows. */
const MEMORY_REACH = 1.5;
/** Once it has its buffers it does not grow at all. */
const PLATEAU_REACH = 1.1;
/** Six times what Postgres needs to print the same rows: every cell is read, checked, weighed and encoded here. */
const TIME_REACH = 6;

/** A training set written as Parquet and as CSV, against COPY of the same join into a file; and the memory it takes. */
export const exportSet = {
  name: 'export-training-set',
  run: async (): Promise<BenchResult[]> => {
    const folder = await mkdtemp(join(tmpdir(), 'oracore-bench-export-'));
    const results: BenchResult[] = [];
    const peaks = new Map<TrainingFormat, { readonly size: number; readonly peakMb: number }>();
    try {
      for (const size of SIZES) {
        await withBenchDatabase(async (database, url) => {
          await fill(database, size);
          const limitMs = await timed(() => copyOut(database, join(folder, 'bare.csv')));
          for (const format of ['parquet', 'csv'] as const) {
            const { ms, halvesMb } = await measure({ url, path: join(folder, `${format}-${size}`), format });
            const peakMb = Math.max(...halvesMb);
            const what = `training set as ${format}, against COPY of the same join`;
            results.push({
              what,
              size,
              ms,
              limitMs,
              ratio: ms / limitMs,
              reach: TIME_REACH,
              better: 'lower',
            });
            const first = peaks.get(format) ?? { size, peakMb };
            peaks.set(format, first);
            if (first.size !== size) {
              results.push(memoryGrowth(format, size, { peakMb, first }), plateau(format, size, halvesMb));
            }
          }
        });
      }
      return results;
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

function memoryGrowth(
  format: TrainingFormat,
  size: number,
  {
    peakMb,
    first,
  }: { readonly peakMb: number; readonly first: { readonly size: number; readonly peakMb: number } },
): BenchResult {
  const what = `peak memory as ${format}, against ${first.size} rows`;
  return {
    what,
    size,
    unit: 'MB',
    ms: peakMb,
    limitMs: first.peakMb,
    ratio: peakMb / first.peakMb,
    reach: MEMORY_REACH,
    better: 'lower',
  };
}

function plateau(format: TrainingFormat, size: number, [first, second]: ExportCost['halvesMb']): BenchResult {
  return {
    what: `peak memory as ${format}, second half of the rows against the first`,
    size,
    unit: 'MB',
    ms: second,
    limitMs: first,
    ratio: second / first,
    reach: PLATEAU_REACH,
    better: 'lower',
  };
}

/** One export in a process of its own, with the flags of the bot that `/export` runs in. */
async function measure(order: ExportOrder): Promise<ExportCost> {
  const child = fork(join(import.meta.dirname, 'export-child.ts'), [JSON.stringify(order)], {
    execArgv: [...startFlags(), '--disable-warning=ExperimentalWarning'],
  });
  const gone = once(child, 'exit');
  const answer = once(child, 'message');
  const [cost] = await Promise.race([answer, gone.then(() => [null])]);
  await gone;
  if (cost === null) throw new Error(`exporting as ${order.format} failed`);
  return cost;
}

/** The same rows and columns as the database prints them, in the order of time. */
async function copyOut({ pool }: Database, path: string): Promise<void> {
  const client = await pool.connect();
  try {
    const rows = client.query(
      copyTo(`COPY (
        SELECT sym.ticker, s.*, o.* FROM signals s JOIN symbols sym ON sym.id = s.symbol_id
        JOIN outcomes o ON o.signal_id = s.id AND o.signal_fired_at = s.fired_at
        WHERE o.label_version = 1 AND o.horizon_bars = 20 AND o.horizon_tf = s.timeframe ORDER BY s.fired_at
      ) TO STDOUT (FORMAT csv)`),
    );
    await pipeline(rows, createWriteStream(path));
  } finally {
    client.release();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Signals of many tickers on the 5m grid, each with features and one outcome, made inside the database. */
async function fill({ pool, stores }: Database, size: number): Promise<void> {
  const moments = Math.ceil(size / TICKERS);
  const closes = sessionsBetween(Date.UTC(2012, 0, 1), Date.UTC(2026, 0, 1))
    .slice(0, Math.ceil(moments / 78) + 5)
    .flatMap((session) => candleSpans(session, '5m'))
    .map(({ end }) => new Date(end).toISOString());
  await stores.detectors.register([
    { id: 'bench', version: '1', kind: 'rule', description: null, params: {} },
  ]);
  for (let ticker = 0; ticker < TICKERS; ticker += 1) await stores.symbols.resolve(`T${ticker}`);
  await pool.query(
    `INSERT INTO signals (symbol_id, timeframe, fired_at, side, detector_id, detector_version, score, price_at_signal,
       source_system, origin, feature_version, features)
     SELECT sym.id, '5m', fired_at, CASE WHEN random() < 0.5 THEN 'long' ELSE 'short' END, 'bench', '1', random(),
       100 + random(), 'basic_scanner', 'replay', 1,
       jsonb_build_object('rsi14', random() * 100, 'macd_hist', random(), 'atr14', random(), 'vwap_dist', random(),
         'bb_width', random(), 'bb_pct', random(), 'rel_vol_20', random(), 'trend_sma20_pct', random(),
         'trend_sma50_pct', random(), 'trend_sma200_pct', random(), 'multi_tf_confirmation', 1, 'spread_bps', null,
         'session_flag', 1, 'spy_15m_ret', random(), 'vix_level', 20, 'market_regime', 0, 'ret_1', random(),
         'ret_5', random(), 'realized_vol_20', random(), 'minutes_since_open', 60, 'day_of_week', 2)
     FROM symbols sym CROSS JOIN unnest($1::timestamptz[]) AS fired (fired_at)`,
    [closes.slice(0, moments)],
  );
  await pool.query(
    `INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, label_version, ret_close, max_run_up,
       max_drawdown, hit_tp1, hit_tp2, hit_tp3, hit_stop, first_barrier, ambiguous, horizon_end_ts)
     SELECT id, fired_at, '5m', 20, 1, random() / 100, random() / 100, -random() / 100, false, false, false, false,
       'none', false, fired_at + interval '100 minutes' FROM signals`,
  );
  await pool.query('VACUUM ANALYZE signals, outcomes');
}

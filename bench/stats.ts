import { readDecisionStats } from '../src/app/stats/read-decision-stats.ts';
import { readDetectorStats } from '../src/app/stats/read-detector-stats.ts';
import { readJournalStats } from '../src/app/stats/read-journal-stats.ts';
import type { Database } from '../src/db/open.ts';
import { seedHistory, seedTrades } from '../test/support/history.ts';
import { aSettings } from '../test/support/settings.ts';
import { type BenchResult, quantile } from './bench.ts';
import { withBenchDatabase } from './database.ts';

/** Signals; each has six outcomes. `STATS_SIGNALS=1000000` is the claim of DESIGN section 10. */
const SIZES = (process.env.STATS_SIGNALS ?? '20000,200000').split(',').map(Number);
const HORIZONS = [5, 15, 20, 60, 240, 1440];
/** Round trips of one person: twenty a day for a year. */
const TRADES = 5000;
const ROUNDS = 15;
const REACH_MS = 50;

/** `/stats` as its commands ask for it, all of history, beside the plain sums over the same rows. */
export const stats = {
  name: 'stats',
  run: async (): Promise<BenchResult[]> => {
    const results: BenchResult[] = [];
    for (const size of SIZES)
      results.push(...(await withBenchDatabase((database) => measure(database, size))));
    return results;
  },
};

async function measure({ pool, stores }: Database, signals: number): Promise<BenchResult[]> {
  await seedHistory(pool, { signals, signalsPerCard: 10, horizons: HORIZONS });
  await seedTrades(pool, { trades: TRADES, traderId: 'u1' });
  await pool.query('ANALYZE');
  await stores.rollups.refresh();
  await stores.journal.refresh();
  await pool.query('ANALYZE');
  const services = { stores, settings: aSettings({ origin: 'live' }) };
  const now = Date.now();
  const plainMs = await timed(1, () => sumPlainly(pool));
  const detectors = await timed(ROUNDS, () => readDetectorStats(services, { horizonBars: 20 }));
  const decisions = await timed(ROUNDS, () =>
    readDecisionStats(services, { horizonBars: 20, period: 'all', now }),
  );
  const journal = await timed(ROUNDS, () =>
    readJournalStats(services, { traderId: 'u1', period: 'all', now }),
  );
  return [
    line(`/stats detectors (plain SQL ${Math.round(plainMs)} ms)`, signals, detectors),
    line('/stats decisions', signals, decisions),
    line('/stats journal, trades', TRADES, journal),
  ];
}

function line(what: string, size: number, ms: number): BenchResult {
  return { what, size, ms, limitMs: REACH_MS, ratio: ms / REACH_MS, reach: 1, better: 'lower' };
}

async function sumPlainly(pool: Database['pool']): Promise<void> {
  await pool.query(
    `SELECT s.detector_id, s.side, s.timeframe, count(*), avg(o.ret_close), sum((o.first_barrier = 'tp1')::int),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY o.ret_close::float8)
     FROM outcomes o JOIN signals s ON s.id = o.signal_id AND s.fired_at = o.signal_fired_at
     WHERE o.horizon_bars = 20 AND o.label_version = 1 GROUP BY 1, 2, 3`,
  );
}

/** Median of some rounds, ms. */
async function timed(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await work();
    taken.push(performance.now() - began);
  }
  return quantile(taken, 0.5);
}

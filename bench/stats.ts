import type { Database } from '../src/db/open.ts';
import { seedHistory } from '../test/support/history.ts';
import { type BenchResult, quantile } from './bench.ts';
import { withBenchDatabase } from './database.ts';

/** Signals; each has six outcomes. `STATS_SIGNALS=1000000` is the claim of DESIGN section 10. */
const SIZES = (process.env.STATS_SIGNALS ?? '20000,200000').split(',').map(Number);
const HORIZONS = [5, 15, 20, 60, 240, 1440];
const ROUNDS = 15;
const REACH_MS = 50;

/** What `/stats` reads, from daily roll-ups, against the same sums over all rows. */
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
  await pool.query('ANALYZE');
  const { rollups } = stores;
  await rollups.refresh();
  await pool.query('ANALYZE outcome_days, card_days');
  const filter = { labelVersion: 1, horizonBars: 20, origins: ['live', 'replay'] as const };

  const plain = await timed(1, async () => {
    await pool.query(
      `SELECT s.detector_id, s.side, s.timeframe, count(*), avg(o.ret_close), sum((o.first_barrier = 'tp1')::int)
       FROM outcomes o JOIN signals s ON s.id = o.signal_id AND s.fired_at = o.signal_fired_at
       WHERE o.horizon_bars = 20 AND o.label_version = 1 GROUP BY 1, 2, 3`,
    );
  });
  const line = (what: string, ms: number): BenchResult => ({
    what: `${what}, ms against ${REACH_MS} (plain SQL ${Math.round(plain)} ms)`,
    size: signals,
    ms,
    limitMs: REACH_MS,
    ratio: ms / REACH_MS,
    reach: 1,
    better: 'lower',
  });
  const outcomes = await timed(ROUNDS, async () => {
    await rollups.refresh();
    await rollups.outcomeDays(filter);
  });
  const cards = await timed(ROUNDS, async () => {
    await rollups.refresh();
    await rollups.cardSums({ ...filter, from: null });
  });
  return [line('/stats detectors', outcomes), line('/stats decisions', cards)];
}

/** Median of some rounds, ms. */
async function timed(rounds: number, work: () => Promise<void>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await work();
    taken.push(performance.now() - began);
  }
  return quantile(taken, 0.5);
}

import { beforeAll, describe, expect, it } from 'vitest';
import { drawBaselines } from '../../../src/app/labels/draw-baselines.ts';
import { labelDue } from '../../../src/app/labels/label-due.ts';
import { readDetectorStats } from '../../../src/app/stats/read-detector-stats.ts';
import type { Lift } from '../../../src/domain/lift.ts';
import { type CandleShape, someCandles } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { quiet } from '../../support/quiet-log.ts';
import { aSettings, REACH_DAYS } from '../../support/settings.ts';
import { aSignal, someFeatures } from '../../support/signals.ts';
import { importTestCandles } from '../../support/stored-candles.ts';
import { seedDetectors } from '../../support/stored-desk.ts';

const SERIES = { ticker: 'EDGE', timeframe: '5m' } as const;
const FIVE_MINUTES = 300_000;
const HORIZON = { horizonBars: 20, labelVersion: 1 } as const;
const PER_SESSION = 78;
const SESSIONS = 60;
/** Candles of a session at whose close the signal fires. */
const SIGNAL_AT = [10, 42];
const RUN = 12;
const NOW = Date.parse('2025-01-10T00:00:00Z');
const SHUFFLES = 20;

/**
 * A market in which the signal is worth something: half of the runs after it carry the price over TP1. The rest is
 * a walk that drifts nowhere.
 */
function aMarketWithAnEdge(draw: () => number): CandleShape[] {
  let close = 100;
  let runs = false;
  return Array.from({ length: PER_SESSION * SESSIONS }, (_, index) => {
    const at = index % PER_SESSION;
    const since = Math.min(...SIGNAL_AT.map((fired) => (at > fired ? at - fired : Number.POSITIVE_INFINITY)));
    if (since === 1) runs = draw() < 0.5;
    const drift = runs && since <= RUN ? 0.25 : (100 - close) * 0.01;
    close += drift + (draw() - 0.5) * 0.5;
    return { close, volume: 1000 };
  });
}

function lottery(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const database = withDatabase();
const settings = aSettings({ baselines: { seed: 'edge', rate: 0.15 } });
const deps = () => ({
  stores: database.current.stores,
  log: quiet,
  settings,
  market: { reachDays: REACH_DAYS },
});

async function liftNow(): Promise<Lift> {
  const [stat, ...others] = await readDetectorStats(deps(), HORIZON);
  if (!stat?.result?.lift || others.length > 0)
    throw new Error('one detector, with enough to say, was expected');
  return stat.result.lift;
}

/** Deals what the market did anew among signals and long baselines, and changes nothing else. */
async function shuffleLabels(draw: () => number): Promise<void> {
  const { pool } = database.current;
  const { rows } = await pool.query<{
    of: 'signal' | 'baseline';
    id: string;
    label: Record<string, unknown>;
  }>(
    `SELECT 'signal' AS of, signal_id AS id, to_jsonb(o) AS label FROM outcomes o
     WHERE label_version = 1 AND horizon_bars = 20 AND horizon_tf = '5m'
     UNION ALL
     SELECT 'baseline', baseline_id, to_jsonb(o) FROM baseline_outcomes o
     WHERE label_version = 1 AND horizon_bars = 20 AND horizon_tf = '5m' AND side = 'long'
     ORDER BY 1, 2`,
  );
  const dealt = rows.map(({ label }) => label);
  for (let last = dealt.length - 1; last > 0; last--) {
    const other = Math.floor(draw() * (last + 1));
    [dealt[last], dealt[other]] = [dealt[other] ?? {}, dealt[last] ?? {}];
  }
  const told = rows.map(({ of, id }, index) => {
    const { first_barrier, hit_tp1, hit_stop } = dealt[index] ?? {};
    return { of, id, first_barrier, hit_tp1, hit_stop };
  });
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; SET LOCAL session_replication_role = replica`); // outcomes refuse every UPDATE
    for (const [of, table, key] of [
      ['signal', 'outcomes', 'o.signal_id'],
      ['baseline', 'baseline_outcomes', `o.side = 'long' AND o.baseline_id`],
    ]) {
      await client.query(
        `UPDATE ${table} o SET first_barrier = t.first_barrier, hit_tp1 = t.hit_tp1, hit_stop = t.hit_stop
         FROM jsonb_to_recordset($1) AS t (id bigint, first_barrier text, hit_tp1 boolean, hit_stop boolean)
         WHERE ${key} = t.id AND label_version = 1 AND horizon_bars = 20 AND horizon_tf = '5m'`,
        [JSON.stringify(told.filter((each) => each.of === of))],
      );
    }
    // No trigger saw it, so the days are noted by hand.
    await client.query(
      'INSERT INTO stats_changes (day) SELECT day FROM outcome_days UNION SELECT day FROM baseline_days',
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

describe('the lift of a signal that is worth something', () => {
  let found: Lift;
  beforeAll(async () => {
    const candles = someCandles(aMarketWithAnEdge(lottery(9)));
    const { stores } = database.current;
    await seedDetectors(stores);
    await importTestCandles(stores, SERIES, candles);
    const signals = candles
      .filter((_, index) => SIGNAL_AT.includes(index % PER_SESSION))
      .map(({ ts, close }) =>
        aSignal({ firedAt: ts + FIVE_MINUTES, priceAtSignal: close, features: someFeatures({ atr14: 0.5 }) }),
      );
    await stores.signals.recordReplay(SERIES, signals, { runId: 'test', origin: 'replay' });
    await drawBaselines(deps(), { now: NOW, from: candles[0]?.ts ?? 0 });
    await labelDue(deps(), { now: NOW });
    found = await liftNow();
  });

  it('is above 0 with its whole interval', () => {
    expect(found.ratio).toBeGreaterThan(1.3);
    expect(found.edgeInterval.low).toBeGreaterThan(0.1);
    expect(found.days).toBeGreaterThan(50);
  });

  it('is gone once its labels are shuffled, about as often as an interval of 95 % says', async () => {
    const draw = lottery(4);
    const lifts: Lift[] = [];
    for (let shuffle = 0; shuffle < SHUFFLES; shuffle++) {
      await shuffleLabels(draw);
      lifts.push(await liftNow());
    }

    const containing = lifts.filter(({ edgeInterval: { low, high } }) => low <= 0 && high >= 0).length;
    expect(containing).toBeGreaterThanOrEqual(0.85 * SHUFFLES);
    const mean = lifts.reduce((sum, { edge }) => sum + edge, 0) / SHUFFLES;
    expect(Math.abs(mean), 'there is nothing left to find').toBeLessThan(0.03);
  });
});

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readDetectorStats } from '../../../src/app/stats/read-detector-stats.ts';
import * as detectors from '../../../src/domain/detectors/all.ts';
import { hashDetector } from '../../../src/domain/detectors/code-hash.ts';
import type { NewSignal, Origin } from '../../../src/domain/signal.ts';
import { describeRate } from '../../../src/domain/stats.ts';
import { withDatabase } from '../../support/database.ts';
import { aTarget } from '../../support/labels.ts';
import { anOutcome } from '../../support/outcomes.ts';
import { aSettings } from '../../support/settings.ts';
import { aSignal, FIRED_AT } from '../../support/signals.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const database = withDatabase();

beforeAll(() =>
  database.current.stores.detectors.sync(
    Object.values(detectors).map((detector) => ({ ...detector, codeHash: hashDetector(detector) })),
  ),
);
beforeEach(() => database.current.pool.query('DELETE FROM signals; DELETE FROM baselines'));

describe('readDetectorStats', () => {
  it('gives a rate with its number and interval, and returns in favour of the trade', async () => {
    await labelled({ count: 40, winners: 10, retClose: -0.01, signal: { side: 'short' } });

    const [stat, ...others] = await read({ horizonBars: 20 });

    expect(others).toEqual([]);
    expect(stat).toMatchObject({
      detectorId: 'breakout_v1',
      detectorVersion: '1',
      timeframe: '5m',
      side: 'short',
      horizonBars: 20,
      n: 40,
      result: {
        tp1BeforeStop: { n: 40, share: 0.25 },
        meanReturn: 0.01,
        medianReturn: 0.01,
        baseline: null,
        lift: null,
      },
    });
    expect(describeRate(stat?.result?.tp1BeforeStop ?? null, 40)).toBe(
      'N = 40: 25\u00a0% (95\u00a0%: 14 to 40\u00a0%)',
    );
  });

  it('says nothing of fewer than thirty signals but how many they are', async () => {
    await labelled({ count: 29, winners: 29, retClose: 0.02 });

    expect(await read({ horizonBars: 20 })).toMatchObject([{ n: 29, result: null }]);
  });

  it('keeps detectors, sides and timeframes apart, and chooses among them', async () => {
    await labelled({ count: 30, winners: 3, retClose: 0 });
    await labelled({
      count: 31,
      winners: 3,
      retClose: 0,
      signal: { side: 'short', detectorId: 'rsi_reversal_v1' },
    });
    await labelled({ count: 32, winners: 3, retClose: 0, signal: { timeframe: '15m' } });
    const counts = async (input: Partial<Parameters<typeof readDetectorStats>[1]>) =>
      (await read({ horizonBars: 20, ...input })).map(({ n }) => n).sort();

    expect(await counts({})).toEqual([30, 31, 32]);
    expect(await counts({ timeframe: '15m' })).toEqual([32]);
    expect(await counts({ detectorId: 'rsi_reversal_v1' })).toEqual([31]);
    expect(await counts({ horizonBars: 60 })).toEqual([]);
  });

  it('counts what was recorded here and what was replayed, never what was imported or simulated', async () => {
    for (const [index, origin] of (['live', 'replay', 'legacy', 'sandbox'] as const).entries()) {
      await labelled({
        count: 30,
        winners: 15,
        retClose: 0,
        origin,
        signal: { firedAt: FIRED_AT + index * 1e9 },
      });
    }

    expect((await read({ horizonBars: 20 })).map(({ n }) => n)).toEqual([60]);
  });

  it('holds signals against random moments of the same side and timeframe, day by day', async () => {
    await labelled({ count: 60, winners: 30, retClose: 0, everyMs: DAY / 3 });
    await baselines({ count: 60, winners: 15, near: false });
    await baselines({ count: 20, winners: 20, near: true, from: 60 });

    const [stat] = await read({ horizonBars: 20 });

    expect(stat?.result?.baseline, 'none that is near a signal').toMatchObject({ n: 60, share: 0.25 });
    expect(stat?.result?.lift).toMatchObject({ baseline: 0.25, ratio: 2, edge: 0.25 });
    expect(stat?.result?.lift?.days).toBeGreaterThan(15);
    expect(await read({ horizonBars: 20 }), 'the same again').toEqual([stat]);
  });

  it('says how many were gapped away, and leaves them out of the rate', async () => {
    await labelled({ count: 40, winners: 10, retClose: 0 });
    const { rows } = await database.current.pool.query<{ id: string; fired_at: Date }>(
      'SELECT id, fired_at FROM signals ORDER BY fired_at LIMIT 3',
    );
    await database.current.stores.outcomes.insert(
      rows.map((row) => ({
        target: aTarget({ id: Number(row.id), firedAt: row.fired_at.getTime() }),
        horizon: { timeframe: '5m', bars: 5 },
        labelVersion: 1,
        state: 'invalid_entry',
        entry: 104,
        horizonEndTs: row.fired_at.getTime(),
      })),
    );
    await database.current.pool.query(
      `INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, ret_close, hit_tp1, first_barrier)
       SELECT id, fired_at, '5m', 5, 0.01, true, 'tp1' FROM signals ORDER BY fired_at OFFSET 3`,
    );

    expect(await read({ horizonBars: 5 })).toMatchObject([{ n: 37, gappedAway: 3 }]);
  });

  it('refuses a label version that does not exist', async () => {
    await expect(read({ horizonBars: 20, labelVersion: 99 })).rejects.toThrow('There is no label version 99');
  });
});

function read(input: Parameters<typeof readDetectorStats>[1]) {
  return readDetectorStats({ stores: database.current.stores, settings: aSettings() }, input);
}

interface Labelled {
  readonly count: number;
  /** How many of them touched TP1 before the stop. */
  readonly winners: number;
  readonly retClose: number;
  readonly signal?: Partial<NewSignal>;
  readonly origin?: Origin;
  /** Between two of them, ms; a minute unless said. */
  readonly everyMs?: number;
}

/** Writes signals, each with an outcome at 20 bars. */
async function labelled({
  count,
  winners,
  retClose,
  signal,
  origin = 'live',
  everyMs = MINUTE,
}: Labelled): Promise<void> {
  const { stores, pool } = database.current;
  const first = aSignal(signal);
  const signals = Array.from({ length: count }, (_, index) => ({
    ...first,
    firedAt: first.firedAt + index * everyMs,
  }));
  const key = { ticker: 'ACME', timeframe: first.timeframe };
  await stores.signals.recordReplay(key, signals, { runId: 'test', origin });
  const { rows } = await pool.query<{ id: string; fired_at: Date }>(
    'SELECT id, fired_at FROM signals WHERE timeframe = $1 AND detector_id = $2 AND origin = $3 ORDER BY fired_at',
    [first.timeframe, first.detectorId, origin],
  );
  await stores.outcomes.insert(
    rows.map((row, index) => {
      const won = index < winners;
      const target = aTarget({ id: Number(row.id), firedAt: row.fired_at.getTime(), side: first.side });
      return anOutcome({
        target,
        horizon: { timeframe: first.timeframe, bars: 20 },
        retClose,
        hitStop: true,
        tToTp1Ms: (won ? 5 : 10) * MINUTE,
        tToStopMs: 10 * MINUTE,
        firstBarrier: won ? 'tp1' : 'stop',
        ambiguous: !won,
      });
    }),
  );
}

interface Baselines {
  readonly count: number;
  readonly winners: number;
  readonly near: boolean;
  /** Place of the first, three a day. */
  readonly from?: number;
}

/** Writes baselines, three a day, each with an outcome of its long side at 20 bars. */
async function baselines({ count, winners, near, from = 0 }: Baselines): Promise<void> {
  const { stores, pool } = database.current;
  const series = { ticker: 'ACME', timeframe: '5m' } as const;
  const closes = Array.from({ length: count }, (_, index) => FIRED_AT + (index + from) * (DAY / 3));
  await stores.baselines.insert(
    series,
    closes.map((closedAt) => ({
      ts: closedAt - 5 * MINUTE,
      closedAt,
      price: 100,
      features: aSignal().features,
      featureVersion: 1,
      featureInputs: {},
    })),
  );
  const { rows } = await pool.query<{ id: number; closed_at: Date }>(
    'UPDATE baselines SET near_signal = $1 WHERE closed_at >= $2 RETURNING id::int, closed_at',
    [near, new Date(closes[0] ?? 0)],
  );
  const ordered = rows.toSorted((a, b) => a.closed_at.getTime() - b.closed_at.getTime());
  await stores.outcomes.insert(
    ordered.map((row, index) => {
      const won = index < winners;
      return anOutcome({
        target: aTarget({ kind: 'baseline', id: row.id, firedAt: row.closed_at.getTime() }),
        horizon: { timeframe: '5m', bars: 20 },
        firstBarrier: won ? 'tp1' : 'stop',
        hitStop: !won,
      });
    }),
  );
}

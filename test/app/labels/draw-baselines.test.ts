import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drawBaselines } from '../../../src/app/labels/draw-baselines.ts';
import { labelDue } from '../../../src/app/labels/label-due.ts';
import type { SeriesKey } from '../../../src/app/ports.ts';
import { reproduceVector } from '../../../src/domain/features/reproduce-vector.ts';
import type { FeatureInputs } from '../../../src/domain/signal.ts';
import { aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { aSettings, REACH_DAYS } from '../../support/settings.ts';
import { aSignal } from '../../support/signals.ts';
import { importTestCandles } from '../../support/stored-candles.ts';
import { seedDetectors } from '../../support/stored-desk.ts';

const NOW = Date.parse('2024-12-31T23:00:00Z');
/** Thirty sessions of 5m candles from 2 January 2024 on. */
const CANDLES = aWalk(78 * 30);
const SERIES = { ticker: 'ACME', timeframe: '5m' } as const satisfies SeriesKey;
const FIRST = CANDLES[0]?.ts ?? 0;
const LAST = CANDLES.at(-1)?.ts ?? 0;
const PERIOD = { from: FIRST, to: LAST };

const database = withDatabase();

beforeAll(() => seedDetectors(database.current.stores));
beforeEach(async () => {
  await database.current.pool.query(
    'DELETE FROM signals; DELETE FROM baselines; DELETE FROM candles; DELETE FROM candle_coverage',
  );
  await importTestCandles(database.current.stores, SERIES, CANDLES);
});

describe('drawBaselines', () => {
  it('draws about the share asked for from a series that has signals, and from no other', async () => {
    await importTestCandles(database.current.stores, { ticker: 'QUIET', timeframe: '5m' }, CANDLES);
    await storeSignal(100);

    const { series, drawn, failures } = await draw(PERIOD);

    expect({ series, failures }).toEqual({ series: 1, failures: [] });
    expect(drawn / CANDLES.length).toBeGreaterThan(0.07);
    expect(drawn / CANDLES.length).toBeLessThan(0.13);
    expect(await rows()).toHaveLength(drawn);
  });

  it('gives the same rows on a second run, in pieces, and after other signals', async () => {
    await storeSignal(100);
    await draw(PERIOD);
    const once = await rows();
    const again = await draw(PERIOD);
    await database.current.pool.query('DELETE FROM baselines');
    await storeSignal(500);
    const middle = CANDLES[1000]?.ts ?? 0;
    await draw({ from: FIRST, to: middle });
    await draw({ from: middle + 1, to: LAST });

    const inPieces = await rows();

    expect(again.drawn).toBe(0);
    const facts = (all: Awaited<ReturnType<typeof rows>>) =>
      all.map(({ id: _, near_signal: __, ...row }) => row);
    expect(facts(inPieces)).toEqual(facts(once));
  });

  it('takes up by itself where the last draw ended, from the oldest signal on', async () => {
    await storeSignal(700);

    await draw({ to: CANDLES[1500]?.ts ?? 0 });
    const first = await rows();
    await draw({ to: LAST });

    const all = await rows();
    expect(first[0]?.ts.getTime()).toBeLessThan((CANDLES[700]?.ts ?? 0) + 3 * 86_400_000);
    expect(all.slice(0, first.length)).toEqual(first);
    expect(all.at(-1)?.ts.getTime()).toBeGreaterThan(CANDLES[2200]?.ts ?? 0);
  });

  it('freezes features that come again from exactly their inputs', async () => {
    await storeSignal(100);
    await draw(PERIOD);
    const late = (await rows()).at(-1);
    const read = async (key: string) => {
      const range = late?.feature_inputs[key];
      const [ticker = '', timeframe] = key.split(' ') as [string, SeriesKey['timeframe']];
      return range
        ? database.current.stores.candles.read({ ticker, timeframe }, { from: range.first, to: range.last })
        : [];
    };

    const again = reproduceVector({
      ticker: 'ACME',
      timeframe: '5m',
      candles: await read('ACME 5m'),
      higher: new Map([
        ['15m', await read('ACME 15m')],
        ['1h', await read('ACME 1h')],
      ]),
      spy15m: [],
      spy1d: [],
      vix15m: [],
      quote: null,
    });

    expect(late?.features).toEqual(again);
    expect(late?.features.rsi14).not.toBeNull();
    expect(late?.closed_at.getTime()).toBe((late?.ts.getTime() ?? 0) + 300_000);
  });

  it('marks what lies within five candles of a signal, also of one that came later', async () => {
    await storeSignal(100);
    await draw(PERIOD);
    const near = async () => (await rows()).filter((row) => row.near_signal);
    const baseline = (await rows())[40];
    const before = await near();

    await database.current.stores.signals.recordReplay(
      SERIES,
      [aSignal({ firedAt: (baseline?.closed_at.getTime() ?? 0) + 5 * 300_000 })],
      { runId: 'r', origin: 'replay' },
    );
    const { near: marked } = await draw(PERIOD);

    expect(marked).toBeGreaterThan(0);
    expect((await near()).map(({ id }) => id)).toContain(baseline?.id);
    expect((await near()).length).toBe(before.length + marked);
    expect((await rows()).length, 'none is dropped').toBeGreaterThan((await near()).length);
  });

  it('leaves rows that both sides of the label sweep take up', async () => {
    await storeSignal(100);
    const { drawn } = await draw({ from: FIRST, to: CANDLES[800]?.ts ?? 0 });

    await labelDue(deps(), { now: NOW, labelVersion: 1 });

    const { rows: labelled } = await database.current.pool.query(
      `SELECT side, count(*)::int AS n, count(DISTINCT baseline_id)::int AS baselines FROM baseline_outcomes
       WHERE horizon_bars = 20 GROUP BY side ORDER BY side`,
    );
    expect(labelled).toEqual([
      { side: 'long', n: drawn, baselines: drawn },
      { side: 'short', n: drawn, baselines: drawn },
    ]);
  });

  it('refuses a period that ends before it begins', async () => {
    await expect(draw({ from: LAST, to: FIRST })).rejects.toThrow('swap --from and --to');
  });
});

function deps() {
  const { stores } = database.current;
  return { stores, log: recordingLog(), settings: aSettings(), market: { reachDays: REACH_DAYS } };
}

function draw(period: { readonly from?: number; readonly to: number }) {
  return drawBaselines(deps(), { now: NOW, ...period });
}

/** A signal on the candle at a place of the walk. */
async function storeSignal(place: number): Promise<void> {
  const firedAt = (CANDLES[place]?.ts ?? 0) + 300_000;
  await database.current.stores.signals.recordReplay(SERIES, [aSignal({ firedAt })], {
    runId: 'r',
    origin: 'replay',
  });
}

interface BaselineRow {
  readonly id: string;
  readonly ts: Date;
  readonly closed_at: Date;
  readonly features: Readonly<Record<string, number | null>>;
  readonly feature_inputs: FeatureInputs;
  readonly near_signal: boolean;
}

async function rows(): Promise<BaselineRow[]> {
  const found = await database.current.pool.query<BaselineRow>(
    `SELECT b.id, b.ts, b.closed_at, b.features, b.feature_inputs, b.near_signal, b.price_at_baseline, s.ticker
     FROM baselines b JOIN symbols s ON s.id = b.symbol_id ORDER BY s.ticker, b.ts`,
  );
  return found.rows;
}

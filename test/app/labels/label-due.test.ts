import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { labelDue } from '../../../src/app/labels/label-due.ts';
import type { LabelDeps } from '../../../src/app/labels/label-sweep.ts';
import type { CandleStore } from '../../../src/app/ports.ts';
import { DEFAULT_WATCH_PARAMS } from '../../../src/app/watches/start-watch.ts';
import { candleSpans, type Session, sessionsBetween } from '../../../src/domain/calendar.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import { timesOf } from '../../../src/domain/card-life.ts';
import * as detectors from '../../../src/domain/detectors/all.ts';
import { hashDetector } from '../../../src/domain/detectors/code-hash.ts';
import { levelsFor } from '../../../src/domain/levels.ts';
import type { NewCard } from '../../../src/domain/plan-cards.ts';
import type { NewSignal } from '../../../src/domain/signal.ts';
import type { Timeframe } from '../../../src/domain/timeframe.ts';
import { withDatabase } from '../../support/database.ts';
import { labelByLateral } from '../../support/label-oracle.ts';
import { candlesOnGrid } from '../../support/labels.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { aSettings, REACH_DAYS } from '../../support/settings.ts';
import { aSignal, someFeatures } from '../../support/signals.ts';

const GRACE = 30_000;
const MINUTE = 60_000;
/** Version 2: from 100 USD the stop is at 99 and TP1 at 101.5. */
const ATR = someFeatures({ atr14: 1 });
const CALM = { high: 100.1, low: 99.9, close: 100 };
const LATER = Date.parse('2024-06-01T00:00:00Z');

/** Two weeks of 15m candles with the change to daylight saving, and Friday as the last session. */
const GRID = { timeframe: '15m', from: '2024-03-04T00:00:00Z', to: '2024-03-16T00:00:00Z' } as const;
const SESSIONS = sessionsBetween(Date.parse(GRID.from), Date.parse(GRID.to));
const [MONDAY, TUESDAY] = SESSIONS as [Session, Session];

const database = withDatabase();

beforeAll(async () => {
  await database.current.stores.detectors.sync(
    Object.values(detectors).map((detector) => ({ ...detector, codeHash: hashDetector(detector) })),
  );
});
beforeEach(() =>
  database.current.pool.query(
    'DELETE FROM signals; DELETE FROM baselines; DELETE FROM candles; DELETE FROM candle_coverage; DELETE FROM scan_runs',
  ),
);

describe('labelDue', () => {
  it('writes nothing before the horizon is complete, though TP1 was touched on the first candle', async () => {
    await storeCandles({
      candles: candlesOnGrid(GRID, (index) => (index === 1 ? { ...CALM, high: 102 } : CALM)),
    });
    const firedAt = closeOf(MONDAY, 0);
    await storeSignals([{ firedAt }]);
    const complete = firedAt + 5 * 15 * MINUTE + GRACE;

    const before = await label({ now: complete - 1 });
    const rowsBefore = await outcomeRows();
    const after = await label({ now: complete });

    expect(before).toMatchObject({ series: 1, outcomes: 0, pending: 6 });
    expect(rowsBefore).toEqual([]);
    expect(after).toMatchObject({ series: 1, outcomes: 1, pending: 5 });
    expect(await outcomeRows()).toMatchObject([{ horizon_bars: 5, hit_tp1: true, first_barrier: 'tp1' }]);
  });

  it('leaves every row as it was on a second run and with later candles', async () => {
    const candles = candlesOnGrid(GRID, randomWalk(3));
    await storeCandles({ candles: candles.slice(0, 3 * 26), sessions: SESSIONS.slice(0, 3) });
    await storeSignals([{ firedAt: closeOf(MONDAY, 4) }, { firedAt: closeOf(TUESDAY, 9), side: 'short' }]);
    await label({ now: LATER });
    const first = await outcomeRows();

    const again = await label({ now: LATER });
    const second = await outcomeRows();
    await storeCandles({ candles });
    const later = await label({ now: LATER });
    const third = await outcomeRows();

    expect(first).toHaveLength(7);
    expect(again.outcomes).toBe(0);
    expect(second).toEqual(first);
    expect(later.outcomes, 'longer horizons have come to their end').toBe(2);
    expect(third.filter((row) => first.some((known) => sameKey(row, known)))).toEqual(first);
  });

  it('gives with all candles at once the rows that it gave as they came', async () => {
    const candles = candlesOnGrid(GRID, randomWalk(4));
    await storeSignals([{ firedAt: closeOf(MONDAY, 4) }, { firedAt: closeOf(TUESDAY, 9), side: 'short' }]);
    for (const [index, session] of SESSIONS.entries()) {
      await storeCandles({
        candles: candles.slice(0, (index + 1) * 26),
        sessions: SESSIONS.slice(0, index + 1),
      });
      await label({ now: session.close + 15 * MINUTE });
    }
    const asTheyCame = await outcomeRows();
    await database.current.pool.query('TRUNCATE outcomes');

    await label({ now: LATER });

    expect(withoutComputedAt(await outcomeRows())).toEqual(withoutComputedAt(asTheyCame));
  });

  it('leaves a written row as it is when a candle under it is revised', async () => {
    await storeCandles({ candles: candlesOnGrid(GRID, () => CALM) });
    await storeSignals([{ firedAt: closeOf(MONDAY, 0) }]);
    await label({ now: LATER });
    const before = await outcomeRows();

    await storeCandles({ candles: candlesOnGrid(GRID, () => ({ high: 110, low: 90, close: 100 })) });
    await label({ now: LATER });

    expect(await outcomeRows()).toEqual(before);
  });

  it('writes each row once when two run at the same time', async () => {
    await storeCandles({ candles: candlesOnGrid(GRID, randomWalk(5)) });
    await storeSignals(
      Array.from({ length: 40 }, (_, index) => ({
        firedAt: closeOf(MONDAY, index % 20),
        detectorId: index < 20 ? 'breakout_v1' : 'rsi_reversal_v1',
      })),
    );

    const [one, other] = await Promise.all([label({ now: LATER }), label({ now: LATER })]);

    expect(await outcomeRows()).toHaveLength(40 * 5);
    expect(one.outcomes + other.outcomes).toBe(40 * 5);
    expect([one.pending, other.pending], '1440 candles are not there').toEqual([40, 40]);
    expect([...one.failures, ...other.failures]).toEqual([]);
  });

  it('labels a signal whose card nobody was shown like one whose card was sent', async () => {
    const candles = candlesOnGrid(GRID, randomWalk(7));
    for (const ticker of ['SHOWN', 'HIDDEN']) await storeCandles({ ticker, candles });
    await scanWithCard('SHOWN', null);
    await scanWithCard('HIDDEN', 'min_score');

    await label({ now: LATER });

    const rows = await outcomeRows();
    const of = (ticker: string) => withoutComputedAt(rows.filter((row) => row.ticker === ticker)).map(market);
    expect(of('HIDDEN')).toHaveLength(5);
    expect(of('HIDDEN')).toEqual(of('SHOWN'));
  });

  it('waits for a session that is not covered, though candles of it are there', async () => {
    const candles = candlesOnGrid(GRID, randomWalk(9));
    await storeCandles({ candles, sessions: SESSIONS.filter((session) => session !== TUESDAY) });
    await storeSignals([{ firedAt: closeOf(MONDAY, 9) }, { firedAt: closeOf(TUESDAY, 0) }]);

    const gap = await label({ now: LATER });
    const before = (await outcomeRows()).map(({ horizon_bars }) => horizon_bars);
    await storeCandles({ candles: [], sessions: [TUESDAY] });
    const filled = await label({ now: LATER });

    expect(before, 'only what ends on Monday').toEqual([5, 15]);
    expect(gap).toMatchObject({ outcomes: 2, pending: 10 });
    expect(filled, 'what is left needs candles after the last session').toMatchObject({
      outcomes: 7,
      pending: 3,
    });
  });

  it('does not count a candle that is absent from a covered session', async () => {
    const absent = closeOf(MONDAY, 2); // the candle that opens then
    const all = candlesOnGrid(GRID, () => CALM);
    await storeCandles({ candles: all.filter(({ ts }) => ts !== absent) });
    const firedAt = closeOf(MONDAY, 0);
    await storeSignals([{ firedAt }]);

    await label({ now: LATER });

    const [row] = await outcomeRows();
    expect(row).toMatchObject({ horizon_bars: 5, ends: firedAt + 6 * 15 * MINUTE });
  });

  it('agrees with plain SQL row by row', async () => {
    await storeCandles({ candles: candlesOnGrid(GRID, randomWalk(11)) });
    const places = Array.from({ length: 9 * 26 }, (_, index) => index);
    await storeSignals(
      places.map((place) => ({
        firedAt: closeOf(SESSIONS[Math.floor(place / 26)] as Session, place % 26),
        side: place % 2 === 0 ? 'long' : 'short',
        priceAtSignal: 99 + (place % 7) / 3,
      })),
    );
    await label({ now: LATER });
    const ours = await outcomeRows();
    await database.current.pool.query('TRUNCATE outcomes');

    await labelByLateral(database.current.pool, {
      bars: [5, 15, 20, 60, 240, 1440],
      candleLength: '15 minutes',
    });

    const byHand = await outcomeRows();
    expect(byHand.length).toBeGreaterThan(800);
    expect(new Set(byHand.map(({ first_barrier }) => first_barrier))).toEqual(
      new Set(['tp1', 'stop', 'none']),
    );
    expect(withoutComputedAt(ours)).toEqual(withoutComputedAt(byHand));
  });

  it('stops at one bad series alone, and says which in its run', async () => {
    const candles = candlesOnGrid(GRID, () => CALM);
    for (const ticker of ['BAD', 'GOOD']) {
      await storeCandles({ ticker, candles });
      await storeSignals([{ firedAt: closeOf(MONDAY, 0) }], ticker);
    }
    await database.current.pool.query(`UPDATE signals SET price_at_signal = 9e9
      WHERE symbol_id = (SELECT id FROM symbols WHERE ticker = 'BAD')`);

    const result = await label({ now: LATER });

    expect(result).toMatchObject({ series: 2, outcomes: 5 });
    expect(result.failures).toEqual(['BAD 15m: price 9000000000 cannot be labelled exactly']);
    expect(await database.current.stores.runs.latest('label')).toMatchObject({
      counts: { series: 2, outcomes: 5 },
      errors: result.failures,
    });
  });

  it('says that a series could not be written, and writes it next time', async () => {
    const { pool } = database.current;
    await storeCandles({ candles: candlesOnGrid(GRID, randomWalk(8)) });
    await storeSignals([{ firedAt: closeOf(MONDAY, 0) }]);
    await pool.query(`ALTER TABLE outcomes ADD CONSTRAINT refuses CHECK (horizon_bars <> 60) NOT VALID`);

    const failed = await label({ now: LATER });
    const rows = await outcomeRows();
    await pool.query('ALTER TABLE outcomes DROP CONSTRAINT refuses');
    const again = await label({ now: LATER });

    expect(failed.failures).toEqual([expect.stringMatching(/^ACME 15m: .*"refuses"/)]);
    expect(rows, 'all of a batch or nothing').toEqual([]);
    expect(again).toMatchObject({ outcomes: 5, failures: [] });
  });

  it('labels only signals that fired in the span asked for', async () => {
    await storeCandles({ candles: candlesOnGrid(GRID, () => CALM) });
    const fired = [closeOf(MONDAY, 0), closeOf(MONDAY, 1), closeOf(MONDAY, 2)] as const;
    await storeSignals(fired.map((firedAt) => ({ firedAt })));

    await label({ now: LATER, from: fired[1], to: fired[1] });

    expect(new Set((await outcomeRows()).map((row) => row.fired))).toEqual(new Set([fired[1]]));
  });

  it('tells how far it is after each series', async () => {
    for (const ticker of ['AAA', 'BBB']) {
      await storeCandles({ ticker, candles: candlesOnGrid(GRID, () => CALM) });
      await storeSignals([{ firedAt: closeOf(MONDAY, 0) }], ticker);
    }
    const seen: unknown[] = [];

    await labelDue(services(), { now: LATER, labelVersion: 1 }, (progress) => seen.push(progress));

    expect(seen).toEqual([
      { seriesDone: 1, seriesTotal: 2, outcomes: 5 },
      { seriesDone: 2, seriesTotal: 2, outcomes: 10 },
    ]);
  });

  it('labels both versions, signals and baselines in one run, and reads each candle once', async () => {
    const candles = candlesOnGrid(GRID, randomWalk(11));
    await storeCandles({ candles });
    await storeSignals([{ firedAt: closeOf(MONDAY, 4), features: ATR }]);
    await storeBaseline(closeOf(MONDAY, 8));
    const deps = services();
    let read = 0;
    const counting: CandleStore = {
      ...deps.stores.candles,
      read: async (series, range) => {
        const found = await deps.stores.candles.read(series, range);
        read += found.length;
        return found;
      },
    };

    const result = await labelDue({ ...deps, stores: { ...deps.stores, candles: counting } }, { now: LATER });

    expect(result).toMatchObject({ series: 1, failures: [] });
    const { rows } = await database.current.pool.query(
      `SELECT label_version AS version, count(*)::int AS n FROM outcomes GROUP BY 1
       UNION ALL SELECT 10 + label_version, count(*)::int FROM baseline_outcomes GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { version: 1, n: 5 },
      { version: 2, n: 7 },
      { version: 11, n: 10 },
      { version: 12, n: 14 },
    ]);
    expect(read).toBeLessThanOrEqual(candles.length);
  });

  it('measures in minutes where minutes are covered, and ties by them', async () => {
    const calm = { ...CALM, open: 100 };
    const wide = { open: 100, high: 102, low: 98, close: 100 };
    await storeCandles({ candles: candlesOnGrid(GRID, (index) => (index === 2 ? wide : calm)) });
    const minutes = candlesOnGrid({ ...GRID, timeframe: '1m' }, (index) => {
      if (index === 33) return { open: 100, high: 102, low: 100, close: 101 };
      return index === 40 ? { open: 100, high: 100, low: 98, close: 99 } : calm;
    });
    await storeSignals([{ firedAt: closeOf(MONDAY, 0), features: ATR }]);
    await labelDue(services(), { now: LATER, labelVersion: 2, to: 0 });
    const coarse = await labelDue(services(), { now: LATER, labelVersion: 2, dryRun: true });

    await storeCandles({ timeframe: '1m', candles: minutes, sessions: [MONDAY] });
    await labelDue(services(), { now: LATER, labelVersion: 2 });

    const rows = await outcomeRows();
    expect(coarse.outcomes, 'seven without minutes').toBe(7);
    const own = rows.find((row) => row.horizon_tf === '15m' && row.horizon_bars === 5);
    expect(own).toMatchObject({ first_barrier: 'tp1', ambiguous: false, settled_by: '1m', gap_fill: false });
    expect(rows.filter((row) => row.horizon_tf === '1m').map((row) => row.horizon_bars)).toEqual([
      5, 15, 60, 240,
    ]);
    const inMinutes = rows.find((row) => row.horizon_tf === '1m' && row.horizon_bars === 60);
    expect(inMinutes).toMatchObject({ first_barrier: 'tp1', ambiguous: false, settled_by: null });
    expect(inMinutes?.t_to_tp1, '33rd minute, 18 after the signal').toBe(19 * 60);
  });

  it('ends a horizon with the session, and waits for the next session after its last candle', async () => {
    await storeCandles({ candles: candlesOnGrid(GRID, () => ({ ...CALM, open: 100 })) });
    await storeSignals([
      { firedAt: closeOf(MONDAY, 10), features: ATR },
      { firedAt: MONDAY.close, features: ATR },
    ]);

    await labelDue(services(), { now: LATER, labelVersion: 2 });

    const toClose = (await outcomeRows()).filter((row) => row.horizon_bars === 0);
    expect(toClose.map(({ ends }) => ends)).toEqual([MONDAY.close, TUESDAY.close]);
  });

  it('says that an entry was not possible, and puts no number beside it', async () => {
    await storeCandles({
      candles: candlesOnGrid(GRID, (index) =>
        index < 3 ? { ...CALM, open: 100 } : { open: 103, high: 104, low: 102, close: 103 },
      ),
    });
    await storeSignals([{ firedAt: closeOf(MONDAY, 2), features: ATR }]);

    const result = await labelDue(services(), { now: LATER, labelVersion: 2 });

    const rows = (await outcomeRows()).filter((row) => row.horizon_bars < 1440);
    expect(result, '1440 candles will never be there').toMatchObject({ invalidEntry: 6, dataMissing: 1 });
    expect(rows.every((row) => row.state === 'invalid_entry' && row.hit_tp1 === null)).toBe(true);
    expect(rows[0]).toMatchObject({ entry_price: '103.000000', ret_close: null });
  });

  it('waits at a hole while the source reaches it, then says that the rest can never be known', async () => {
    const [, , wednesday] = SESSIONS as [Session, Session, Session];
    await storeCandles({
      candles: candlesOnGrid(GRID, () => ({ ...CALM, open: 100 })),
      sessions: SESSIONS.filter(({ date }) => date !== wednesday.date),
    });
    await storeSignals([{ firedAt: closeOf(TUESDAY, 20), features: ATR }]);
    const inReach = wednesday.close + REACH_DAYS['15m'] * 86_400_000 - MINUTE;

    const soon = await labelDue(services(), { now: inReach });
    const late = await labelDue(services(), { now: inReach + 2 * MINUTE });

    expect(soon).toMatchObject({ dataMissing: 0 });
    expect(late).toMatchObject({ dataMissing: 5, outcomes: 5 });
    const lost = (await outcomeRows()).filter((row) => row.state === 'data_missing');
    expect(lost.map((row) => [row.label_version, row.horizon_bars])).toEqual(
      [15, 20, 60, 240, 1440].map((bars) => [2, bars]),
    );
    expect(lost.every((row) => row.ret_close === null && row.horizon_end_ts === null)).toBe(true);
  });

  /** Two tickers alike, with a signal on each; then a split rewrites the candles of one. */
  async function storeSplit(firedAt: number) {
    const candles = candlesOnGrid(GRID, (index) => ({
      ...CALM,
      open: 100,
      high: index === 20 ? 103 : 100.1,
    }));
    for (const ticker of ['WHOLE', 'SPLIT']) {
      await storeCandles({ ticker, candles });
      await storeSignals([{ firedAt, features: ATR }], ticker);
    }
    await storeCandles({ ticker: 'SPLIT', candles: candles.map(quarter) });
  }
  /** What must be the same of both: all but the entry, which is a price. */
  const unscaled = (rows: Awaited<ReturnType<typeof outcomeRows>>, ticker: string) =>
    withoutComputedAt(rows.filter((row) => row.ticker === ticker))
      .map(market)
      .map((row) => ({ ...row, entry_price: null }));

  it('measures after a split as if there had been none: a signal is frozen, its candles are rewritten', async () => {
    const firedAt = closeOf(MONDAY, 10);
    await storeSplit(firedAt);
    await labelDue(services(), { now: LATER });

    const rows = await outcomeRows();
    const of = (ticker: string) => unscaled(rows, ticker);
    expect(of('SPLIT')).toEqual(of('WHOLE'));
    expect(of('SPLIT')).toContainEqual(
      expect.objectContaining({ first_barrier: 'tp1', max_run_up: '0.030000' }),
    );
    const entries = rows.filter((row) => row.label_version === 1).map((row) => [row.ticker, row.entry_price]);
    expect(new Map(entries.reverse() as [string, string | null][])).toEqual(
      new Map([
        ['WHOLE', null],
        ['SPLIT', '25.000000'],
      ]),
    );
  });

  it('finds the scale of a split in the candle before where the triggering one is missing', async () => {
    const firedAt = closeOf(MONDAY, 10);
    const trigger = firedAt - 15 * MINUTE;
    await storeSplit(firedAt);
    await database.current.pool.query('DELETE FROM candles WHERE ts = $1', [new Date(trigger)]);

    await labelDue(services(), { now: LATER });

    const rows = await outcomeRows();
    const of = (ticker: string) => unscaled(rows, ticker);
    expect(of('SPLIT').length).toBeGreaterThan(5);
    expect(of('SPLIT')).toEqual(of('WHOLE'));
  });

  it('writes nothing in a dry run, and no run either', async () => {
    await storeCandles({ candles: candlesOnGrid(GRID, () => CALM) });
    await storeSignals([{ firedAt: closeOf(MONDAY, 0) }]);

    const dry = await label({ now: LATER, dryRun: true });

    expect(dry).toMatchObject({ series: 1, outcomes: 5, pending: 1 });
    expect(await outcomeRows()).toEqual([]);
    expect(await database.current.stores.runs.latest('label')).toBeNull();
    expect(await label({ now: LATER })).toMatchObject({ outcomes: 5 });
  });

  it('takes up after a crash what was not written', async () => {
    await storeCandles({ candles: candlesOnGrid(GRID, randomWalk(12)) });
    await storeSignals([{ firedAt: closeOf(MONDAY, 4) }, { firedAt: closeOf(TUESDAY, 9) }]);
    await label({ now: LATER });
    const whole = await outcomeRows();
    await database.current.pool.query('DELETE FROM outcomes WHERE horizon_bars IN (5, 60)');

    const again = await label({ now: LATER });

    expect(again.outcomes).toBe(4);
    expect(withoutComputedAt(await outcomeRows())).toEqual(withoutComputedAt(whole));
  });

  it('refuses a label version that does not exist, and starts no run', async () => {
    await expect(label({ now: LATER, labelVersion: 99 })).rejects.toThrow('There is no label version 99');
    expect(await database.current.stores.runs.latest('label')).toBeNull();
  });
});

function services(): LabelDeps {
  return {
    stores: database.current.stores,
    log: recordingLog(),
    settings: aSettings({ graceMs: GRACE }),
    market: { reachDays: REACH_DAYS },
  };
}

function label(input: Parameters<typeof labelDue>[1]) {
  return labelDue(services(), { labelVersion: 1, ...input });
}

/** Close time of a session's candle by its place. */
function closeOf(session: Session, place: number): number {
  return candleSpans(session, GRID.timeframe)[place]?.end ?? Number.NaN;
}

interface StoreCandles {
  readonly ticker?: string;
  readonly timeframe?: Timeframe;
  readonly candles: readonly Candle[];
  /** Covered to their close; all unless said otherwise. */
  readonly sessions?: readonly Session[];
}

async function storeCandles({
  ticker = 'ACME',
  timeframe = GRID.timeframe,
  candles,
  sessions = SESSIONS,
}: StoreCandles): Promise<void> {
  const coverage = sessions.map(({ date, close }) => ({ date, coveredThrough: close }));
  await database.current.stores.candles.store({
    ticker,
    timeframe,
    source: 'test',
    candles,
    coverage,
  });
}

async function storeSignals(signals: readonly Partial<NewSignal>[], ticker = 'ACME'): Promise<void> {
  await database.current.stores.signals.recordReplay(
    { ticker, timeframe: GRID.timeframe },
    signals.map((signal) => aSignal({ timeframe: GRID.timeframe, ...signal })),
    { runId: 'test', origin: 'replay' },
  );
}

/** A baseline of ACME at 100 USD. */
async function storeBaseline(closedAt: number): Promise<void> {
  await database.current.stores.baselines.insert({ ticker: 'ACME', timeframe: GRID.timeframe }, [
    {
      ts: closedAt - 15 * MINUTE,
      closedAt,
      price: 100,
      features: ATR,
      featureVersion: 1,
      featureInputs: {},
    },
  ]);
}

async function scanWithCard(ticker: string, suppressedReason: NewCard['suppressedReason']): Promise<void> {
  const firedAt = closeOf(MONDAY, 3);
  const { watch } = await database.current.stores.watches.add({
    ticker,
    timeframe: GRID.timeframe,
    params: DEFAULT_WATCH_PARAMS,
    channelId: '1',
    userId: '1',
    startAfter: MONDAY.open,
  });
  const levels = levelsFor(100, { side: 'long', atr14: null, rule: 'percent' });
  await database.current.stores.signals.recordScan({
    watch,
    scannedTo: firedAt,
    signals: [aSignal({ timeframe: GRID.timeframe, firedAt })],
    cards: [{ side: 'long', firedAt, levels, suppressedReason, ...timesOf(firedAt, GRID.timeframe) }],
    origin: 'live',
    runId: 'test',
  });
}

/** Prices that wander by whole cents, the same for the same seed. */
function randomWalk(seed: number): () => Pick<Candle, 'high' | 'low' | 'close'> {
  let state = seed;
  const draw = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  let cents = 10_000;
  return () => {
    cents += draw(61) - 30;
    return { high: (cents + draw(40)) / 100, low: (cents - draw(40)) / 100, close: cents / 100 };
  };
}

interface OutcomeRow {
  readonly ticker: string;
  /** Epoch ms. */
  readonly fired: number;
  readonly ends: number;
  readonly horizon_bars: number;
  readonly first_barrier: string;
  readonly computed_at: string;
  readonly [column: string]: unknown;
}

/** The whole table, every column. */
async function outcomeRows(): Promise<OutcomeRow[]> {
  const { rows } = await database.current.pool.query<OutcomeRow>(
    `SELECT o.*, o.computed_at::text AS computed_at, 
            date_part('epoch', o.t_to_tp1) AS t_to_tp1, date_part('epoch', o.t_to_stop) AS t_to_stop,
            sym.ticker, date_part('epoch', o.signal_fired_at) * 1000 AS fired,
            date_part('epoch', o.horizon_end_ts) * 1000 AS ends
     FROM outcomes o JOIN signals s ON s.id = o.signal_id JOIN symbols sym ON sym.id = s.symbol_id
     ORDER BY o.signal_id, o.horizon_tf, o.horizon_bars, o.label_version`,
  );
  return rows;
}

function sameKey(one: OutcomeRow, other: OutcomeRow): boolean {
  return one.signal_id === other.signal_id && one.horizon_bars === other.horizon_bars;
}

function withoutComputedAt(rows: readonly OutcomeRow[]): Omit<OutcomeRow, 'computed_at'>[] {
  return rows.map(({ computed_at: _, ...row }) => row);
}

/** What of a row the market decides. */
function market({ signal_id: _, ticker: __, ...row }: Omit<OutcomeRow, 'computed_at'>): object {
  return row;
}

/** As a split of four for one rewrites it. */
function quarter({ open, high, low, close, ...rest }: Candle): Candle {
  return { ...rest, open: open / 4, high: high / 4, low: low / 4, close: close / 4 };
}

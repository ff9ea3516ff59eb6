import { beforeAll, describe, expect, test } from 'vitest';
import type { LabelTarget, Outcome, TradeResult } from '../../../src/domain/labels/outcome.ts';
import type { NewSignal } from '../../../src/domain/signal.ts';
import { withDatabase } from '../../support/database.ts';
import { aTarget } from '../../support/labels.ts';
import { anOutcome, aScope } from '../../support/outcomes.ts';
import { aSignal, FIRED_AT, someFeatures } from '../../support/signals.ts';
import { seedDetectors } from '../../support/stored-desk.ts';

const CANDLE = 300_000;
const database = withDatabase();
beforeAll(() => seedDetectors(database.current.stores));

/** Stores signals of a ticker. @returns them as targets. */
async function storeSignals(ticker: string, ...signals: NewSignal[]): Promise<LabelTarget[]> {
  const { stores } = database.current;
  await stores.signals.recordReplay({ ticker, timeframe: '5m' }, signals, { runId: 'r', origin: 'replay' });
  const stored = (await stores.signals.list({ ticker, limit: 100 })).reverse();
  return stored.map(({ id, firedAt, priceAtSignal, side, features }) =>
    aTarget({ id, firedAt, price: priceAtSignal, side, atr14: features.atr14 }),
  );
}

/** Stores one baseline that closes at `FIRED_AT`. @returns its row id. */
async function storeBaseline(ticker: string): Promise<number> {
  const { stores, pool } = database.current;
  await stores.baselines.insert({ ticker, timeframe: '5m' }, [
    {
      ts: FIRED_AT - CANDLE,
      closedAt: FIRED_AT,
      price: 100,
      features: someFeatures({ atr14: 0.8 }),
      featureVersion: 1,
      featureInputs: {},
    },
  ]);
  const { rows } = await pool.query<{ id: number }>(
    'SELECT b.id::int FROM baselines b JOIN symbols s ON s.id = b.symbol_id WHERE s.ticker = $1',
    [ticker],
  );
  return rows[0]?.id ?? 0;
}

const of = (target: LabelTarget | undefined, overrides: Partial<ReturnType<typeof anOutcome>> = {}) =>
  anOutcome({ ...(target && { target }), ...overrides });

const ALL_TIME = { from: 0, to: null };

describe('insert', () => {
  test('writes outcomes whole, and once', async () => {
    const { stores, pool } = database.current;
    const [target] = await storeSignals('ONCE', aSignal());
    const trade: TradeResult = {
      entry: 100.2,
      gapFill: true,
      retWorst: -0.01,
      retBest: 0.015,
      settledBy: '1m',
    };

    const first = await stores.outcomes.insert([
      of(target),
      of(target, { horizon: { timeframe: '5m', bars: 20 } }),
    ]);
    const again = await stores.outcomes.insert([
      of(target, { retClose: 9 }),
      of(target, { labelVersion: 2, trade }),
    ]);

    expect([first, again]).toEqual([2, 1]);
    const { rows } = await pool.query(
      `SELECT horizon_bars, label_version, state, ret_close, t_to_tp1::text, t_to_stop, first_barrier, ambiguous,
              horizon_end_ts, signal_fired_at, entry_price, gap_fill, ret_worst, ret_best, settled_by
       FROM outcomes WHERE signal_id = $1 AND horizon_bars = 5 ORDER BY label_version`,
      [target?.id],
    );
    const both = {
      horizon_bars: 5,
      state: 'resolved',
      ret_close: '0.012300',
      t_to_tp1: '00:15:00',
      t_to_stop: null,
      first_barrier: 'tp1',
      ambiguous: false,
      horizon_end_ts: new Date(FIRED_AT + 1_500_000),
      signal_fired_at: new Date(FIRED_AT),
    };
    expect(rows).toEqual([
      {
        ...both,
        label_version: 1,
        entry_price: null,
        gap_fill: null,
        ret_worst: null,
        ret_best: null,
        settled_by: null,
      },
      {
        ...both,
        label_version: 2,
        entry_price: '100.200000',
        gap_fill: true,
        ret_worst: '-0.010000',
        ret_best: '0.015000',
        settled_by: '1m',
      },
    ]);
  });

  test('writes why nothing was measured, and no number beside it', async () => {
    const { stores, pool } = database.current;
    const [target = aTarget()] = await storeSignals('UNMEASURED', aSignal());
    const horizon = { timeframe: '5m', bars: 5 } as const;
    const invalid: Outcome = {
      target,
      horizon,
      labelVersion: 2,
      state: 'invalid_entry',
      entry: 104,
      horizonEndTs: FIRED_AT,
    };

    await stores.outcomes.insert([invalid]);

    const { rows } = await pool.query(
      'SELECT state, entry_price, hit_tp1, ret_close FROM outcomes WHERE signal_id = $1',
      [target.id],
    );
    expect(rows).toEqual([
      { state: 'invalid_entry', entry_price: '104.000000', hit_tp1: null, ret_close: null },
    ]);
    const sentinel = `INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars, state, ret_close, hit_tp1)
      VALUES (${target.id}, '5m', 15, 'data_missing', 0, false)`;
    await expect(pool.query(sentinel), 'the database refuses sentinels').rejects.toThrow(
      'outcomes_measured_check',
    );
  });

  test('writes both sides of a baseline into their own table', async () => {
    const { stores, pool } = database.current;
    const id = await storeBaseline('BASE');
    const sides = (['long', 'short'] as const).map((side) =>
      of(aTarget({ kind: 'baseline', id, side, firedAt: FIRED_AT })),
    );

    const written = [await stores.outcomes.insert(sides), await stores.outcomes.insert(sides)];

    expect(written).toEqual([2, 0]);
    const { rows } = await pool.query(
      'SELECT side, ret_close, state FROM baseline_outcomes WHERE baseline_id = $1 ORDER BY side',
      [id],
    );
    expect(rows).toEqual([
      { side: 'long', ret_close: '0.012300', state: 'resolved' },
      { side: 'short', ret_close: '0.012300', state: 'resolved' },
    ]);
  });

  test('refuses an outcome without its signal, with all that came with it', async () => {
    const { stores, pool } = database.current;
    const [target] = await storeSignals('ORPHAN', aSignal());
    const orphan = of(aTarget({ id: 999_999, firedAt: FIRED_AT }));

    await expect(stores.outcomes.insert([of(target), orphan])).rejects.toThrow('999999');

    expect((await pool.query('SELECT FROM outcomes WHERE signal_id = $1', [target?.id])).rowCount).toBe(0);
  });

  test('counts each row once when several write the same at once', async () => {
    const { stores } = database.current;
    const steps = [0, 1, 2].map((step) => aSignal({ firedAt: FIRED_AT + step * CANDLE }));
    const outcomes = (await storeSignals('RACE', ...steps)).map((target) => of(target));

    const written = await Promise.all([1, 2, 3].map(() => stores.outcomes.insert(outcomes)));

    expect(written.reduce((sum, n) => sum + n, 0)).toBe(3);
  });
});

describe('targets', () => {
  const series = { ticker: 'TARGET', timeframe: '5m' } as const;

  test('name what they still lack, by version', async () => {
    const { stores } = database.current;
    const [first, second] = await storeSignals(
      'TARGET',
      aSignal(),
      aSignal({ firedAt: FIRED_AT + CANDLE, side: 'short', priceAtSignal: 99.5 }),
    );
    await stores.outcomes.insert([
      of(first),
      of(first, { labelVersion: 2, horizon: { timeframe: '5m', bars: 20 } }),
    ]);

    const found = await stores.outcomes.targets(series, aScope(), ALL_TIME);

    expect(found.map(({ target }) => target)).toEqual([first, second]);
    const lacks = found.map(({ missing }) =>
      missing.map(({ version, horizons }) => [version.version, ...horizons.map(({ bars }) => bars)]),
    );
    expect(lacks).toEqual([
      [
        [1, 15, 20, 60, 240, 1440],
        [2, 0, 5, 15, 60, 240, 1440],
      ],
      [
        [1, 5, 15, 20, 60, 240, 1440],
        [2, 0, 5, 15, 20, 60, 240, 1440],
      ],
    ]);
  });

  test('are those of a span, its end not included, and of the period asked for', async () => {
    const { stores } = database.current;
    const count = async (span: { from: number; to: number | null }, to?: number) =>
      (await stores.outcomes.targets(series, { ...aScope(1), ...(to !== undefined && { to }) }, span)).length;

    expect(await count({ from: FIRED_AT, to: FIRED_AT + CANDLE })).toBe(1);
    expect(await count({ from: FIRED_AT + 1, to: null })).toBe(1);
    expect(await count({ from: FIRED_AT + CANDLE + 1, to: null })).toBe(0);
    expect(await count(ALL_TIME, FIRED_AT)).toBe(1);
  });

  test('can be asked for by the time of the next one, labelled or not', async () => {
    const { outcomes } = database.current.stores;

    expect(await outcomes.nextTarget(series, aScope(), 0)).toBe(FIRED_AT);
    expect(await outcomes.nextTarget(series, aScope(), FIRED_AT + 1)).toBe(FIRED_AT + CANDLE);
    expect(await outcomes.nextTarget(series, aScope(), FIRED_AT + CANDLE + 1)).toBeNull();
  });

  test('are asked for in minutes where their day is covered in minutes', async () => {
    const { stores } = database.current;
    const [target] = await storeSignals('MINUTES', aSignal());
    const minutes = { ticker: 'MINUTES', timeframe: '1m' } as const;
    const find = () => stores.outcomes.targets(minutes, aScope(), ALL_TIME);

    const before = await find();
    await stores.candles.store({
      ...minutes,
      source: 'test',
      candles: [],
      coverage: [{ date: '2022-06-14', coveredThrough: FIRED_AT }],
    });
    const after = await find();

    expect(before).toEqual([]);
    expect(after).toMatchObject([{ target, missing: [{ version: { version: 2 } }] }]);
    expect(after[0]?.missing[0]?.horizons.map(({ timeframe }) => timeframe)).toEqual([
      '1m',
      '1m',
      '1m',
      '1m',
    ]);
    const open = await stores.outcomes.unresolved(aScope());
    expect(open).toContainEqual({ ...minutes, from: FIRED_AT });
  });

  test('are both sides of a baseline, with its own volatility', async () => {
    const id = await storeBaseline('BASETARGET');

    const found = await database.current.stores.outcomes.targets(
      { ticker: 'BASETARGET', timeframe: '5m' },
      aScope(1),
      ALL_TIME,
    );

    expect(found.map(({ target }) => target)).toEqual(
      (['long', 'short'] as const).map((side) =>
        aTarget({ kind: 'baseline', id, firedAt: FIRED_AT, atr14: 0.8, side }),
      ),
    );
  });
});

test('a series is unresolved from its oldest signal that lacks a horizon', async () => {
  const { stores } = database.current;
  const [first, second] = await storeSignals('OPEN', aSignal(), aSignal({ firedAt: FIRED_AT + CANDLE }));
  const open = async (version: number) =>
    (await stores.outcomes.unresolved(aScope(version))).find(({ ticker }) => ticker === 'OPEN');
  const all = (target: LabelTarget | undefined) =>
    [5, 15, 20, 60, 240, 1440].map((bars) => of(target, { horizon: { timeframe: '5m', bars } }));

  expect(await open(1)).toEqual({ ticker: 'OPEN', timeframe: '5m', from: FIRED_AT });
  await stores.outcomes.insert(all(first));
  expect(await open(1)).toEqual({ ticker: 'OPEN', timeframe: '5m', from: FIRED_AT + CANDLE });
  await stores.outcomes.insert(all(second));
  expect(await open(1)).toBeUndefined();
  expect(await open(2), 'versions live side by side').toMatchObject({ from: FIRED_AT });
});

test('a signal without a price or a side is no target', async () => {
  const { stores, pool } = database.current;
  const id = await stores.symbols.resolve('BARE');
  await pool.query(
    `INSERT INTO signals (symbol_id, timeframe, fired_at, detector_id, detector_version, source_system)
     VALUES ($1, '5m', now(), 'breakout_v1', '1', 'basic_scanner')`,
    [id],
  );

  const unresolved = await stores.outcomes.unresolved(aScope());

  expect(unresolved.map(({ ticker }) => ticker)).not.toContain('BARE');
});

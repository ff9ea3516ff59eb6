import { beforeAll, expect, test } from 'vitest';
import type { SeriesKey } from '../../../src/app/ports.ts';
import { horizonsOf } from '../../../src/domain/labels/horizons.ts';
import type { LabelTarget } from '../../../src/domain/labels/outcome.ts';
import { LABEL_VERSIONS } from '../../../src/domain/labels/versions.ts';
import { TIMEFRAMES } from '../../../src/domain/timeframe.ts';
import { withDatabase } from '../../support/database.ts';
import { aTarget } from '../../support/labels.ts';
import { anOutcome, aScope } from '../../support/outcomes.ts';
import { aSignal, FIRED_AT, someFeatures } from '../../support/signals.ts';
import { seedDetectors } from '../../support/stored-desk.ts';

const database = withDatabase();
beforeAll(() => seedDetectors(database.current.stores));

/** One signal of a ticker, with an outcome of every version at every horizon. */
async function aLabelledSignal(ticker: string): Promise<LabelTarget> {
  const { stores } = database.current;
  await stores.signals.recordReplay({ ticker, timeframe: '5m' }, [aSignal()], {
    runId: 'r',
    origin: 'replay',
  });
  const [signal] = await stores.signals.list({ ticker, limit: 1 });
  const target = aTarget({ id: signal?.id ?? 0, firedAt: FIRED_AT });
  await stores.outcomes.insert(allOutcomes(target));
  return target;
}

function allOutcomes(target: LabelTarget) {
  return LABEL_VERSIONS.flatMap((version) =>
    horizonsOf(version, '5m')
      .filter(({ timeframe }) => timeframe === '5m')
      .map((horizon) => anOutcome({ target, horizon, labelVersion: version.version })),
  );
}

/** Kinds of what waits of a ticker. */
async function waiting(ticker: string): Promise<string[]> {
  const { rows } = await database.current.pool.query<{ kind: string }>(
    'SELECT kind FROM label_queue q JOIN symbols s ON s.id = q.symbol_id WHERE s.ticker = $1 ORDER BY kind',
    [ticker],
  );
  return rows.map(({ kind }) => kind);
}

const settle = () => database.current.stores.outcomes.unresolved(aScope());
const coverMinutes = (ticker: string, date: string) =>
  database.current.stores.candles.store({
    ticker,
    timeframe: '1m',
    source: 'test',
    candles: [],
    coverage: [{ date, coveredThrough: FIRED_AT }],
  });

test('what lacks nothing leaves when all versions are asked for, and only then', async () => {
  await aLabelledSignal('WHOLE');

  await database.current.stores.outcomes.unresolved(aScope(1));
  const before = await waiting('WHOLE');
  const open = await settle();

  expect(before).toEqual(['signal']);
  expect(await waiting('WHOLE')).toEqual([]);
  expect(open.map(({ ticker }) => ticker)).not.toContain('WHOLE');
});

test('what lacks one horizon of one version stays', async () => {
  const { pool } = database.current;
  const { id } = await aLabelledSignal('LACKS');
  await settle();
  await pool.query('DELETE FROM outcomes WHERE signal_id = $1 AND label_version = 2 AND horizon_bars = 0', [
    id,
  ]);

  const open = await settle();

  expect(open).toContainEqual({ ticker: 'LACKS', timeframe: '5m', from: FIRED_AT });
  expect(await waiting('LACKS')).toEqual(['signal']);
});

test('outcomes that are withdrawn bring their signal back', async () => {
  await aLabelledSignal('BACK');
  await settle();

  await database.current.stores.candles.store({
    ticker: 'BACK',
    timeframe: '5m',
    source: 'test',
    candles: [],
    coverage: [{ date: '2022-06-14', coveredThrough: FIRED_AT + 86_400_000 }],
  });
  await database.current.stores.candles.store({
    ticker: 'BACK',
    timeframe: '5m',
    source: 'test',
    candles: [{ ts: FIRED_AT, open: 1, high: 1, low: 1, close: 1, volume: 1, vwap: null }],
    coverage: [],
  });
  const gone = await database.current.stores.outcomes.withdraw({
    ...aScope(),
    because: 'revised',
    ticker: 'BACK',
    actor: 'test',
  });

  expect(gone).toBeGreaterThan(0);
  expect(await waiting('BACK')).toEqual(['signal']);
});

test('a baseline leaves with both its sides', async () => {
  const { stores, pool } = database.current;
  const series: SeriesKey = { ticker: 'BASE', timeframe: '5m' };
  await stores.baselines.insert(series, [
    {
      ts: FIRED_AT - 300_000,
      closedAt: FIRED_AT,
      price: 100,
      features: someFeatures({}),
      featureVersion: 1,
      featureInputs: {},
    },
  ]);
  const { rows } = await pool.query<{ id: number }>('SELECT max(id)::int AS id FROM baselines');
  const of = (side: 'long' | 'short') =>
    allOutcomes(aTarget({ kind: 'baseline', id: rows[0]?.id ?? 0, firedAt: FIRED_AT, side }));

  await stores.outcomes.insert(of('long'));
  await settle();
  const withOne = await waiting('BASE');
  await stores.outcomes.insert(of('short'));
  await settle();

  expect(withOne).toEqual(['baseline']);
  expect(await waiting('BASE')).toEqual([]);
});

test('minutes that are covered later bring back the signals of their day alone', async () => {
  await aLabelledSignal('LATER');
  await settle();

  await coverMinutes('LATER', '2022-06-13');
  const ofAnotherDay = await waiting('LATER');
  await coverMinutes('LATER', '2022-06-14');

  expect(ofAnotherDay).toEqual([]);
  expect(await waiting('LATER')).toEqual(['signal']);
});

test('no horizon is measured in other candles than its own or minutes, for only those are watched for', () => {
  const others = LABEL_VERSIONS.flatMap((version) =>
    TIMEFRAMES.flatMap((series) =>
      horizonsOf(version, series).filter(({ timeframe }) => timeframe !== series && timeframe !== '1m'),
    ),
  );

  expect(others).toEqual([]);
});

test('a signal that is put in while it is being taken out stays', async () => {
  const { stores, transaction } = database.current;
  await aLabelledSignal('RACE');
  let settling: Promise<unknown> = Promise.resolve();

  await transaction(async ({ client }) => {
    await client.query(
      `INSERT INTO candle_coverage (symbol_id, timeframe, session_date, covered_through)
       SELECT id, '1m', '2022-06-14', now() FROM symbols WHERE ticker = 'RACE'`,
    );
    settling = stores.outcomes.unresolved(aScope());
    await client.query('SELECT pg_sleep(0.3)'); // the other one now waits for this row
  });
  await settling;

  expect(await waiting('RACE')).toEqual(['signal']);
});

test('a new definition of labels asks for everything again', async () => {
  const { pool } = database.current;
  await aLabelledSignal('ANEW');
  await settle();

  await pool.query(`INSERT INTO label_versions (version, params, description) VALUES (99, '{}', 'test')`);

  expect(await waiting('ANEW')).toEqual(['signal']);
});

test('a signal that is deleted leaves nothing behind', async () => {
  const { id } = await aLabelledSignal('GONE');

  await database.current.pool.query('DELETE FROM signals WHERE id = $1', [id]);

  expect(await waiting('GONE')).toEqual([]);
});

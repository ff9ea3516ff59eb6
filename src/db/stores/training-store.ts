import type { PoolClient } from 'pg';
import type {
  CatalogDetector,
  DroppedCounts,
  SampleMoment,
  TrainingStore,
} from '../../app/training/training-ports.ts';
import type { TrainingFilter, TrainingSample } from '../../domain/training/sample.ts';
import type { Connection } from '../client.ts';
import { stratumOf } from './strata.ts';
import {
  type BaselineRow,
  labelColumns,
  type SignalRow,
  toBaselineSample,
  toSignalSample,
} from './training-rows.ts';

const ROWS_PER_FETCH = 2_000;

type Filter = TrainingFilter & { readonly featureVersion: number };

/** The labelled history as a training set wants it, in Postgres. */
export function trainingStore({ transaction }: Connection): TrainingStore {
  return {
    read: (filter, work) =>
      transaction(async ({ client }) => {
        await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
        // A first row may wait for a sort of all, and whoever writes the files may be slower than the database.
        await client.query(
          'SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0',
        );
        return work({
          dropped: () => countDropped(client, filter),
          detectors: () => readDetectors(client),
          moments: () => readMoments(client, filter),
          samples: () => readSamples(client, filter),
        });
      }),
  };
}

/** `$1` to `$7`, for every query here. */
function valuesOf(filter: Filter): readonly unknown[] {
  const { labelVersion, horizonBars, horizonTimeframe, featureVersion, timeframes, from, to } = filter;
  return [labelVersion, horizonBars, horizonTimeframe, featureVersion, timeframes, toIso(from), toIso(to)];
}

function toIso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** The one outcome that a row of `s` or `b` is asked about. */
const HORIZON = (of: string) => `o.label_version = $1::int AND o.horizon_bars = $2::int
  AND o.horizon_tf = coalesce($3::text, ${of}.timeframe)`;
const PERIOD = (of: string, t0: string) => `${of}.timeframe = ANY($5::text[])
  AND ${t0} >= coalesce($6::timestamptz, '-infinity') AND ${t0} <= coalesce($7::timestamptz, 'infinity')`;
const OUTCOME_OF_SIGNAL = `o.signal_id = s.id AND o.signal_fired_at = s.fired_at AND ${HORIZON('s')}`;
const OUTCOME_OF_BASELINE = `o.baseline_id = b.id AND ${HORIZON('b')}`;
const HAS_VECTOR = (of: string) => `${of}.features IS NOT NULL AND ${of}.feature_version = $4::int`;
const IS_MEASURED = `o.state = 'resolved' AND o.horizon_end_ts IS NOT NULL`;

/** Measured rows with a vector. */
const fromSignals = (joined = '') => `FROM signals s
  JOIN symbols sym ON sym.id = s.symbol_id
  JOIN outcomes o ON ${OUTCOME_OF_SIGNAL}
  ${joined}
  WHERE ${IS_MEASURED} AND ${HAS_VECTOR('s')} AND s.side IS NOT NULL AND ${PERIOD('s', 's.fired_at')}`;
const FROM_BASELINES = `FROM baselines b
  JOIN symbols sym ON sym.id = b.symbol_id
  JOIN baseline_outcomes o ON ${OUTCOME_OF_BASELINE}
  WHERE ${IS_MEASURED} AND ${HAS_VECTOR('b')} AND ${PERIOD('b', 'b.closed_at')}`;

const MS = (column: string) => `round(extract(epoch FROM ${column}) * 1000)::float8`;
const SPAN = (t0: string) => `${MS(t0)} AS t0, ${MS('o.horizon_end_ts')} AS t1`;
const STRATUM = (of: string) => `${stratumOf(`${of}.features`)} AS stratum`;

function readMoments(client: PoolClient, filter: Filter): AsyncIterable<SampleMoment[]> {
  const signals = `SELECT 'signal' AS kind, s.timeframe, s.side, ${STRATUM('s')}, ${SPAN('s.fired_at')} ${fromSignals()}`;
  const baselines = `SELECT CASE WHEN b.near_signal THEN 'near_signal' ELSE 'baseline' END,
    b.timeframe, o.side, ${STRATUM('b')}, ${SPAN('b.closed_at')} ${FROM_BASELINES}`;
  const rows = filter.baselines === 'with' ? `${signals} UNION ALL ${baselines}` : signals;
  return fetchAll<SampleMoment>(client, {
    name: 'moments_of_set',
    text: rows,
    values: valuesOf(filter),
  });
}

/** Two cursors merged: each comes in the order of an index, where one sort over both would spill to disk. */
function readSamples(client: PoolClient, filter: Filter): AsyncIterable<TrainingSample[]> {
  const values = valuesOf(filter);
  const signals = fetchAll<SignalRow>(client, {
    name: 'signals_of_set',
    values,
    text: `SELECT sym.ticker, s.timeframe, s.side, ${SPAN('s.fired_at')}, s.price_at_signal::float8 AS price,
             s.features, ${STRATUM('s')}, ${labelColumns('s', 's.fired_at')},
             s.detector_id AS "detectorId", s.detector_version AS "detectorVersion",
             s.source_system AS "sourceSystem", s.origin, s.score::float8 AS score,
             d.action, d."decidedAt", d."latencyMs", d.entered
           ${fromSignals(DECISION)}
           ORDER BY s.fired_at, sym.ticker COLLATE "C", s.timeframe COLLATE "C", s.side COLLATE "C",
             s.detector_id COLLATE "C", s.detector_version COLLATE "C"`,
  });
  if (filter.baselines === 'without') return mapBatches(signals, toSignalSample);
  const baselines = fetchAll<BaselineRow>(client, {
    name: 'baselines_of_set',
    values,
    text: `SELECT sym.ticker, b.timeframe, o.side, ${SPAN('b.closed_at')}, b.price_at_baseline::float8 AS price,
             b.features, ${STRATUM('b')}, ${labelColumns('b', 'b.closed_at')}, b.near_signal AS "nearSignal"
           ${FROM_BASELINES}
           ORDER BY b.closed_at, sym.ticker COLLATE "C", b.timeframe COLLATE "C", o.side COLLATE "C"`,
  });
  return merge(mapBatches(signals, toSignalSample), mapBatches(baselines, toBaselineSample));
}

const DECISION = `LEFT JOIN LATERAL (
  SELECT (array_agg(action ORDER BY decided_at DESC, id DESC))[1] AS action,
         ${MS('max(decided_at)')} AS "decidedAt",
         (array_agg(latency_ms ORDER BY decided_at DESC, id DESC))[1]::float8 AS "latencyMs",
         bool_or(action = 'enter') AS entered
  FROM decisions WHERE signal_id = s.id
) AS d ON true`;

async function countDropped(client: PoolClient, filter: Filter): Promise<DroppedCounts> {
  const reason = (of: string) => `CASE
    WHEN NOT coalesce(${HAS_VECTOR(of)}, false) THEN 'other_features'
    WHEN o.state IS NULL THEN 'pending'
    WHEN o.state <> 'resolved' THEN o.state
    WHEN o.horizon_end_ts IS NULL THEN 'data_missing' END AS reason`;
  const count = async (text: string) => {
    const { rows } = await client.query<{ reason: string; n: number }>(
      `SELECT reason, count(*)::float8 AS n FROM (${text}) AS placed WHERE reason IS NOT NULL GROUP BY reason`,
      [...valuesOf(filter)],
    );
    const none = { pending: 0, data_missing: 0, invalid_entry: 0, other_features: 0 };
    return { ...none, ...Object.fromEntries(rows.map(({ reason, n }) => [reason, n])) };
  };
  const signals = `SELECT ${reason('s')} FROM signals s LEFT JOIN outcomes o ON ${OUTCOME_OF_SIGNAL}
    WHERE s.side IS NOT NULL AND s.price_at_signal > 0 AND ${PERIOD('s', 's.fired_at')}`;
  const baselines = `SELECT ${reason('b')} FROM baselines b CROSS JOIN (VALUES ('long'), ('short')) AS sides (side)
    LEFT JOIN baseline_outcomes o ON ${OUTCOME_OF_BASELINE} AND o.side = sides.side
    WHERE b.closed_at IS NOT NULL AND ${PERIOD('b', 'b.closed_at')}`;
  return {
    signals: await count(signals),
    baselines: await count(filter.baselines === 'with' ? baselines : `${baselines} AND false`),
  };
}

async function readDetectors(client: PoolClient): Promise<CatalogDetector[]> {
  const { rows } = await client.query<CatalogDetector>(
    `SELECT id, version, kind, params, code_hash AS "codeHash" FROM detector_versions ORDER BY id, version`,
  );
  return rows;
}

interface Cursor {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Rows of a query through a cursor: a million of them never lie in memory at once. */
async function* fetchAll<Row extends object>(
  client: PoolClient,
  { name, text, values }: Cursor,
): AsyncGenerator<Row[]> {
  await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${text}`, [...values]);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${ROWS_PER_FETCH} FROM ${name}`);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_PER_FETCH) break;
  }
  await client.query(`CLOSE ${name}`);
}

async function* mapBatches<From, To>(
  batches: AsyncIterable<From[]>,
  map: (item: From) => To,
): AsyncGenerator<To[]> {
  for await (const batch of batches) yield batch.map(map);
}

/** Merges two streams by `t0`; at one moment the first goes first. */
async function* merge(
  first: AsyncGenerator<TrainingSample[]>,
  second: AsyncGenerator<TrainingSample[]>,
): AsyncGenerator<TrainingSample[]> {
  const next = async (from: AsyncGenerator<TrainingSample[]>) => (await from.next()).value ?? [];
  let [left, right] = [await next(first), await next(second)];
  let [i, j] = [0, 0];
  while (left.length > 0 || right.length > 0) {
    const merged: TrainingSample[] = [];
    while (i < left.length || j < right.length) {
      const [a, b] = [left[i], right[j]];
      // One side has run dry: only its next batch can say which goes first.
      if ((a === undefined && left.length > 0) || (b === undefined && right.length > 0)) break;
      if (a !== undefined && (b === undefined || a.t0 <= b.t0)) {
        merged.push(a);
        i += 1;
      } else if (b !== undefined) {
        merged.push(b);
        j += 1;
      }
    }
    if (i >= left.length && left.length > 0) [left, i] = [await next(first), 0];
    if (j >= right.length && right.length > 0) [right, j] = [await next(second), 0];
    if (merged.length > 0) yield merged;
  }
}

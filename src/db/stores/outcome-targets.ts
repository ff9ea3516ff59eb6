import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import type { LabelScope, SeriesKey, UnlabelledTarget } from '../../app/ports.ts';
import { horizonsOf } from '../../domain/labels/horizons.ts';
import type { LabelRequest } from '../../domain/labels/label-series.ts';
import type { LabelTarget } from '../../domain/labels/outcome.ts';
import { LABEL_VERSIONS } from '../../domain/labels/versions.ts';
import { TIMEFRAMES, type Timeframe } from '../../domain/timeframe.ts';
import { preparedQuery } from '../prepared.ts';
import { at, msOf, query } from '../sql.ts';
import { symbolId } from './symbol-store.ts';
import { baselineSource, SIGNAL_SOURCE, scaleOf, targetColumns } from './target-columns.ts';

/** Without a price and a side there is nothing to measure from. */
export const CAN_BE_LABELLED = sql`s.price_at_signal > 0 AND s.side IS NOT NULL`;
const QUEUE_KEY = sql`q.symbol_id, q.timeframe, q.fired_at, q.kind, q.target_id`;
const BOTH_SIDES = sql`(VALUES ('long'), ('short')) AS sides (side)`;
const EACH_SIDE = baselineSource(sql`sides.side`);

/** Version and bars in one number, so that a set of them is an array. */
function keyOf(version: number, bars: number): number {
  return version * 100_000 + bars;
}
const STORED_KEY = sql`(o.label_version * 100000 + o.horizon_bars)`;

/** What targets of one timeframe ask for in candles of one timeframe. */
interface Wanted {
  readonly series: Timeframe;
  readonly candles: Timeframe;
  readonly requests: readonly LabelRequest[];
  readonly keys: readonly number[];
}

function wantedOf({ versions }: LabelScope, candles: Timeframe): Wanted[] {
  return TIMEFRAMES.flatMap((series) => {
    const requests = versions
      .map((version) => ({
        version,
        horizons: horizonsOf(version, series).filter(({ timeframe }) => timeframe === candles),
      }))
      .filter(({ horizons }) => horizons.length > 0);
    const keys = requests.flatMap(({ version, horizons }) =>
      horizons.map(({ bars }) => keyOf(version.version, bars)),
    );
    return keys.length === 0 ? [] : [{ series, candles, requests, keys }];
  });
}

/**
 * Series of candles in which something is missing, with the oldest moment that lacks it. Asked for all versions,
 * it also takes out of the queue what lacks nothing; a row that was put in again meanwhile is another one by then.
 */
export function unresolved(scope: LabelScope): SQL {
  const wanted = TIMEFRAMES.flatMap((candles) => wantedOf(scope, candles));
  const rows = wanted.map(
    ({ series, candles, keys }) =>
      sql`(${series}::text, ${candles}::text, ${sql.param(keys)}::int[], ${keys.length}::int)`,
  );
  const list = sql`(VALUES ${sql.join(rows, sql`, `)}) AS w (series, candles, keys, expected)`;
  const isWhole = LABEL_VERSIONS.every(({ version }) =>
    scope.versions.some((each) => each.version === version),
  );
  return sql`
    WITH asked AS MATERIALIZED (
      SELECT ${QUEUE_KEY}, q.ctid AS row, w.candles, CASE q.kind
          WHEN 'signal' THEN (SELECT count(*) FROM ${outcomesOfSignal(sql`w.candles`)} AND ${STORED_KEY} = ANY(w.keys)) < w.expected
          ELSE (SELECT count(*) FROM ${outcomesOfBaseline(sql`w.candles`)} AND ${STORED_KEY} = ANY(w.keys)) < 2 * w.expected
        END AS lacks
      FROM label_queue q JOIN ${list} ON w.series = q.timeframe
      WHERE ${inScope(sql`q.fired_at`, scope)}
        AND (w.candles = w.series OR ${isDayCovered(sql`q.symbol_id`, sql`w.candles`, sql`q.fired_at`)})
    ), settled AS (
      DELETE FROM label_queue q USING (
        SELECT ${QUEUE_KEY}, q.row FROM asked q GROUP BY ${QUEUE_KEY}, q.row HAVING ${isWhole} AND NOT bool_or(q.lacks)
      ) AS done
      WHERE (${QUEUE_KEY}) = (done.symbol_id, done.timeframe, done.fired_at, done.kind, done.target_id) AND q.ctid = done.row
    )
    SELECT sym.ticker, open.candles AS timeframe, ${msOf(sql`min(open.fired_at)`)} AS "from"
    FROM asked AS open JOIN symbols sym ON sym.id = open.symbol_id
    WHERE open.lacks
    GROUP BY sym.ticker, open.candles
    ORDER BY sym.ticker, array_position(${sql.param([...TIMEFRAMES])}::text[], open.candles)`;
}

interface Row extends LabelTarget {
  readonly timeframe: Timeframe;
  readonly done: readonly number[] | null;
}

const given = sql.placeholder;
const CANDLES = sql`${given('candles')}`;
const WAITS = sql`q.symbol_id = ${symbolId(given('ticker'))} AND q.timeframe = ANY(${given('timeframes')}::text[])
  AND q.fired_at >= ${given('from')}::timestamptz AND q.fired_at < ${given('until')}::timestamptz
  AND q.fired_at <= ${given('to')}::timestamptz
  AND (q.timeframe = ${CANDLES} OR ${isDayCovered(sql`q.symbol_id`, CANDLES, sql`q.fired_at`)})`;

/** Planned once for each connection: the plan takes longer than what it finds for a window of candles. */
const readTargets = preparedQuery<Row>(
  'label_targets',
  sql`SELECT ${targetColumns(SIGNAL_SOURCE)}, s.timeframe, labelled.done
      FROM label_queue q JOIN signals s ON s.id = q.target_id AND s.fired_at = q.fired_at
      CROSS JOIN ${scaleOf(SIGNAL_SOURCE)}
      CROSS JOIN LATERAL (SELECT array_agg(${STORED_KEY}) AS done FROM ${outcomesOfSignal(CANDLES)}) AS labelled
      WHERE q.kind = 'signal' AND ${WAITS} AND ${CAN_BE_LABELLED}
      UNION ALL
      SELECT ${targetColumns(EACH_SIDE)}, b.timeframe, labelled.done
      FROM label_queue q JOIN baselines b ON b.id = q.target_id CROSS JOIN ${BOTH_SIDES}
      CROSS JOIN ${scaleOf(EACH_SIDE)}
      CROSS JOIN LATERAL (
        SELECT array_agg(${STORED_KEY}) AS done FROM ${outcomesOfBaseline(CANDLES)} AND o.side = sides.side
      ) AS labelled
      WHERE q.kind = 'baseline' AND ${WAITS} AND b.price_at_baseline > 0
      ORDER BY "firedAt", kind, id, side`,
);

/** Targets that lack something in candles of a series, oldest first. */
export async function findTargets(
  pool: Pool,
  { ticker, timeframe: candles }: SeriesKey,
  scope: LabelScope,
  span: { readonly from: number; readonly to: number | null },
): Promise<UnlabelledTarget[]> {
  const wanted = new Map(wantedOf(scope, candles).map((each) => [each.series, each]));
  const rows = await readTargets(pool, {
    ticker,
    candles,
    timeframes: [...wanted.keys()],
    from: new Date(Math.max(span.from, scope.from ?? span.from)).toISOString(),
    until: span.to === null ? 'infinity' : new Date(span.to).toISOString(),
    to: scope.to === undefined ? 'infinity' : new Date(scope.to).toISOString(),
  });
  return rows.flatMap(({ timeframe, done, ...target }) => {
    const missing = missingOf(wanted.get(timeframe)?.requests ?? [], done);
    return missing.length === 0 ? [] : [{ target, missing }];
  });
}

/** When the first target from a moment on fired that is in the queue: one look into the index per timeframe. */
export async function nextTarget(
  db: NodePgDatabase,
  { ticker, timeframe: candles }: SeriesKey,
  scope: LabelScope,
  from: number,
): Promise<number | null> {
  const timeframes = wantedOf(scope, candles).map(({ series }) => series);
  const [found] = await query<{ moment: number | null }>(
    db,
    sql`SELECT ${msOf(sql`min(next.fired_at)`)} AS moment
        FROM unnest(${sql.param(timeframes)}::text[]) AS f (timeframe) CROSS JOIN LATERAL (
          SELECT min(q.fired_at) AS fired_at FROM label_queue q
          WHERE q.symbol_id = ${symbolId(ticker)} AND q.timeframe = f.timeframe AND q.fired_at >= ${at(from)}
        ) AS next`,
  );
  return found?.moment ?? null;
}

function missingOf(
  requests: readonly LabelRequest[],
  done: readonly number[] | null,
): readonly LabelRequest[] {
  if (done === null) return requests;
  return requests
    .map(({ version, horizons }) => ({
      version,
      horizons: horizons.filter(({ bars }) => !done.includes(keyOf(version.version, bars))),
    }))
    .filter(({ horizons }) => horizons.length > 0);
}

/** @param candles the timeframe the outcome is measured in. To be followed by AND, or by nothing. */
function outcomesOfSignal(candles: SQL): SQL {
  return sql`outcomes o WHERE o.signal_id = q.target_id AND o.signal_fired_at = q.fired_at AND o.horizon_tf = ${candles}`;
}

/** Of both sides. */
function outcomesOfBaseline(candles: SQL): SQL {
  return sql`baseline_outcomes o WHERE o.baseline_id = q.target_id AND o.horizon_tf = ${candles}`;
}

export function inScope(moment: SQL, { from, to }: Pick<LabelScope, 'from' | 'to'>): SQL {
  return sql`${moment} >= ${from === undefined ? sql`'-infinity'::timestamptz` : at(from)}
    AND ${moment} <= ${to === undefined ? sql`'infinity'::timestamptz` : at(to)}`;
}

/** A look into the index for each; EXISTS would be made into a table of all days there are. */
function isDayCovered(symbol: SQL, timeframe: SQL, moment: SQL): SQL {
  return sql`(
    SELECT true FROM candle_coverage c WHERE c.symbol_id = ${symbol} AND c.timeframe = ${timeframe}
      AND c.session_date = (${moment} AT TIME ZONE 'America/New_York')::date
  )`;
}

import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { LabelScope, SeriesKey, UnlabelledTarget } from '../../app/ports.ts';
import { horizonsOf } from '../../domain/labels/horizons.ts';
import type { LabelRequest } from '../../domain/labels/label-series.ts';
import type { LabelTarget } from '../../domain/labels/outcome.ts';
import { TIMEFRAMES, type Timeframe } from '../../domain/timeframe.ts';
import { at, msOf, query } from '../sql.ts';
import { symbolId } from './symbol-store.ts';
import { baselineSource, SIGNAL_SOURCE, scaleOf, targetColumns } from './target-columns.ts';

/** Without a price and a side there is nothing to measure from. */
export const CAN_BE_LABELLED = sql`s.price_at_signal > 0 AND s.side IS NOT NULL`;
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

/** Series of candles in which something is missing, with the oldest moment that lacks it. */
export function unresolved(scope: LabelScope): SQL {
  const wanted = TIMEFRAMES.flatMap((candles) => wantedOf(scope, candles));
  const rows = wanted.map(
    ({ series, candles, keys }) =>
      sql`(${series}::text, ${candles}::text, ${sql.param(keys)}::int[], ${keys.length}::int)`,
  );
  const list = sql`(VALUES ${sql.join(rows, sql`, `)}) AS w (series, candles, keys, expected)`;
  return sql`
    SELECT sym.ticker, open.candles AS timeframe, ${msOf(sql`min(open.moment)`)} AS "from"
    FROM (
      SELECT s.symbol_id, w.candles, s.fired_at AS moment
      FROM signals s JOIN ${list} ON w.series = s.timeframe
      WHERE ${CAN_BE_LABELLED} AND ${inScope(sql`s.fired_at`, scope)}
        AND (w.candles = w.series OR ${isDayCovered(sql`s.symbol_id`, sql`w.candles`, sql`s.fired_at`)})
        AND (SELECT count(*) FROM ${outcomesOfSignal(sql`w.candles`)} AND ${STORED_KEY} = ANY(w.keys)) < w.expected
      UNION ALL
      SELECT b.symbol_id, w.candles, b.closed_at
      FROM baselines b JOIN ${list} ON w.series = b.timeframe CROSS JOIN ${BOTH_SIDES}
      WHERE b.price_at_baseline > 0 AND ${inScope(sql`b.closed_at`, scope)}
        AND (w.candles = w.series OR ${isDayCovered(sql`b.symbol_id`, sql`w.candles`, sql`b.closed_at`)})
        AND (SELECT count(*) FROM ${outcomesOfBaseline(sql`w.candles`)} AND ${STORED_KEY} = ANY(w.keys)) < w.expected
    ) AS open
    JOIN symbols sym ON sym.id = open.symbol_id
    GROUP BY sym.ticker, open.candles
    ORDER BY sym.ticker, array_position(${sql.param([...TIMEFRAMES])}::text[], open.candles)`;
}

interface Row extends LabelTarget {
  readonly timeframe: Timeframe;
  readonly done: readonly number[] | null;
}

/** Targets that lack something in candles of a series, oldest first. */
export async function findTargets(
  db: NodePgDatabase,
  { ticker, timeframe: candles }: SeriesKey,
  scope: LabelScope,
  span: { readonly from: number; readonly to: number | null },
): Promise<UnlabelledTarget[]> {
  const wanted = new Map(wantedOf(scope, candles).map((each) => [each.series, each]));
  const timeframes = sql`${sql.param([...wanted.keys()])}::text[]`;
  const until = span.to === null ? sql`'infinity'::timestamptz` : at(span.to);
  const within = (moment: SQL) =>
    sql`${moment} >= ${at(span.from)} AND ${moment} < ${until} AND ${inScope(moment, scope)}`;
  const rows = await query<Row>(
    db,
    sql`SELECT ${targetColumns(SIGNAL_SOURCE)}, s.timeframe, labelled.done
        FROM signals s
        CROSS JOIN ${scaleOf(SIGNAL_SOURCE)}
        CROSS JOIN LATERAL (SELECT array_agg(${STORED_KEY}) AS done FROM ${outcomesOfSignal(sql`${candles}`)}) AS labelled
        WHERE s.symbol_id = ${symbolId(ticker)} AND s.timeframe = ANY(${timeframes}) AND ${CAN_BE_LABELLED}
          AND ${within(sql`s.fired_at`)}
          AND (s.timeframe = ${candles} OR ${isDayCovered(sql`s.symbol_id`, sql`${candles}`, sql`s.fired_at`)})
        UNION ALL
        SELECT ${targetColumns(EACH_SIDE)}, b.timeframe, labelled.done
        FROM baselines b CROSS JOIN ${BOTH_SIDES}
        CROSS JOIN ${scaleOf(EACH_SIDE)}
        CROSS JOIN LATERAL (SELECT array_agg(${STORED_KEY}) AS done FROM ${outcomesOfBaseline(sql`${candles}`)}) AS labelled
        WHERE b.symbol_id = ${symbolId(ticker)} AND b.timeframe = ANY(${timeframes}) AND b.price_at_baseline > 0
          AND ${within(sql`b.closed_at`)} AND b.ts >= ${at(span.from)} - interval '1 day' AND b.ts < ${until}
          AND (b.timeframe = ${candles} OR ${isDayCovered(sql`b.symbol_id`, sql`${candles}`, sql`b.closed_at`)})
        ORDER BY "firedAt", kind, id, side`,
  );
  return rows.flatMap(({ timeframe, done, ...target }) => {
    const missing = missingOf(wanted.get(timeframe)?.requests ?? [], done);
    return missing.length === 0 ? [] : [{ target, missing }];
  });
}

/** When the first target from a moment on fired, labelled or not: one look into the index per timeframe. */
export async function nextTarget(
  db: NodePgDatabase,
  { ticker, timeframe: candles }: SeriesKey,
  scope: LabelScope,
  from: number,
): Promise<number | null> {
  const timeframes = wantedOf(scope, candles).map(({ series }) => series);
  const [found] = await query<{ moment: number | null }>(
    db,
    sql`SELECT ${msOf(sql`min(least(
          (SELECT min(s.fired_at) FROM signals s
           WHERE s.symbol_id = ${symbolId(ticker)} AND s.timeframe = f.timeframe AND s.fired_at >= ${at(from)}),
          (SELECT min(b.closed_at) FROM baselines b
           WHERE b.symbol_id = ${symbolId(ticker)} AND b.timeframe = f.timeframe AND b.closed_at >= ${at(from)}
             AND b.ts >= ${at(from)} - interval '1 day')
        ))`)} AS moment
        FROM unnest(${sql.param(timeframes)}::text[]) AS f (timeframe)`,
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
  return sql`outcomes o WHERE o.signal_id = s.id AND o.signal_fired_at = s.fired_at AND o.horizon_tf = ${candles}`;
}

function outcomesOfBaseline(candles: SQL): SQL {
  return sql`baseline_outcomes o WHERE o.baseline_id = b.id AND o.side = sides.side AND o.horizon_tf = ${candles}`;
}

export function inScope(moment: SQL, { from, to }: Pick<LabelScope, 'from' | 'to'>): SQL {
  return sql`${moment} >= ${from === undefined ? sql`'-infinity'::timestamptz` : at(from)}
    AND ${moment} <= ${to === undefined ? sql`'infinity'::timestamptz` : at(to)}`;
}

function isDayCovered(symbol: SQL, timeframe: SQL, moment: SQL): SQL {
  return sql`EXISTS (
    SELECT FROM candle_coverage c WHERE c.symbol_id = ${symbol} AND c.timeframe = ${timeframe}
      AND c.session_date = (${moment} AT TIME ZONE 'America/New_York')::date
  )`;
}

import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { LabelScope, SeriesKey, StoredOutcome } from '../../app/ports.ts';
import type { LabelTarget, Outcome, ResolvedOutcome } from '../../domain/labels/outcome.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import { msOf, query } from '../sql.ts';
import { isRevised } from './outcome-revision.ts';
import { CAN_BE_LABELLED, inScope } from './outcome-targets.ts';
import { symbolId } from './symbol-store.ts';
import { baselineSource, SIGNAL_SOURCE, scaleOf, targetColumns } from './target-columns.ts';

/** One row of either table, as numbers. A row of another program may lack any of them. */
interface Row extends LabelTarget {
  readonly bars: number;
  readonly version: number;
  readonly state: Outcome['state'];
  readonly end: number | null;
  readonly entry: number | null;
  readonly retClose: number;
  readonly maxRunUp: number;
  readonly maxDrawdown: number;
  readonly hitTp1: boolean;
  readonly hitTp2: boolean;
  readonly hitTp3: boolean;
  readonly hitStop: boolean;
  readonly tToTp1: number | null;
  readonly tToStop: number | null;
  readonly firstBarrier: ResolvedOutcome['firstBarrier'];
  readonly ambiguous: boolean;
  readonly gapFill: boolean | null;
  readonly retWorst: number | null;
  readonly retBest: number | null;
  readonly settledBy: Timeframe | null;
  readonly revised: boolean;
}

const LABEL = sql`o.horizon_bars AS bars, o.label_version AS version, o.state, ${msOf(sql`o.horizon_end_ts`)} AS "end",
  o.entry_price::float8 AS entry, o.ret_close::float8 AS "retClose", o.max_run_up::float8 AS "maxRunUp",
  o.max_drawdown::float8 AS "maxDrawdown", o.hit_tp1 AS "hitTp1", o.hit_tp2 AS "hitTp2", o.hit_tp3 AS "hitTp3",
  o.hit_stop AS "hitStop", round(extract(epoch FROM o.t_to_tp1) * 1000)::float8 AS "tToTp1",
  round(extract(epoch FROM o.t_to_stop) * 1000)::float8 AS "tToStop", o.first_barrier AS "firstBarrier", o.ambiguous,
  o.gap_fill AS "gapFill", o.ret_worst::float8 AS "retWorst", o.ret_best::float8 AS "retBest", o.settled_by AS "settledBy"`;

const ONE_SIDE = baselineSource(sql`o.side`);
/** A resolved row without a first barrier was written by another program, in its own way. */
const IS_OURS = sql`(o.state <> 'resolved' OR o.first_barrier IS NOT NULL)`;

/** Outcomes as they were written, oldest signal first. */
export async function readStored(
  db: NodePgDatabase,
  { ticker, timeframe }: SeriesKey,
  scope: LabelScope,
): Promise<StoredOutcome[]> {
  const versions = sql`${sql.param(scope.versions.map(({ version }) => version))}::int[]`;
  const rows = await query<Row>(
    db,
    sql`SELECT ${targetColumns(SIGNAL_SOURCE)}, ${LABEL}, ${isRevised(SIGNAL_SOURCE)} AS revised
        FROM signals s JOIN outcomes o ON o.signal_id = s.id AND o.signal_fired_at = s.fired_at
        CROSS JOIN ${scaleOf(SIGNAL_SOURCE)}
        WHERE s.symbol_id = ${symbolId(ticker)} AND o.horizon_tf = ${timeframe} AND ${CAN_BE_LABELLED}
          AND o.label_version = ANY(${versions}) AND ${inScope(sql`s.fired_at`, scope)} AND ${IS_OURS}
        UNION ALL
        SELECT ${targetColumns(ONE_SIDE)}, ${LABEL}, ${isRevised(ONE_SIDE)}
        FROM baselines b JOIN baseline_outcomes o ON o.baseline_id = b.id
        CROSS JOIN ${scaleOf(ONE_SIDE)}
        WHERE b.symbol_id = ${symbolId(ticker)} AND o.horizon_tf = ${timeframe} AND b.closed_at IS NOT NULL
          AND o.label_version = ANY(${versions}) AND ${inScope(sql`b.closed_at`, scope)} AND ${IS_OURS}
        ORDER BY "firedAt", kind, id, side, version, bars`,
  );
  return rows.map((row) => ({ outcome: toOutcome(row, timeframe), isRevised: row.revised }));
}

function toOutcome(row: Row, timeframe: Timeframe): Outcome {
  const { kind, id, firedAt, price, atr14, side, isRescaled } = row;
  const key = {
    target: { kind, id, firedAt, price, atr14, side, isRescaled },
    horizon: { timeframe, bars: row.bars },
    labelVersion: row.version,
  };
  if (row.state !== 'resolved') {
    return { ...key, state: row.state, entry: row.entry, horizonEndTs: row.end };
  }
  const { entry, gapFill, retWorst, retBest, settledBy } = row;
  const isTrade = entry !== null && gapFill !== null && retWorst !== null && retBest !== null;
  return {
    ...key,
    state: 'resolved',
    retClose: row.retClose,
    maxRunUp: row.maxRunUp,
    maxDrawdown: row.maxDrawdown,
    hitTp1: row.hitTp1,
    hitTp2: row.hitTp2,
    hitTp3: row.hitTp3,
    hitStop: row.hitStop,
    tToTp1Ms: row.tToTp1,
    tToStopMs: row.tToStop,
    firstBarrier: row.firstBarrier,
    ambiguous: row.ambiguous,
    horizonEndTs: row.end ?? Number.NaN,
    trade: isTrade ? { entry, gapFill, retWorst, retBest, settledBy } : null,
  };
}

import { type SQL, sql } from 'drizzle-orm';
import type { BaselineStore } from '../../app/ports.ts';
import { stratumOf, THIRDS } from './strata.ts';

/** A row of another program says no first barrier: its touch times do. */
const IS_HIT = sql`coalesce(o.first_barrier = 'tp1', o.hit_tp1 AND (NOT o.hit_stop OR o.t_to_tp1 < o.t_to_stop))`;
const COUNTS = sql`count(*) FILTER (WHERE o.ret_close IS NOT NULL)::int AS n,
  count(*) FILTER (WHERE o.ret_close IS NOT NULL AND ${IS_HIT})::int AS hits,
  count(*) FILTER (WHERE o.state = 'invalid_entry')::int AS "gappedAway"`;

/**
 * Signals and baselines by New York day and by stratum: the first hour, the last hour or between, and which third of the
 * baselines' volatility. The thirds are those of the timeframe's baselines, so both are cut alike.
 */
export function rateCells({
  labelVersion,
  horizonBars,
  origins,
}: Parameters<BaselineStore['rateCells']>[0]): SQL {
  const isMeant = sql`o.label_version = ${labelVersion} AND o.horizon_bars = ${horizonBars}`;
  return sql`
    WITH ${sql.raw(THIRDS)}
    SELECT s.detector_id AS "detectorId", s.detector_version AS "detectorVersion", s.timeframe, s.side,
           ${dayOf(sql`s.fired_at`)} AS day, ${sql.raw(stratumOf('s.features'))} AS stratum, ${COUNTS}
    FROM outcomes o
    JOIN signals s ON s.id = o.signal_id AND s.fired_at = o.signal_fired_at
    LEFT JOIN thirds ON thirds.timeframe = s.timeframe
    WHERE ${isMeant} AND o.horizon_tf = s.timeframe AND s.side IS NOT NULL
      AND s.origin = ANY(${sql.param([...origins])}::text[])
    GROUP BY 1, 2, 3, 4, 5, 6
    UNION ALL
    SELECT NULL, NULL, b.timeframe, o.side, ${dayOf(sql`b.closed_at`)}, ${sql.raw(stratumOf('b.features'))}, ${COUNTS}
    FROM baseline_outcomes o
    JOIN baselines b ON b.id = o.baseline_id
    LEFT JOIN thirds ON thirds.timeframe = b.timeframe
    WHERE ${isMeant} AND o.horizon_tf = b.timeframe AND NOT b.near_signal AND b.closed_at IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY 1, 2, 3, 4, 5, 6`;
}

function dayOf(moment: SQL): SQL {
  return sql`(${moment} AT TIME ZONE 'America/New_York')::date::text`;
}

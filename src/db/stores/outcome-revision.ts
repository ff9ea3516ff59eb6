import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { OutcomeStore } from '../../app/ports.ts';
import { query } from '../sql.ts';
import { inScope } from './outcome-targets.ts';
import { symbolId } from './symbol-store.ts';
import { baselineSource, LONGEST, RESCALED, SIGNAL_SOURCE, type TargetSource } from './target-columns.ts';

type Withdrawal = Parameters<OutcomeStore['withdraw']>[0];

/** Takes outcomes away and keeps each whole beside the name of who asked. @returns how many. */
export async function withdraw(db: NodePgDatabase, which: Withdrawal): Promise<number> {
  const ofSignals = await query<{ n: number }>(
    db,
    sql`WITH gone AS (
          DELETE FROM outcomes o USING signals s
          WHERE s.id = o.signal_id AND s.fired_at = o.signal_fired_at AND ${isMeant(which, SIGNAL_SOURCE)}
          RETURNING o.*
        ), kept AS (
          INSERT INTO outcome_revisions (actor, target, target_id, before)
          SELECT ${which.actor}, 'signal', gone.signal_id, to_jsonb(gone) FROM gone
        )
        SELECT count(*)::int AS n FROM gone`,
  );
  const ofBaselines = await query<{ n: number }>(
    db,
    sql`WITH gone AS (
          DELETE FROM baseline_outcomes o USING baselines b
          WHERE b.id = o.baseline_id AND ${isMeant(which, baselineSource(sql`o.side`))}
          RETURNING o.*
        ), kept AS (
          INSERT INTO outcome_revisions (actor, target, target_id, before)
          SELECT ${which.actor}, 'baseline', gone.baseline_id, to_jsonb(gone) FROM gone
        )
        SELECT count(*)::int AS n FROM gone`,
  );
  return (ofSignals[0]?.n ?? 0) + (ofBaselines[0]?.n ?? 0);
}

function isMeant(which: Withdrawal, columns: TargetSource): SQL {
  const versions = which.versions.map(({ version }) => version);
  const ofTicker =
    which.ticker === undefined ? sql`true` : sql`${columns.symbol} = ${symbolId(which.ticker)}`;
  const reason = which.because === 'revised' ? isRevised(columns) : sql`o.state = 'data_missing'`;
  return sql`o.label_version = ANY(${sql.param(versions)}::int[]) AND ${inScope(columns.moment, which)}
    AND ${ofTicker} AND ${reason}`;
}

/**
 * A candle of the outcome's window, or of those that settled its tie, was added or changed since it was written;
 * or the triggering candle was rescaled, and with it the price that is measured from (docs/adr/0017).
 */
export function isRevised({ symbol, timeframe, moment }: TargetSource): SQL {
  const triggering = sql`(
    SELECT max(c.ts) FROM candles c WHERE c.symbol_id = ${symbol} AND c.timeframe = ${timeframe}
      AND c.ts < ${moment} AND c.ts >= ${moment} - ${LONGEST}
  )`;
  const close = (candle: SQL) => sql`(${candle}->>'close')::numeric`;
  return sql`(EXISTS (
    SELECT FROM candle_revisions r
    WHERE r.symbol_id = ${symbol} AND r.timeframe IN (o.horizon_tf, o.settled_by)
      AND r.ts >= ${moment} AND r.ts < o.horizon_end_ts AND r.revised_at > o.computed_at
  ) OR EXISTS (
    SELECT FROM candle_revisions r
    WHERE r.symbol_id = ${symbol} AND r.timeframe = ${timeframe} AND r.ts = ${triggering}
      AND r.revised_at > o.computed_at AND abs(${close(sql`r.after`)} / nullif(${close(sql`r.before`)}, 0) - 1) > ${RESCALED}::numeric
  ))`;
}

/** What two versions say of the same signals at the same horizons. */
export function transitions(
  [before, after]: readonly [number, number],
  period: { readonly from?: number; readonly to?: number },
): SQL {
  const told = (version: number) => sql`(
    SELECT o.signal_id, o.horizon_tf, o.horizon_bars,
           CASE WHEN o.state <> 'resolved' THEN o.state WHEN o.ambiguous THEN 'ambiguous' ELSE o.first_barrier END AS told
    FROM outcomes o WHERE o.label_version = ${version} AND ${inScope(sql`o.signal_fired_at`, period)}
  )`;
  return sql`
    SELECT coalesce(a.told, 'no_row') AS before, coalesce(b.told, 'no_row') AS after, count(*)::int AS n
    FROM ${told(before)} AS a FULL JOIN ${told(after)} AS b USING (signal_id, horizon_tf, horizon_bars)
    GROUP BY 1, 2 ORDER BY 1, 2`;
}

import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import type { BaselineSums, DetectorSums, RollupStore } from '../../app/stats/rollup-ports.ts';
import type { DecidedCards } from '../../domain/decision-stats.ts';
import type { Connection } from '../client.ts';
import { readCopied } from '../copy.ts';
import { lockWord, query } from '../sql.ts';
import { medianReturn, unpack } from './packed-days.ts';
import { rollUpBaselines, rollUpCards, rollUpOutcomes, type SomeDays } from './rollup-sql.ts';

/** Calendar days that are rolled up in one transaction: well within a statement's time on a busy desk. */
const SPAN_DAYS = 10;

type Group = Pick<DetectorSums, 'detectorId' | 'detectorVersion' | 'timeframe' | 'side'>;
type Unsummed = Pick<DetectorSums, 'medianReturn' | 'cells'>;

const NO_BYTES = Buffer.alloc(0);
const NOTHING: Unsummed = { medianReturn: null, cells: new Int32Array() };

function nameOf({ detectorId, detectorVersion, timeframe, side }: Group): string {
  return [detectorId, detectorVersion, timeframe, side].join(' ');
}

/** Daily roll-ups, in Postgres. */
export function rollupStore({ db, pool, transaction }: Connection): RollupStore {
  return {
    async refresh() {
      let refreshed = 0;
      while (await isOutOfDate(db)) refreshed += await transaction((tx) => rollUpOldest(tx.db));
      return refreshed;
    },

    async detectorSums({ labelVersion, horizonBars, origins, timeframe, detectorId }) {
      const days = sql`FROM outcome_days
        WHERE label_version = ${labelVersion} AND horizon_bars = ${horizonBars} AND horizon_tf = timeframe
          AND ${from(origins)} AND ${equals(sql`timeframe`, timeframe)}`;
      const groups = sql`GROUP BY detector_id, detector_version, timeframe, side`;
      // On two connections, so that one is read while the other is summed.
      const [sums, unsummed] = await Promise.all([
        query<Omit<DetectorSums, keyof Unsummed>>(
          db,
          sql`SELECT detector_id AS "detectorId", detector_version AS "detectorVersion", timeframe, side,
                ${total('n')}, ${total('tp1_first', 'tp1First')}, ${total('hit_tp1', 'hitTp1')},
                ${total('seconds_to_tp1', 'secondsToTp1')}, ${total('ret_close', 'retClose')},
                ${total('max_run_up', 'maxRunUp')}, ${total('max_drawdown', 'maxDrawdown')},
                ${total('with_r', 'withR')}, ${total('sum_r', 'sumR')}, ${total('invalid_entry', 'gappedAway')}
              ${days} AND ${equals(sql`detector_id`, detectorId)} ${groups}
              ORDER BY detector_id, detector_version, timeframe, side`,
        ),
        // Of every detector: a name is not written into a statement.
        readUnsummed(pool, sql`${days} ${groups}`),
      ]);
      return sums.map((row) => ({ ...row, ...(unsummed.get(nameOf(row)) ?? NOTHING) }));
    },

    async baselineSums({ labelVersion, horizonBars, timeframe }) {
      const rows = await query<Omit<BaselineSums, 'cells'> & { readonly strata: Buffer }>(
        db,
        sql`SELECT timeframe, side, string_agg(strata, '') AS strata FROM baseline_days
            WHERE label_version = ${labelVersion} AND horizon_bars = ${horizonBars}
              AND ${equals(sql`timeframe`, timeframe)}
            GROUP BY timeframe, side ORDER BY timeframe, side`,
      );
      return rows.map(({ strata, ...group }) => ({ ...group, cells: unpack(strata) }));
    },

    cardSums: ({ labelVersion, horizonBars, origins, from: firstDay }) =>
      query<DecidedCards>(
        db,
        sql`SELECT person, answer, latency, reason,
              coalesce(sum(n) FILTER (WHERE label_version = 0), 0)::float8 AS cards,
              coalesce(sum(n) FILTER (WHERE label_version > 0), 0)::float8 AS labelled,
              ${total('won')}, ${total('gain_r', 'gainR')}, ${total('loss_r', 'lossR')}, ${total('clicks')},
              ${total('click_bps', 'clickBps')}, ${total('fills')}, ${total('fill_bps', 'fillBps')}
            FROM card_days
            WHERE (label_version = 0 OR (horizon_bars = ${horizonBars} AND label_version = ${labelVersion}))
              AND ${from(origins)} AND day >= coalesce(${firstDay}::date, '-infinity')
            GROUP BY person, answer, latency, reason
            ORDER BY person, answer, latency, reason`,
      ),
  };
}

async function isOutOfDate(db: NodePgDatabase): Promise<boolean> {
  return (await query(db, sql`SELECT FROM stats_changes LIMIT 1`)).length > 0;
}

/** Rolls up the oldest day of which something changed and those near it. @returns how many. */
async function rollUpOldest(db: NodePgDatabase): Promise<number> {
  await lockWord(db, 'roll-up');
  // The queue first: what commits later leaves a row for the next time.
  const changed = await query<{ day: string }>(
    db,
    sql`DELETE FROM stats_changes WHERE day < (SELECT min(day) FROM stats_changes) + ${SPAN_DAYS}::int
        RETURNING day::text AS day`,
  );
  const [first, ...others] = [...new Set(changed.map(({ day }) => day))].toSorted();
  if (first === undefined) return 0;
  const days: SomeDays = [first, ...others];
  for (const table of ['outcome_days', 'baseline_days', 'card_days']) {
    await db.execute(
      sql`DELETE FROM ${sql.identifier(table)} WHERE day = ANY(${sql.param([...days])}::date[])`,
    );
  }
  for (const rollUp of [rollUpOutcomes, rollUpBaselines, rollUpCards]) await db.execute(rollUp(days));
  return days.length;
}

/** What of the days of each group cannot be summed, by the group's name. */
async function readUnsummed(pool: Pool, days: SQL): Promise<ReadonlyMap<string, Unsummed>> {
  const rows = await readCopied(
    pool,
    sql`SELECT concat_ws(' ', detector_id, detector_version, timeframe, side),
          string_agg(returns, ''), string_agg(strata, '') ${days}`,
  );
  return new Map(
    Array.from(rows, ([name, returns = NO_BYTES, strata = NO_BYTES]) => [
      String(name),
      { medianReturn: medianReturn(unpack(returns)), cells: unpack(strata) },
    ]),
  );
}

/** The sum of a column, under its name in code. */
function total(column: string, name = column): SQL {
  return sql`sum(${sql.identifier(column)})::float8 AS ${sql.identifier(name)}`;
}

function from(origins: readonly string[]): SQL {
  return sql`origin IN ${[...origins]}`;
}

function equals(column: SQL, wanted: string | undefined): SQL {
  return wanted === undefined ? sql`true` : sql`${column} = ${wanted}`;
}

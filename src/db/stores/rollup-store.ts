import { type SQL, sql } from 'drizzle-orm';
import type { OutcomeDay, RollupStore } from '../../app/rollup-ports.ts';
import type { DecidedCards } from '../../domain/decision-stats.ts';
import type { Connection } from '../client.ts';
import { lockWord, query } from '../sql.ts';
import { rollUpCards, rollUpOutcomes } from './rollup-sql.ts';

/** Daily roll-ups, in Postgres. */
export function rollupStore({ db, transaction }: Connection): RollupStore {
  return {
    async refresh() {
      const days = await query<{ day: string }>(
        db,
        sql`SELECT DISTINCT day::text AS day FROM stats_changes ORDER BY day`,
      );
      for (const { day } of days) {
        await transaction(async (tx) => {
          await lockWord(tx.db, `roll-up ${day}`);
          // The queue first: what commits later leaves a row for the next time.
          await tx.db.execute(sql`DELETE FROM stats_changes WHERE day = ${day}::date`);
          await tx.db.execute(sql`DELETE FROM outcome_days WHERE day = ${day}::date`);
          await tx.db.execute(sql`DELETE FROM card_days WHERE day = ${day}::date`);
          await tx.db.execute(rollUpOutcomes(day));
          await tx.db.execute(rollUpCards(day));
        });
      }
      return days.length;
    },

    outcomeDays: ({ labelVersion, horizonBars, origins, timeframe, detectorId }) =>
      query<OutcomeDay>(
        db,
        sql`SELECT day::text AS day, detector_id AS "detectorId", detector_version AS "detectorVersion", timeframe, side,
              ${total('n')}, ${total('tp1_first', 'tp1First')}, ${total('stop_first', 'stopFirst')}, ${total('ambiguous')},
              ${total('hit_tp1', 'hitTp1')}, ${total('seconds_to_tp1', 'secondsToTp1')}, ${total('ret_close', 'retClose')},
              ${total('max_run_up', 'maxRunUp')}, ${total('max_drawdown', 'maxDrawdown')},
              ${total('invalid_entry', 'invalidEntry')}, ${total('data_missing', 'dataMissing')}
            FROM outcome_days
            WHERE label_version = ${labelVersion} AND horizon_bars = ${horizonBars} AND horizon_tf = timeframe
              AND ${from(origins)} AND ${equals(sql`timeframe`, timeframe)} AND ${equals(sql`detector_id`, detectorId)}
            GROUP BY day, detector_id, detector_version, timeframe, side
            ORDER BY detector_id, detector_version, timeframe, side, day`,
      ),

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

/** The sum of a column, under its name in code. */
function total(column: string, name = column): SQL {
  return sql`sum(${sql.identifier(column)})::float8 AS ${sql.identifier(name)}`;
}

function from(origins: readonly string[]): SQL {
  return sql`origin = ANY(${sql.param([...origins])}::text[])`;
}

function equals(column: SQL, wanted: string | undefined): SQL {
  return wanted === undefined ? sql`true` : sql`${column} = ${wanted}`;
}

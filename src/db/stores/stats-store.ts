import { type SQL, sql } from 'drizzle-orm';
import type { StatsStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { query } from '../sql.ts';

/** Beyond so many rows Postgres' own estimate is told instead of counting them all. */
const COUNTED_ROWS = 100_000;
/** Signals over which the share of quotes is taken, and among which unlabelled ones are looked for. */
const NEWEST_SIGNALS = 20_000;

/** Rows of a table: counted while it is small, then as its last ANALYZE had it, chunks of a hypertable included. */
function rowsOf(table: 'signals' | 'outcomes' | 'decisions' | 'candles'): SQL {
  const estimate = sql`(SELECT coalesce(sum(greatest(reltuples, 0)), 0)::float8 FROM pg_class
    WHERE oid = ${table}::regclass OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = ${table}::regclass))`;
  const counted = sql`(SELECT count(*) FROM ${sql.identifier(table)})::float8`;
  return sql`CASE WHEN ${estimate} < ${COUNTED_ROWS} THEN ${counted} ELSE ${estimate} END`;
}

/** Counts of the main tables, in Postgres. */
export function statsStore({ db }: Connection): StatsStore {
  return {
    async nullShares(limit) {
      const rows = await query<{ key: string; share: number }>(
        db,
        sql`SELECT feature.key, avg((jsonb_typeof(feature.value) = 'null')::int)::float8 AS share
            FROM (SELECT features FROM signals WHERE features IS NOT NULL ORDER BY fired_at DESC LIMIT ${limit}) newest,
                 jsonb_each(newest.features) AS feature
            GROUP BY feature.key ORDER BY feature.key`,
      );
      return Object.fromEntries(rows.map(({ key, share }) => [key, share]));
    },

    async totals() {
      const [totals] = await query<Awaited<ReturnType<StatsStore['totals']>>>(
        db,
        sql`WITH newest AS (
              SELECT id, fired_at, bid, ask FROM signals ORDER BY fired_at DESC LIMIT ${NEWEST_SIGNALS}
            )
            SELECT ${rowsOf('signals')} AS signals, ${rowsOf('outcomes')} AS outcomes,
              ${rowsOf('decisions')} AS decisions, ${rowsOf('candles')} AS candles,
              (SELECT avg((bid IS NOT NULL AND ask IS NOT NULL)::int) FROM newest)::float8 AS "quoteFill",
              (SELECT count(*) FROM newest s WHERE NOT EXISTS (
                SELECT FROM outcomes o WHERE o.signal_id = s.id AND o.signal_fired_at = s.fired_at
              ))::float8 AS unlabelled`,
      );
      if (totals === undefined) throw new Error('a SELECT without FROM answers one row');
      return totals;
    },
  };
}

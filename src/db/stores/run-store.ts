import { and, desc, eq, isNotNull, sql } from 'drizzle-orm';
import type { RunStore } from '../../app/ports.ts';
import type { RejectCounts } from '../../domain/candle.ts';
import type { Connection } from '../client.ts';
import { scanRuns } from '../schema/scan-runs.ts';
import { at, query } from '../sql.ts';

/** A run counts what it turned away under this and the reason: `rejected.off_grid`. */
const REJECTED = 'rejected.';

/** Runs of scans, replays, imports and labellings, in Postgres. */
export function runStore({ db }: Connection): RunStore {
  return {
    async start(run) {
      const [row] = await db.insert(scanRuns).values(run).returning({ id: scanRuns.id });
      if (row === undefined) throw new Error('the run was not written');
      return row.id;
    },

    async finish(id, result) {
      await db.update(scanRuns).set(result).where(eq(scanRuns.id, id));
    },

    async latest(kind) {
      const [row] = await db
        .select({
          startedAt: scanRuns.startedAt,
          finishedAt: scanRuns.finishedAt,
          counts: scanRuns.counts,
          errors: scanRuns.errors,
        })
        .from(scanRuns)
        .where(and(eq(scanRuns.kind, kind), isNotNull(scanRuns.finishedAt)))
        .orderBy(desc(scanRuns.startedAt))
        .limit(1);
      return row ?? null;
    },

    async lastGoodAt(kind) {
      const [row] = await db
        .select({ startedAt: scanRuns.startedAt })
        .from(scanRuns)
        .where(
          and(eq(scanRuns.kind, kind), isNotNull(scanRuns.finishedAt), sql`${scanRuns.errors} = '[]'::jsonb`),
        )
        .orderBy(desc(scanRuns.startedAt))
        .limit(1);
      return row?.startedAt ?? null;
    },

    async rejectedSince(since) {
      const rows = await query<{ reason: string; n: number }>(
        db,
        sql`SELECT substr(count.key, ${REJECTED.length + 1}::int) AS reason, sum(count.value::numeric)::float8 AS n
            FROM scan_runs, jsonb_each_text(counts) AS count
            WHERE started_at >= ${at(since)} AND starts_with(count.key, ${REJECTED})
            GROUP BY count.key`,
      );
      return Object.fromEntries(rows.map(({ reason, n }) => [reason, n])) as RejectCounts;
    },
  };
}

import { desc, eq } from 'drizzle-orm';
import type { MigrationLog } from '../../app/legacy/legacy-ports.ts';
import type { Connection } from '../client.ts';
import { migrationLog } from '../schema/migration-log.ts';

/** The steps of leaving MongoDB, in Postgres. */
export function migrationLogStore({ db }: Connection): MigrationLog {
  return {
    async record({ window, ...entry }) {
      await db
        .insert(migrationLog)
        .values({ ...entry, fromAt: window?.from ?? null, toAt: window?.to ?? null });
    },

    async latest(step) {
      const [row] = await db
        .select()
        .from(migrationLog)
        .where(eq(migrationLog.step, step))
        .orderBy(desc(migrationLog.id))
        .limit(1);
      if (row === undefined) return null;
      const { id, fromAt, toAt, figures, ...rest } = row;
      return {
        ...rest,
        figures: figures as Readonly<Record<string, unknown>>,
        window: fromAt === null || toAt === null ? null : { from: fromAt, to: toAt },
      };
    },
  };
}

import { asc, gte, lt, sql } from 'drizzle-orm';
import type { ProcessStore, RunningProcess } from '../../app/ops/ops-ports.ts';
import type { Role } from '../../domain/roles.ts';
import type { Connection } from '../client.ts';
import { processes } from '../schema/processes.ts';
import { at } from '../sql.ts';

/** Who works on this database, in Postgres. */
export function processStore({ db, transaction }: Connection): ProcessStore {
  return {
    async seen(process, forgottenBefore) {
      const { seenAt, gateway } = process;
      await db
        .insert(processes)
        .values({ ...process, roles: [...process.roles] })
        .onConflictDoUpdate({ target: processes.id, set: { seenAt, gateway } });
      await db.delete(processes).where(lt(processes.seenAt, forgottenBefore));
    },

    async since(moment) {
      const rows = await db
        .select()
        .from(processes)
        .where(gte(processes.seenAt, moment))
        .orderBy(asc(processes.startedAt), asc(processes.id));
      return rows.map((row): RunningProcess => ({ ...row, roles: row.roles as Role[] }));
    },

    leave: (id, now) =>
      transaction(async (tx) => {
        const free = sql`claimed_until = ${at(now)}`;
        await tx.db.execute(sql`UPDATE watch_requests SET claimed_until = NULL WHERE claimed_by = ${id}`);
        for (const table of [sql`cards`, sql`outbox`])
          await tx.db.execute(
            sql`UPDATE ${table} SET ${free} WHERE claimed_by = ${id} AND state = 'sending' AND claimed_until > ${at(now)}`,
          );
        await tx.db.execute(sql`DELETE FROM leases WHERE holder = ${id}`);
        await tx.db.execute(sql`DELETE FROM processes WHERE id = ${id}`);
      }),
  };
}

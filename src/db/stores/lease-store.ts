import { and, eq, sql } from 'drizzle-orm';
import type { LeaseStore } from '../../app/ops/ops-ports.ts';
import type { Connection } from '../client.ts';
import { leases } from '../schema/leases.ts';
import { at } from '../sql.ts';

/** Work that one process at a time may do, in Postgres. */
export function leaseStore({ db }: Connection): LeaseStore {
  return {
    async take(name, { by, now, leaseMs }) {
      const taken = await db
        .insert(leases)
        .values({ name, holder: by, heldUntil: now + leaseMs })
        .onConflictDoUpdate({
          target: leases.name,
          set: { holder: by, heldUntil: now + leaseMs },
          setWhere: sql`${leases.holder} = ${by} OR ${leases.heldUntil} <= ${at(now)}`,
        })
        .returning({ name: leases.name });
      return taken.length > 0;
    },

    async giveBack(name, by) {
      await db.delete(leases).where(and(eq(leases.name, name), eq(leases.holder, by)));
    },
  };
}

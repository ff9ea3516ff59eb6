import { and, desc, eq } from 'drizzle-orm';
import type { AuditEntry, AuditStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { auditLog } from '../schema/audit-log.ts';

/** The audit log, in Postgres; rows can only be added. */
export function auditStore({ db }: Connection): AuditStore {
  return {
    async write(entry) {
      await db.insert(auditLog).values(entry);
    },

    async list({ actor, action, limit }) {
      const wanted = [
        ...(actor === undefined ? [] : [eq(auditLog.actor, actor)]),
        ...(action === undefined ? [] : [eq(auditLog.action, action)]),
      ];
      const rows = await db
        .select()
        .from(auditLog)
        .where(and(...wanted))
        .orderBy(desc(auditLog.at), desc(auditLog.id))
        .limit(limit);
      return rows.map((row) => ({ ...row, details: row.details as AuditEntry['details'] }));
    },
  };
}

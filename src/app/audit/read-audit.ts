import type { AuditEntry, AuditFilter } from '../ports.ts';
import type { Services } from '../services.ts';

/** Who did or was refused what, newest first. */
export function readAudit({ stores }: Pick<Services, 'stores'>, filter: AuditFilter): Promise<AuditEntry[]> {
  return stores.audit.list(filter);
}

import { count, underRun } from '../run.ts';
import type { Services } from '../services.ts';
import type { BackupResult, BackupStore } from './ops-ports.ts';

export interface BackUpInput {
  readonly store: BackupStore;
  /** Backups that stay, this one included. */
  readonly keep: number;
  readonly now: number;
}

/** Makes a backup and removes those that are too old. A run keeps when it was, and whether it came about. */
export function backUp(
  services: Pick<Services, 'stores' | 'settings' | 'log'>,
  { store, keep, now }: BackUpInput,
): Promise<BackupResult> {
  return underRun(services, { kind: 'backup', startedAt: now }, async (_runId, tally) => {
    const made = await store.take(now);
    const removed = await store.keepNewest(keep);
    for (const name of ['tables', 'rows', 'bytes'] as const) count(tally, name, made[name]);
    services.log.info({ ...made, removed }, 'backed up');
    return made;
  });
}

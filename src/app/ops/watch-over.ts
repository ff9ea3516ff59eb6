import { createHash } from 'node:crypto';
import type { Alarm } from '../../domain/alarm.ts';
import type { Services } from '../services.ts';
import type { Ops } from './ops-ports.ts';
import { type Condition, isLate, readCondition } from './read-condition.ts';

const MINUTE = 60_000;
/** A card that is due is posted within seconds. */
const STUCK_MS = 5 * MINUTE;
/** A night's backup, and time for it. */
const BACKUP_AGE_MS = 26 * 60 * MINUTE;
/** A database that is started again is back by then. */
const DOWN_MS = MINUTE;

/** Looks after the desk in place of a person, and calls one. */
export interface Watchdog {
  /** One look; to be called about every half a minute. Never throws. */
  look(now: number): Promise<void>;
}

type Deps = Pick<Services, 'stores' | 'settings' | 'messenger' | 'log'>;

/**
 * Tells the administrators' channel when something begins that they should look at, and when it is over. What
 * it has told is kept in the database, so that neither a restart nor another process tells it again; only that
 * the database itself is away is told past it.
 */
export function createWatchdog(
  deps: Deps,
  ops: Pick<Ops, 'adminChannelId' | 'backups'>,
  startedAt: number,
): Watchdog {
  const { stores, log } = deps;
  const outage = createOutage(deps, ops.adminChannelId);
  return {
    async look(now) {
      try {
        const condition = await readCondition(deps, { now });
        const alarms = findAlarms(condition, ops.backups === null ? null : startedAt);
        const { raised, ended } = await stores.alarms.sync(alarms, { now, channelId: ops.adminChannelId });
        for (const alarm of raised) log.warn(alarm, 'alarm');
        for (const alarm of ended) log.info(alarm, 'alarm over');
        await outage.over();
      } catch (error) {
        log.error({ error }, 'the watchdog could not look');
        await outage.seen(now);
      }
    },
  };
}

/** What a person should look at. `backupsSince`: when backups were first expected; null when none are. */
export function findAlarms(condition: Condition, backupsSince: number | null): Alarm[] {
  const { now, watches, backlog, lastBackup } = condition;
  const late = watches.filter((watch) => isLate(watch, now));
  const oldest = Math.min(backlog.cards.oldestDueAt ?? now, backlog.messages.oldestDueAt ?? now);
  const backupAt = lastBackup.at ?? backupsSince ?? now;
  const isBackupLate = backupsSince !== null && (lastBackup.failed || now - backupAt > BACKUP_AGE_MS);
  return [
    ...late.map(
      ({ ticker, timeframe }) => ({ kind: 'scan_late', subject: `${ticker} ${timeframe}` }) as const,
    ),
    ...(now - oldest > STUCK_MS ? [{ kind: 'cards_stuck', subject: '' } as const] : []),
    ...(isBackupLate ? [{ kind: 'backup_late', subject: '' } as const] : []),
  ];
}

/** Tells once that the database is away, and once that it is back. */
function createOutage({ messenger, log }: Deps, channelId: string | null) {
  let since: number | null = null;
  let told = false;

  const tell = async (which: 'raised' | 'ended'): Promise<boolean> => {
    if (channelId === null) return true;
    const alarms = { raised: [], ended: [], [which]: [{ kind: 'database_down', subject: '' }] };
    const key = `database ${which} ${since}`;
    const post = { id: 0, key, channelId, cardId: null, attempts: 0, firstAttemptAt: null, replyTo: null };
    const nonce = createHash('sha256').update(`${channelId}|${key}`).digest('hex').slice(0, 24);
    try {
      await messenger.postMessage({ ...post, mention: [], content: { kind: 'alarm', ...alarms } }, nonce);
      return true;
    } catch (error) {
      log.error({ error }, 'alarm not told');
      return false;
    }
  };

  return {
    async seen(now: number) {
      since ??= now;
      if (!told && now - since >= DOWN_MS) told = await tell('raised');
    },
    async over() {
      if (told && !(await tell('ended'))) return;
      since = null;
      told = false;
    },
  };
}

import { nextCandleClose } from '../../domain/calendar.ts';
import { TIMEFRAME_MINUTES } from '../../domain/timeframe.ts';
import type { MirrorBacklog } from '../legacy/legacy-ports.ts';
import type { Backlog, GapStore, OpenAlarm, RunningProcess, Watch, WatchLag } from '../ports.ts';
import type { Services } from '../services.ts';

/** A process that has been silent for longer is not counted. */
export const SEEN_MS = 30_000;
/** The database answers within this, ms, or does not. */
const PATIENCE_MS = 3_000;
/** A scan is late when its candle has been waiting for two more of its kind. */
const LATE_CANDLES = 2;

/** How the desk fares at one moment, over all its processes. */
export interface Condition {
  readonly now: number;
  readonly watches: readonly WatchLag[];
  readonly backlog: Backlog;
  /** What the old MongoDB is owed. */
  readonly mirror: MirrorBacklog;
  /** The longest running first. */
  readonly processes: readonly RunningProcess[];
  /** Candles that should be there and are not, as of the last check. */
  readonly lacking: Awaited<ReturnType<GapStore['lacking']>>;
  /** Oldest first. */
  readonly alarms: readonly OpenAlarm[];
  /** When the newest backup that came about was begun, epoch ms, null when none did; and whether the last attempt failed. */
  readonly lastBackup: { readonly at: number | null; readonly failed: boolean };
}

/** Reads it. Throws when the database does not answer. */
export async function readCondition(
  { stores, settings }: Pick<Services, 'stores' | 'settings'>,
  { now }: { readonly now: number },
): Promise<Condition> {
  const [watches, backlog, mirror, processes, alarms, attempt, backupAt, lacking] = await Promise.all([
    stores.watches.active(),
    stores.backlog.read(now),
    stores.mirror.backlog(),
    stores.processes.since(now - SEEN_MS),
    stores.alarms.open(),
    stores.runs.latest('backup'),
    stores.runs.lastGoodAt('backup'),
    stores.gaps.lacking(),
  ]);
  return {
    now,
    watches: watches.map((watch) => lagOf(watch, now, settings.graceMs)),
    backlog,
    mirror,
    processes,
    lacking,
    alarms,
    lastBackup: { at: backupAt, failed: attempt !== null && attempt.errors.length > 0 },
  };
}

/** The same for those who wait for the answer: a database that is silent for three seconds does not answer. */
export async function readInTime(
  services: Pick<Services, 'stores' | 'settings'>,
  at: { readonly now: number },
): Promise<Condition> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  const { promise, reject } = Promise.withResolvers<never>();
  late.addEventListener('abort', () => reject(late.reason), { once: true });
  return Promise.race([readCondition(services, at), promise]);
}

/** Whether a watch is so far behind that a person should know. */
export function isLate({ dueAt, timeframe }: WatchLag, now: number): boolean {
  return dueAt !== null && now - dueAt >= LATE_CANDLES * TIMEFRAME_MINUTES[timeframe] * 60_000;
}

/** A watch that was never scanned begins at the newest candle: it is not behind. */
function lagOf({ ticker, timeframe, lastScannedTs }: Watch, now: number, graceMs: number): WatchLag {
  if (lastScannedTs === null) return { ticker, timeframe, dueAt: null };
  const scannedTo = nextCandleClose(timeframe, lastScannedTs);
  const dueAt = nextCandleClose(timeframe, scannedTo) + graceMs;
  return { ticker, timeframe, dueAt: dueAt <= now ? dueAt : null };
}

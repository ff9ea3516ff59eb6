import type { Alarm } from '../../domain/alarm.ts';
import type { RejectCounts } from '../../domain/candle.ts';
import type { Role } from '../../domain/roles.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';

/* What several processes on one database, and those who watch over them, need: part of `ports.ts`, and said in the same units. */

/** A claim on work: who has it, and how long others leave it alone. */
export interface Claim {
  readonly by: string;
  readonly now: number;
  readonly leaseMs: number;
}

/** Work that one process at a time may do. */
export interface LeaseStore {
  /** Whether it is ours from now on: it was free, ours already, or its holder is overdue. */
  take(name: string, claim: Claim): Promise<boolean>;
  /** Gives it back before its time; one that others took over is left to them. */
  giveBack(name: string, by: string): Promise<void>;
}

/** A process that works on this database. */
export interface RunningProcess {
  /** The name it claims under. */
  readonly id: string;
  readonly roles: readonly Role[];
  readonly host: string;
  readonly codeVersion: string;
  readonly startedAt: number;
  readonly seenAt: number;
  /** Whether it is the one that is connected to Discord. */
  readonly gateway: boolean;
}

export interface ProcessStore {
  /** Says that a process is there; forgets those that have said nothing since `forgottenBefore`. */
  seen(process: RunningProcess, forgottenBefore: number): Promise<void>;
  /** Those seen since a moment, the longest running first. */
  since(moment: number): Promise<RunningProcess[]>;
  /**
   * Ends a process in good order: it is forgotten, and whatever it still has claimed is free at once. A card
   * in the middle of being sent stays one that may have been posted.
   */
  leave(id: string, now: number): Promise<void>;
}

/** An alarm that lasts. */
export interface OpenAlarm extends Alarm {
  readonly raisedAt: number;
}

export interface AlarmStore {
  /**
   * Makes the open alarms those that are given. What began and what ended is told to the channel once,
   * with the change itself; null tells nobody.
   */
  sync(
    alarms: readonly Alarm[],
    told: { readonly now: number; readonly channelId: string | null },
  ): Promise<{ readonly raised: readonly Alarm[]; readonly ended: readonly Alarm[] }>;
  /** Oldest first. */
  open(): Promise<OpenAlarm[]>;
}

/** What is waiting to be done. */
export interface Backlog {
  /** Cards and other messages to be posted that are due, and since when the oldest of them is. */
  readonly cards: { readonly waiting: number; readonly oldestDueAt: number | null };
  readonly messages: { readonly waiting: number; readonly oldestDueAt: number | null };
  /** When the oldest signal of the last month fired that has no label at all; null when there is none. */
  readonly oldestUnlabelledAt: number | null;
}

export interface BacklogStore {
  read(now: number): Promise<Backlog>;
}

/** A lock that one process holds as long as it lives. */
export interface ExclusiveLock {
  /** Null while another process holds it. @throws when the database does not answer. */
  tryTake(): Promise<HeldLock | null>;
}

export interface HeldLock {
  /** Aborted when it is no longer ours: the connection that held it is gone. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** One copy of all rows. */
export interface BackupResult {
  readonly folder: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface BackupStore {
  /** Writes a copy of every table as of one moment. */
  take(now: number): Promise<BackupResult>;
  /** Removes all but the newest so many. @returns how many. */
  keepNewest(count: number): Promise<number>;
}

/** Tells a monitor outside that all is well; it raises the alarm when it is not told for a while. */
export interface Heartbeat {
  /** @throws OraError `unavailable` when the monitor does not answer. */
  beat(): Promise<void>;
}

/** What watching over the desk needs, and not every desk has. */
export interface Ops {
  /** Channel of the administrators, where alarms are told; null tells nobody. */
  readonly adminChannelId: string | null;
  /** Null where somebody else makes the backups. */
  readonly backups: { readonly store: BackupStore; readonly keep: number } | null;
  readonly heartbeat: Heartbeat | null;
}

/** How far behind a watch is. */
export interface WatchLag {
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  /** When its first candle that was not scanned should have been; null when all were. */
  readonly dueAt: number | null;
}

/** One run of a scan, a replay, an import or a labelling; named by `signals.watch_run_id`. */
export interface RunStore {
  start(run: {
    readonly kind: RunKind;
    readonly startedAt: number;
    readonly codeVersion: string;
    readonly configHash: string;
  }): Promise<string>;
  finish(
    id: string,
    result: {
      readonly finishedAt: number;
      readonly counts: Readonly<Record<string, number>>;
      readonly errors: readonly string[];
    },
  ): Promise<void>;
  /** Latest finished run of a kind, and what was rejected by reason since a moment. */
  latest(kind: RunKind): Promise<{
    readonly startedAt: number;
    readonly finishedAt: number | null;
    readonly counts: Readonly<Record<string, number>>;
    readonly errors: readonly string[];
  } | null>;
  /** When the newest run of a kind began that had no error, epoch ms; null when none ever ended so. */
  lastGoodAt(kind: RunKind): Promise<number | null>;
  rejectedSince(since: number): Promise<RejectCounts>;
}

export type RunKind =
  | 'scan'
  | 'replay'
  | 'import'
  | 'label'
  | 'backup'
  | 'baseline'
  | 'verify'
  | 'ingest'
  | 'backfill'
  | 'gaps'
  | 'retention';

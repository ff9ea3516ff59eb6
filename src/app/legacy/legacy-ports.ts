import type { JsonObject, LegacyDocument } from '../../domain/legacy/document.ts';
import type { LegacyFacts } from '../../domain/legacy/facts.ts';
import type { MirrorDocument, MirrorEntity, MirrorEvent } from '../../domain/legacy/mirror.ts';
import type { Rejection } from '../../domain/legacy/reasons.ts';

/*
 * What leaving MongoDB needs from outside: the old database, and the tables that remember how far it is.
 */

// ---------------------------------------------------------------- the old database

/** Reads the old MongoDB; has no way to write. Every method @throws OraError `unavailable` when it does not answer. */
export interface LegacySource {
  /** Names of its collections, sorted; `system.` ones left out. */
  collections(): Promise<string[]>;
  /** Whether this user could change documents; true as well where the server asks nobody who they are. */
  mayWrite(): Promise<boolean>;
  count(collection: string): Promise<number>;
  /** Documents drawn at random. */
  sample(collection: string, size: number): Promise<LegacyDocument[]>;
  /**
   * The next documents by `_id`, in MongoDB's order of all types, after one that was read before; fewer
   * than `limit` at the end only.
   */
  after(collection: string, id: string | null, limit: number): Promise<LegacyDocument[]>;
  /** The same, their ids alone. */
  idsAfter(collection: string, id: string | null, limit: number): Promise<string[]>;
  /** Those that are there, in any order. */
  byIds(collection: string, ids: readonly string[]): Promise<LegacyDocument[]>;
}

/** What became of one document that was to be added. */
export type MirrorOutcome =
  /** It is there: added now, or by an attempt whose answer was lost. */
  | { readonly state: 'sent' }
  /** Another document lies under its `_id`. */
  | { readonly state: 'refused'; readonly error: string };

/** Adds documents to the old collections; never changes one. */
export interface MirrorTarget {
  /** In their order. @throws OraError `unavailable` when it cannot be said what became of them: send them again. */
  add(documents: readonly MirrorDocument[]): Promise<MirrorOutcome[]>;
}

// ---------------------------------------------------------------- backfill

/** A document as it is to be written. */
export interface LegacyWrite {
  readonly id: string;
  readonly digest: string;
  readonly identity: string;
  readonly at: number;
  readonly facts: LegacyFacts;
  readonly legacy: JsonObject;
  /** Whole, for the case that it has to be rejected after all. */
  readonly document: JsonObject;
}

/** A document that the mapping does not take. */
export interface LegacyReject {
  readonly id: string;
  readonly digest: string;
  readonly rejection: Rejection;
  readonly document: JsonObject;
}

/** What all documents of one batch share. */
export interface LegacyBatch {
  readonly collection: string;
  readonly sourceSystem: 'basic_scanner' | 'ml_scanner';
  readonly detectorKind: 'rule' | 'ml';
  readonly runId: string;
  readonly mappingHash: string;
  readonly now: number;
  readonly writes: readonly LegacyWrite[];
  readonly rejects: readonly LegacyReject[];
}

/** read = written + rejected + unchanged + ours. */
export interface LegacyCounts {
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  /** Taken, or rejected for the same reason, by an earlier pass, and the same since. */
  readonly unchanged: number;
  /** Mirrored there by OraCore. */
  readonly ours: number;
}

export interface Checkpoint extends LegacyCounts {
  readonly collection: string;
  readonly lastId: string | null;
  readonly mappingHash: string;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly finishedAt: number | null;
}

/** Moves a checkpoint with the batch it counts. */
export interface CheckpointMove {
  /** Where it has to stand; another one means that another backfill is running. */
  readonly from: string | null;
  readonly to: string | null;
  readonly ours: number;
  /** The end of the collection was reached. */
  readonly finished: boolean;
}

export interface RejectSummary {
  readonly collection: string;
  readonly code: string;
  readonly documents: number;
  /** One of them. */
  readonly example: { readonly id: string; readonly detail: string };
}

/** What the ledger knows of a document, with what its rows say now. */
export interface LedgerEntry {
  readonly id: string;
  readonly state: 'written' | 'rejected';
  readonly digest: string;
  /** Epoch ms; null when it was rejected without one. */
  readonly at: number | null;
  /** What its rows say now; null for a rejected one. */
  readonly facts: LegacyFacts | null;
  /** A better source had that candle, or has replaced it: `facts.candle` is null and need not be compared. */
  readonly gaveWay: boolean;
}

export interface LegacyStore {
  /** Null before the first batch of a collection. */
  checkpoint(collection: string): Promise<Checkpoint | null>;
  checkpoints(): Promise<Checkpoint[]>;
  /** Begins a new pass from the first document; what is in the ledger stays. */
  restart(collection: string, mappingHash: string, now: number): Promise<void>;
  /**
   * Writes a batch, its ledger and its checkpoint in one transaction.
   * @throws OraError `conflict` when another backfill moved the checkpoint; then nothing is written.
   */
  write(batch: LegacyBatch, move: CheckpointMove | null): Promise<LegacyCounts>;
  /** Rejected documents by `_id`, as they were read; for another attempt. */
  rejectedAfter(collection: string, id: string | null, limit: number): Promise<string[]>;
  rejects(): Promise<RejectSummary[]>;
  /** Documents in the ledger by state. */
  totals(): Promise<
    readonly { readonly collection: string; readonly written: number; readonly rejected: number }[]
  >;
  entries(collection: string, ids: readonly string[]): Promise<LedgerEntry[]>;
  /** Ids of written documents whose event lies in `from` (inclusive) to `to` (exclusive), by id. */
  writtenAfter(
    collection: string,
    id: string | null,
    window: Window & { readonly limit: number },
  ): Promise<string[]>;
}

/** Half-open: `from` belongs to it, `to` does not. Epoch ms. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

// ---------------------------------------------------------------- mirror

export interface MirrorBacklog {
  readonly mode: 'off' | 'on' | 'stopped';
  readonly since: number | null;
  /** Events that MongoDB is owed. */
  readonly waiting: number;
  readonly oldestAt: number | null;
  /** Events that it holds another document for: see `oracore mongo parity`. */
  readonly refused: number;
  /** Failures in a row. */
  readonly attempts: number;
  readonly lastError: string | null;
}

/** An event on its way. */
export interface OwedEvent extends MirrorEvent {
  readonly outboxId: number;
}

/** Who drains, and for how long nobody else does. */
export interface DrainClaim {
  readonly by: string;
  readonly now: number;
  readonly leaseMs: number;
}

export interface MirrorStore {
  deskId(): Promise<string>;
  /**
   * Switches queueing on or off as the bot starts; what a cutover stopped stays stopped. `resumed`: it was
   * on before, and off in between.
   */
  enable(
    on: boolean,
    now: number,
  ): Promise<{ readonly mode: MirrorBacklog['mode']; readonly resumed: boolean }>;
  /** Takes the drain for a while; false when another process has it, or a failure is too fresh. */
  claim(claim: DrainClaim): Promise<boolean>;
  /** The oldest events that are owed. */
  owed(limit: number): Promise<OwedEvent[]>;
  /** Guarded by the claim, which it prolongs: false when it was lost. */
  settle(
    claim: DrainClaim,
    outcomes: readonly { readonly outboxId: number; readonly error: string | null }[],
  ): Promise<boolean>;
  release(by: string, failure: { readonly error: string; readonly retryAt: number } | null): Promise<void>;
  backlog(): Promise<MirrorBacklog>;
  /** Documents that were sent so far; reads all of the outbox. */
  countSent(): Promise<number>;
  /** Queues every event since mirroring began that is not in the outbox. @returns how many. */
  queueMissed(): Promise<number>;
  /** What our rows say now about events, with what is known of their sending. */
  events(
    keys: readonly { readonly entity: MirrorEntity; readonly entityId: number; readonly event: string }[],
  ): Promise<MirroredRow[]>;
  /** Events of a window that MongoDB ought to have, by time; `after` is the last one of the page before. */
  dueAfter(after: MirrorCursor | null, window: Window & { readonly limit: number }): Promise<MirroredRow[]>;
  /** Stops mirroring for good, or takes it up again. */
  setStopped(stopped: boolean, now: number): Promise<void>;
}

export interface MirrorCursor {
  readonly at: number;
  readonly entity: MirrorEntity;
  readonly entityId: number;
  readonly event: string;
}

export interface MirroredRow extends MirrorEvent {
  /** `missing`: it is not in the outbox, so nobody will send it. */
  readonly state: 'sent' | 'waiting' | 'refused' | 'missing';
}

// ---------------------------------------------------------------- the log of steps

export type MigrationStep = 'preflight' | 'backfill' | 'parity' | 'cutover' | 'undo';

export interface StepRecord {
  readonly at: number;
  readonly actor: string;
  readonly step: MigrationStep;
  readonly clean: boolean;
  readonly window: Window | null;
  readonly mappingHash: string;
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface MigrationLog {
  record(entry: StepRecord): Promise<void>;
  /** The newest of a kind. */
  latest(step: MigrationStep): Promise<StepRecord | null>;
}

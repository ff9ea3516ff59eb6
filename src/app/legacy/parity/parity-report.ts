import type { FactDifference } from '../../../domain/legacy/facts.ts';

export interface Drift {
  readonly collection: string;
  readonly id: string;
  readonly kind: 'only in Mongo' | 'only in Postgres' | 'different';
  /** Fields in which they differ; for a document that is on one side only, what it is. */
  readonly fields: readonly FactDifference[];
}

export interface ParityCounts {
  readonly matched: number;
  readonly onlyInMongo: number;
  readonly onlyInPostgres: number;
  readonly different: number;
  /** Rejected by the backfill and the same since. */
  readonly rejected: number;
  /** Arrived or changed on either side while it was looked at, or still on its way: no drift. */
  readonly moving: number;
}

export interface ParityReport {
  readonly collections: Readonly<Record<string, ParityCounts>>;
  /** The first hundred. */
  readonly drift: readonly Drift[];
  readonly clean: boolean;
}

/** What both sides say about one document at one moment. */
export type Verdict = 'matched' | 'rejected' | 'moving' | 'outside' | Omit<Drift, 'collection' | 'id'>;

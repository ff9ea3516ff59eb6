import { bigint, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';

/** How far the backfill of a collection has come; moved in the transaction that writes the batch. */
export const legacyCheckpoints = pgTable('legacy_checkpoints', {
  collection: text('collection').primaryKey(),
  /** `_id` of the last document that was read, as canonical Extended JSON; null before the first. */
  lastId: text('last_id'),
  /** Documents of this pass: read = written + rejected + unchanged + ours. */
  read: bigint('read', { mode: 'number' }).notNull().default(0),
  written: bigint('written', { mode: 'number' }).notNull().default(0),
  rejected: bigint('rejected', { mode: 'number' }).notNull().default(0),
  /** Taken by an earlier pass and the same since. */
  unchanged: bigint('unchanged', { mode: 'number' }).notNull().default(0),
  /** Mirrored there by OraCore itself. */
  ours: bigint('ours', { mode: 'number' }).notNull().default(0),
  mappingHash: text('mapping_hash').notNull(),
  startedAt: epochMs('started_at').notNull(),
  updatedAt: epochMs('updated_at').notNull(),
  /** When the end of the collection was reached. */
  finishedAt: epochMs('finished_at'),
});

import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs, oneOf } from '../columns.ts';

const STATES = ['written', 'rejected'] as const;

/**
 * What became of each document of the old MongoDB: the rows it was written as, or why it was not. Its
 * key makes a backfill idempotent, and its states make the counts reconcile.
 */
export const legacyDocuments = pgTable(
  'legacy_documents',
  {
    collection: text('collection').notNull(),
    /** `_id` as canonical Extended JSON: `{"$oid":"65f…"}`. */
    mongoId: text('mongo_id').notNull(),
    state: text('state', { enum: STATES }).notNull(),
    /** Of the whole document as it was read: tells whether it changed since. */
    digest: text('digest').notNull(),
    /** What makes two documents the same event; null for a rejected one. */
    identity: text('identity'),
    /** When it happened; null when that cannot be told. */
    eventAt: epochMs('event_at'),
    /** The signal it was written as; no foreign key, so that a row that went missing can be named. */
    signalId: bigint('signal_id', { mode: 'number' }),
    /** Its orders, entry first; each has one execution. */
    orderIds: bigint('order_ids', { mode: 'number' }).array(),
    /** The candle it was written as; null also when a better source had stored that candle. */
    candleSymbolId: bigint('candle_symbol_id', { mode: 'number' }),
    candleTimeframe: text('candle_timeframe', { enum: TIMEFRAMES }),
    candleTs: epochMs('candle_ts'),
    /** What no column took, of a document that is only a candle; signals and orders keep their own. */
    legacy: jsonb('legacy'),
    /** Why it was rejected: a code, and a sentence. */
    reason: text('reason'),
    detail: text('detail'),
    /** All of a rejected document, as canonical Extended JSON. */
    document: jsonb('document'),
    runId: text('run_id').notNull(),
    /** Of the mapping it was read with. */
    mappingHash: text('mapping_hash').notNull(),
    recordedAt: epochMs('recorded_at').notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ name: 'legacy_documents_pkey', columns: [table.collection, table.mongoId] }),
    uniqueIndex('legacy_documents_identity_key').on(table.identity).where(sql`state = 'written'`),
    index('legacy_documents_event_at_idx').on(table.collection, table.eventAt),
    index('legacy_documents_rejected_idx').on(table.collection, table.mongoId).where(sql`state = 'rejected'`),
    check('legacy_documents_state_check', oneOf('state', STATES)),
    check('legacy_documents_reason_check', sql`(state = 'rejected') = (reason IS NOT NULL)`),
  ],
);

import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { epochMs, oneOf } from '../columns.ts';

const ENTITIES = ['signal', 'decision', 'execution'] as const;
const EVENTS = ['insert', 'void'] as const;

/** What is owed to MongoDB, one row per event, written by triggers in the transaction of the event. */
export const mirrorOutbox = pgTable(
  'mirror_outbox',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    entity: text('entity', { enum: ENTITIES }).notNull(),
    entityId: bigint('entity_id', { mode: 'number' }).notNull(),
    event: text('event', { enum: EVENTS }).notNull(),
    /** When it happened: `fired_at`, `decided_at`, `filled_at`, `voided_at`. */
    eventAt: epochMs('event_at').notNull(),
    /** The event as it was; numbers as text, times as epoch ms. */
    payload: jsonb('payload').notNull(),
    createdAt: epochMs('created_at').notNull().default(sql`now()`),
    sentAt: epochMs('sent_at'),
    /** Given up: MongoDB holds another document under its `_id`. */
    failedAt: epochMs('failed_at'),
    error: text('error'),
  },
  (table) => [
    unique('mirror_outbox_once_key').on(table.entity, table.entityId, table.event),
    index('mirror_outbox_pending_idx').on(table.id).where(sql`sent_at IS NULL AND failed_at IS NULL`),
    index('mirror_outbox_refused_idx').on(table.id).where(sql`failed_at IS NOT NULL`),
    index('mirror_outbox_event_at_idx').on(table.eventAt),
    check('mirror_outbox_entity_check', oneOf('entity', ENTITIES)),
    check('mirror_outbox_event_check', oneOf('event', EVENTS)),
  ],
);

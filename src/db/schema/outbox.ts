import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { OUTBOX_STATES, type OutboxContent } from '../../domain/outbox.ts';
import { epochMs, oneOf } from '../columns.ts';
import { cards } from './cards.ts';

/** What the desk owes a channel besides cards: touch replies, lists, lines. Each is posted once. */
export const outbox = pgTable(
  'outbox',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    /** Names the occasion, so that it is written once: `touch:123:tp1`. */
    key: text('key').notNull().unique(),
    channelId: text('channel_id').notNull(),
    /** The card it replies to. */
    cardId: bigint('card_id', { mode: 'number' }).references(() => cards.id, { onDelete: 'cascade' }),
    content: jsonb('content').$type<OutboxContent>().notNull(),
    state: text('state', { enum: OUTBOX_STATES }).notNull().default('pending'),
    claimedBy: text('claimed_by'),
    claimedUntil: epochMs('claimed_until'),
    firstAttemptAt: epochMs('first_attempt_at'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    /** Not before this moment; null means at once. */
    deliverAfter: epochMs('deliver_after'),
    sentAt: epochMs('sent_at'),
    messageId: text('message_id'),
    suppressedReason: text('suppressed_reason'),
    createdAt: epochMs('created_at').notNull().default(sql`now()`),
  },
  (table) => [
    index('outbox_open_idx').on(table.id).where(sql`state IN ('pending', 'sending')`),
    index('outbox_card_id_idx').on(table.cardId),
    check('outbox_state_check', oneOf('state', OUTBOX_STATES)),
  ],
);

import { sql } from 'drizzle-orm';
import { type AnyPgColumn, bigint, check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { CARD_STATES, EXPIRY_CAUSES, HOLD_REASONS } from '../../domain/card.ts';
import { SIDES } from '../../domain/signal.ts';
import { SIGNAL_TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs, oneOf, price } from '../columns.ts';
import { symbols } from './symbols.ts';

const CARD_KINDS = ['signal', 'reminder'] as const;

/** One message before people: all signals of one candle and side in one channel. The unit of claim and nonce. */
export const cards = pgTable(
  'cards',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    timeframe: text('timeframe', { enum: SIGNAL_TIMEFRAMES }).notNull(),
    firedAt: epochMs('fired_at').notNull(),
    side: text('side', { enum: SIDES }).notNull(),
    channelId: text('channel_id').notNull(),
    kind: text('kind', { enum: CARD_KINDS }).notNull().default('signal'),
    /** When a reminder is due; null for a signal's card. */
    dueAt: epochMs('due_at'),
    state: text('state', { enum: CARD_STATES }).notNull().default('pending'),
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
    /** Why it was not shown at once; stays when it is shown later. */
    heldReason: text('held_reason', { enum: HOLD_REASONS }),
    /** When it was decided whether and how people see it. */
    placedAt: epochMs('placed_at'),
    /** First price of the session on which it returned, USD; null for a card that was not held. */
    gapPrice: price('gap_price'),
    /** Who opened it from a list, and when. */
    openedBy: text('opened_by'),
    openedAt: epochMs('opened_at'),
    /** Whom the card mentions by name. */
    mentioned: text('mentioned').array().notNull().default(sql`'{}'`),
    /** End of the third candle after it. */
    expiresAt: epochMs('expires_at'),
    /** When it could no longer be acted on, and why. */
    expiredAt: epochMs('expired_at'),
    expiredBy: text('expired_by', { enum: EXPIRY_CAUSES }),
    /** Close of the last candle in which touches are looked for. */
    horizonAt: epochMs('horizon_at'),
    /** Open of the last candle that was looked at for touches. */
    followedTo: epochMs('followed_to'),
    /** When nothing more could happen to it. */
    closedAt: epochMs('closed_at'),
    /** Of a reminder: the card it reminds of. */
    originalId: bigint('original_id', { mode: 'number' }).references((): AnyPgColumn => cards.id, {
      onDelete: 'cascade',
    }),
    /** Raised with everything a sent card should now show. */
    revision: integer('revision').notNull().default(0),
    /** The revision its message shows. */
    shownRevision: integer('shown_revision').notNull().default(0),
    createdAt: epochMs('created_at').notNull().default(sql`now()`),
  },
  (table) => [
    unique('cards_once_key')
      .on(
        table.symbolId,
        table.timeframe,
        table.firedAt,
        table.side,
        table.channelId,
        table.kind,
        table.dueAt,
      )
      .nullsNotDistinct(),
    index('cards_open_idx').on(table.id).where(sql`state IN ('pending', 'sending')`),
    index('cards_outdated_idx').on(table.id).where(sql`state = 'sent' AND shown_revision < revision`),
    index('cards_unplaced_idx').on(table.id).where(sql`state IN ('new', 'held')`),
    index('cards_followed_idx').on(table.id).where(sql`state IN ('sent', 'listed') AND closed_at IS NULL`),
    index('cards_original_id_idx').on(table.originalId),
    check('cards_timeframe_check', oneOf('timeframe', SIGNAL_TIMEFRAMES)),
    check('cards_side_check', oneOf('side', SIDES)),
    check('cards_kind_check', oneOf('kind', CARD_KINDS)),
    check('cards_state_check', oneOf('state', CARD_STATES)),
    check('cards_held_reason_check', oneOf('held_reason', HOLD_REASONS)),
    check('cards_expired_by_check', oneOf('expired_by', EXPIRY_CAUSES)),
  ],
);

import {
  bigint,
  bigserial,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { DECISION_ACTIONS } from '../../domain/card.ts';
import { epochMs, oneOf, price } from '../columns.ts';
import { cards } from './cards.ts';
import { signals } from './signals.ts';

/** What a person did about a signal. Append-only by trigger: a changed mind is a new row, the latest counts. */
export const decisions = pgTable(
  'decisions',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    signalId: bigint('signal_id', { mode: 'number' }).notNull(),
    decidedAt: epochMs('decided_at').notNull(),
    action: text('action', { enum: DECISION_ACTIONS }).notNull(),
    note: text('note'),
    /** Why somebody ignored it: words of `IGNORE_REASONS`. A later row of the same action adds them. */
    reasons: jsonb('reasons'),
    /** Discord user id. */
    decidedBy: text('decided_by').default('human'),
    /** Filled from the signal by a trigger when left out. */
    signalFiredAt: epochMs('signal_fired_at').notNull(),
    cardId: bigint('card_id', { mode: 'number' }).references(() => cards.id),
    /** The click; null for a row written by somebody else's program. */
    interactionId: text('interaction_id'),
    /** Close of the newest stored candle of the series. */
    priceAtDecision: price('price_at_decision'),
    /** From the card's posting to the click, ms. */
    latencyMs: bigint('latency_ms', { mode: 'number' }),
    /** How many people's decisions the card showed at the click. */
    visibleDecisions: integer('visible_decisions'),
  },
  (table) => [
    foreignKey({
      name: 'decisions_signal_fkey',
      columns: [table.signalId, table.signalFiredAt],
      foreignColumns: [signals.id, signals.firedAt],
    }),
    unique('decisions_interaction_id_signal_id_key').on(table.interactionId, table.signalId),
    index('decisions_signal_id_decided_at_idx').on(table.signalId, table.decidedAt),
    index('decisions_card_id_idx').on(table.cardId),
    check('decisions_action_check', oneOf('action', DECISION_ACTIONS)),
  ],
);

import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  check,
  foreignKey,
  index,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { CARD_EVENTS, type CardEvent, type Levels } from '../../domain/card.ts';
import { epochMs, oneOf } from '../columns.ts';
import { cards } from './cards.ts';
import { signals } from './signals.ts';

const ALERT_KINDS = ['signal', 'update'] as const;

/** Of a signal's alert the levels shown, of an update what happened. */
type AlertPayload = { readonly levels: Levels } | CardEvent;

/** A signal put before people; `payload` freezes what was shown. An update is something that happened to it, once. */
export const alerts = pgTable(
  'alerts',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    signalId: bigint('signal_id', { mode: 'number' }).notNull(),
    createdAt: epochMs('created_at').notNull().default(sql`now()`),
    channel: text('channel'),
    payload: jsonb('payload').$type<AlertPayload>(),
    /** Follows the card's delivery. */
    delivered: boolean('delivered').default(true),
    /** Filled from the signal by a trigger when left out. */
    signalFiredAt: epochMs('signal_fired_at').notNull(),
    cardId: bigint('card_id', { mode: 'number' }).references(() => cards.id),
    kind: text('kind', { enum: ALERT_KINDS }).notNull().default('signal'),
    messageId: text('message_id'),
    /** What an update tells. */
    event: text('event', { enum: CARD_EVENTS }),
  },
  (table) => [
    foreignKey({
      name: 'alerts_signal_fkey',
      columns: [table.signalId, table.signalFiredAt],
      foreignColumns: [signals.id, signals.firedAt],
    }).onDelete('cascade'),
    index('alerts_signal_id_idx').on(table.signalId),
    index('alerts_card_id_idx').on(table.cardId),
    uniqueIndex('alerts_update_once_key').on(table.signalId, table.event).where(sql`kind = 'update'`),
    check('alerts_kind_check', oneOf('kind', ALERT_KINDS)),
    check('alerts_event_check', oneOf('event', CARD_EVENTS)),
    check('alerts_update_event_check', sql`(kind = 'update') = (event IS NOT NULL)`),
  ],
);

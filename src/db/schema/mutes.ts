import { bigint, check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { MUTE_SCOPES } from '../../domain/mute.ts';
import { SIGNAL_TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs, oneOf } from '../columns.ts';
import { cards } from './cards.ts';

/** What is not shown for a while, to everybody or to one person. Rows are ended, never deleted. */
export const mutes = pgTable(
  'mutes',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    scope: text('scope', { enum: MUTE_SCOPES }).notNull(),
    cardId: bigint('card_id', { mode: 'number' }).references(() => cards.id, { onDelete: 'cascade' }),
    ticker: text('ticker'),
    timeframe: text('timeframe', { enum: SIGNAL_TIMEFRAMES }),
    detectorId: text('detector_id'),
    /** Only this person's mentions; null: nobody is shown the cards. */
    userId: text('user_id'),
    createdBy: text('created_by').notNull(),
    createdAt: epochMs('created_at').notNull(),
    until: epochMs('until').notNull(),
    endedAt: epochMs('ended_at'),
    endedBy: text('ended_by'),
  },
  (table) => [
    index('mutes_until_idx').on(table.until),
    check('mutes_scope_check', oneOf('scope', MUTE_SCOPES)),
  ],
);

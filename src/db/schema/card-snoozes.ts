import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';
import { cards } from './cards.ts';

/** Who wants a card back, and with which reminder; changing the time moves the row to another one. */
export const cardSnoozes = pgTable(
  'card_snoozes',
  {
    cardId: bigint('card_id', { mode: 'number' })
      .notNull()
      .references(() => cards.id, { onDelete: 'cascade' }),
    userId: text('user_id').notNull(),
    reminderId: bigint('reminder_id', { mode: 'number' })
      .notNull()
      .references(() => cards.id, { onDelete: 'cascade' }),
    snoozedAt: epochMs('snoozed_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'card_snoozes_pkey', columns: [table.cardId, table.userId] }),
    index('card_snoozes_reminder_id_idx').on(table.reminderId),
  ],
);

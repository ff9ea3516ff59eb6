import { bigint, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';
import { cards } from './cards.ts';
import { orders } from './orders.ts';

/** What a person typed into a form that was refused, so that "Fix it" opens it filled in, also after a restart. */
export const entryDrafts = pgTable('entry_drafts', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  userId: text('user_id').notNull(),
  cardId: bigint('card_id', { mode: 'number' })
    .notNull()
    .references(() => cards.id, { onDelete: 'cascade' }),
  /** The working order that was to be filled; null for an entry. */
  orderId: bigint('order_id', { mode: 'number' }).references(() => orders.id, { onDelete: 'cascade' }),
  fields: jsonb('fields').$type<Readonly<Record<string, string>>>().notNull(),
  createdAt: epochMs('created_at').notNull(),
});

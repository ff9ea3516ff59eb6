import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs, money } from '../columns.ts';
import { symbols } from './symbols.ts';

/** Where a trader moved the stop of an open position. Append-only by trigger; R stays with the initial stop. */
export const stopMoves = pgTable(
  'stop_moves',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    traderId: text('trader_id').notNull(),
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    /** As in `ledger_positions`. */
    positionId: bigint('position_id', { mode: 'number' }).notNull(),
    movedAt: epochMs('moved_at').notNull(),
    stopPrice: money('stop_price').notNull(),
    interactionId: text('interaction_id').notNull().unique('stop_moves_interaction_id_key'),
  },
  (table) => [index('stop_moves_position_idx').on(table.positionId, table.id)],
);

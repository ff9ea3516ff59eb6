import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core';

/**
 * Books whose fills changed since they were derived, written by triggers on orders and executions, so
 * that a fill written by anybody is seen. A queue: whoever rebuilds the book takes its rows away.
 */
export const ledgerChanges = pgTable(
  'ledger_changes',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    traderId: text('trader_id').notNull(),
    symbolId: bigint('symbol_id', { mode: 'number' }).notNull(),
  },
  (table) => [index('ledger_changes_book_idx').on(table.traderId, table.symbolId)],
);

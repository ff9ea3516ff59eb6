import { bigint, date, foreignKey, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { decimal, epochMs, money } from '../columns.ts';
import { ledgerPositions } from './ledger-positions.ts';

/** What each exit realised, derived with its position. */
export const ledgerExits = pgTable(
  'ledger_exits',
  {
    executionId: bigint('execution_id', { mode: 'number' }).notNull(),
    traderId: text('trader_id').notNull(),
    symbolId: bigint('symbol_id', { mode: 'number' }).notNull(),
    positionId: bigint('position_id', { mode: 'number' }).notNull(),
    exitedAt: epochMs('exited_at').notNull(),
    /** New York date on which it counts. */
    day: date('day').notNull(),
    qty: decimal('qty').notNull(),
    price: money('price').notNull(),
    feeUsd: decimal('fee_usd').notNull(),
    tag: text('tag'),
    pnlFifo: decimal('pnl_fifo').notNull(),
    pnlAverage: decimal('pnl_average').notNull(),
    riskUsd: decimal('risk_usd'),
    r: decimal('r'),
  },
  (table) => [
    primaryKey({ name: 'ledger_exits_pkey', columns: [table.executionId] }),
    foreignKey({
      name: 'ledger_exits_position_fkey',
      columns: [table.traderId, table.symbolId, table.positionId],
      foreignColumns: [ledgerPositions.traderId, ledgerPositions.symbolId, ledgerPositions.positionId],
    }).onDelete('cascade'),
    index('ledger_exits_position_idx').on(table.traderId, table.symbolId, table.positionId),
    index('ledger_exits_trader_id_day_idx').on(table.traderId, table.day),
  ],
);

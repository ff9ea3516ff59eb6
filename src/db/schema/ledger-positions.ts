import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { SIDES } from '../../domain/signal.ts';
import { decimal, epochMs, money, oneOf } from '../columns.ts';
import { symbols } from './symbols.ts';

/** Round trips, derived from the executions and never edited: the journal rebuilds a book whenever its fills change. */
export const ledgerPositions = pgTable(
  'ledger_positions',
  {
    /** Discord user id. */
    traderId: text('trader_id').notNull(),
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    /** Execution that opened it; the first one where that was replaced. */
    positionId: bigint('position_id', { mode: 'number' }).notNull(),
    side: text('side', { enum: SIDES }).notNull(),
    openedAt: epochMs('opened_at').notNull(),
    closedAt: epochMs('closed_at'),
    qtyEntered: decimal('qty_entered').notNull(),
    qtyOpen: decimal('qty_open').notNull(),
    averageEntry: money('average_entry').notNull(),
    costFifo: decimal('cost_fifo').notNull(),
    costAverage: decimal('cost_average').notNull(),
    realisedFifo: decimal('realised_fifo').notNull(),
    realisedAverage: decimal('realised_average').notNull(),
    feesUsd: decimal('fees_usd').notNull(),
    /** Frozen with the first entry. */
    initialStop: money('initial_stop'),
    riskUsd: decimal('risk_usd'),
    /** Realised so far over the risk of all entries. */
    r: decimal('r'),
    /** Signal of the first entry. */
    signalId: bigint('signal_id', { mode: 'number' }),
  },
  (table) => [
    primaryKey({
      name: 'ledger_positions_pkey',
      columns: [table.traderId, table.symbolId, table.positionId],
    }),
    index('ledger_positions_position_id_idx').on(table.positionId),
    index('ledger_positions_opened_at_idx').on(table.traderId, table.openedAt),
    index('ledger_positions_open_idx').on(table.traderId).where(sql`closed_at IS NULL`),
    check('ledger_positions_side_check', oneOf('side', SIDES)),
    check('ledger_positions_open_check', sql`(closed_at IS NULL) = (qty_open > 0)`),
  ],
);

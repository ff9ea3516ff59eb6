import { sql } from 'drizzle-orm';
import { bigint, bigserial, check, foreignKey, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { decimal, epochMs, money, oneOf } from '../columns.ts';
import { signals } from './signals.ts';
import { symbols } from './symbols.ts';

const ORDER_SIDES = ['buy', 'sell', 'short', 'cover'] as const;

/** A trader's intention. `stop_price` is the initial stop, frozen: R is measured from it. */
export const orders = pgTable(
  'orders',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    signalId: bigint('signal_id', { mode: 'number' }),
    side: text('side', { enum: ORDER_SIDES }),
    orderType: text('order_type'),
    submittedAt: epochMs('submitted_at'),
    qty: decimal('qty'),
    limitPrice: money('limit_price'),
    stopPrice: money('stop_price'),
    status: text('status'),
    broker: text('broker'),
    meta: jsonb('meta'),
    /** Filled from the signal by a trigger when left out. */
    signalFiredAt: epochMs('signal_fired_at'),
    /** Discord user id. */
    traderId: text('trader_id'),
    /** Of an order from the old MongoDB: its `_id`, its collection, and every field that no column took. */
    legacy: jsonb('legacy'),
  },
  (table) => [
    foreignKey({
      name: 'orders_signal_fkey',
      columns: [table.signalId, table.signalFiredAt],
      foreignColumns: [signals.id, signals.firedAt],
    }),
    index('orders_signal_id_idx').on(table.signalId),
    index('orders_trader_id_idx').on(table.traderId, table.symbolId),
    index('orders_working_idx').on(table.traderId).where(sql`status = 'working'`),
    check('orders_side_check', oneOf('side', ORDER_SIDES)),
    check('orders_signal_check', sql`(signal_id IS NULL) = (signal_fired_at IS NULL)`),
  ],
);

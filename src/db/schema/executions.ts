import { sql } from 'drizzle-orm';
import { type AnyPgColumn, bigint, bigserial, check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { decimal, epochMs, money } from '../columns.ts';
import { orders } from './orders.ts';

/** A fill. Never deleted: a mistake is voided, and the row that replaces it says so. */
export const executions = pgTable(
  'executions',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    orderId: bigint('order_id', { mode: 'number' })
      .notNull()
      .references(() => orders.id, { onDelete: 'cascade' }),
    filledAt: epochMs('filled_at').notNull(),
    qty: decimal('qty').notNull(),
    price: money('price').notNull(),
    fee: money('fee'),
    /** `ENTRY`, `TP1`, `TP2`, `TP3`, `STOP` or `EXIT`. */
    tag: text('tag'),
    liquidity: text('liquidity'),
    /** The form that wrote it: a form sent twice is one fill. */
    interactionId: text('interaction_id').unique('executions_interaction_id_key'),
    voidedAt: epochMs('voided_at'),
    voidedBy: text('voided_by'),
    voidReason: text('void_reason'),
    replacesId: bigint('replaces_id', { mode: 'number' })
      .unique('executions_replaces_id_key')
      .references((): AnyPgColumn => executions.id),
  },
  (table) => [
    index('executions_order_id_filled_at_idx').on(table.orderId, table.filledAt),
    check('executions_void_check', sql`(voided_at IS NULL) = (voided_by IS NULL)`),
  ],
);

import { Decimal } from 'decimal.js';
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { WorkingOrder, WorkingOrderStore } from '../../app/decisions/entry-ports.ts';
import type { Connection } from '../client.ts';
import { auditLog } from '../schema/audit-log.ts';
import { executions } from '../schema/executions.ts';
import { orders } from '../schema/orders.ts';
import { msOf, query } from '../sql.ts';

/** Limit orders from cards that are not filled yet, in Postgres. */
export function workingOrderStore({ db, transaction }: Connection): WorkingOrderStore {
  return {
    of: (traderId) => selectWorking(db, sql`o.trader_id = ${traderId}`),

    async find(traderId, orderId) {
      const [order] = await selectWorking(db, sql`o.trader_id = ${traderId} AND o.id = ${orderId}`);
      return order ?? null;
    },

    fill: ({ orderId, traderId, interactionId, qty, price, feeUsd, filledAt }) =>
      transaction(async (tx) => {
        const mine = and(eq(orders.id, orderId), eq(orders.traderId, traderId));
        // Whoever fills or cancels the same order waits here.
        await tx.db.select({ id: orders.id }).from(orders).where(mine).for('update');
        if (await isWritten(tx.db, interactionId)) return 'repeated';
        const [order] = await selectWorking(tx.db, sql`o.trader_id = ${traderId} AND o.id = ${orderId}`);
        if (order === undefined) return 'gone';
        if (qty.greaterThan(order.qtyOpen)) return 'too_many';
        await tx.db
          .insert(executions)
          .values({ orderId, filledAt, qty, price, fee: feeUsd, tag: 'ENTRY', interactionId });
        if (qty.equals(order.qtyOpen)) await tx.db.update(orders).set({ status: 'filled' }).where(mine);
        return 'written';
      }),

    cancel: ({ traderId, orderId, at }) =>
      transaction(async (tx) => {
        const cancelled = await tx.db
          .update(orders)
          .set({ status: 'cancelled' })
          .where(and(eq(orders.id, orderId), eq(orders.traderId, traderId), eq(orders.status, 'working')))
          .returning({ id: orders.id });
        if (cancelled.length === 0) return false;
        await tx.db.insert(auditLog).values({
          at,
          actor: traderId,
          action: 'order_cancelled',
          target: `order ${orderId}`,
          details: {},
        });
        return true;
      }),
  };
}

async function selectWorking(db: NodePgDatabase, which: SQL): Promise<WorkingOrder[]> {
  const rows = await query<WorkingRow>(
    db,
    sql`SELECT o.id::float8 AS id, c.id::float8 AS "cardId", o.trader_id AS "traderId", s.ticker, c.timeframe,
          c.side, o.qty::text AS qty, (o.qty - coalesce(done.qty, 0))::text AS "qtyOpen",
          o.limit_price::text AS "limitPrice", o.stop_price::text AS "stopPrice",
          ${msOf(sql`o.submitted_at`)} AS "submittedAt"
        FROM orders o
        JOIN symbols s ON s.id = o.symbol_id
        JOIN cards c ON c.id = (o.meta->>'cardId')::bigint
        LEFT JOIN LATERAL (
          SELECT sum(qty) AS qty FROM executions e WHERE e.order_id = o.id AND e.voided_at IS NULL
        ) done ON true
        WHERE o.status = 'working' AND ${which}
        ORDER BY o.id`,
  );
  return rows.map((row) => ({
    ...row,
    qty: new Decimal(row.qty),
    qtyOpen: new Decimal(row.qtyOpen),
    limitPrice: new Decimal(row.limitPrice),
    stopPrice: row.stopPrice === null ? null : new Decimal(row.stopPrice),
  }));
}

interface WorkingRow extends Omit<WorkingOrder, 'qty' | 'qtyOpen' | 'limitPrice' | 'stopPrice'> {
  readonly qty: string;
  readonly qtyOpen: string;
  readonly limitPrice: string;
  readonly stopPrice: string | null;
}

async function isWritten(db: NodePgDatabase, interactionId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: executions.id })
    .from(executions)
    .where(eq(executions.interactionId, interactionId));
  return row !== undefined;
}

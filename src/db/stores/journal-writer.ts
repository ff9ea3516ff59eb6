import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { BookChange, ChangeRequest, NewFillRow } from '../../app/journal/journal-ports.ts';
import { auditLog } from '../schema/audit-log.ts';
import { executions } from '../schema/executions.ts';
import { orders } from '../schema/orders.ts';
import { at, query } from '../sql.ts';

/** Writes a change of one trader's books, whose symbols are known and locked. @returns ids of the new executions. */
export async function writeChange(
  db: NodePgDatabase,
  request: ChangeRequest,
  { change, symbolIds }: { readonly change: BookChange; readonly symbolIds: ReadonlyMap<string, number> },
): Promise<number[]> {
  for (const { id, reason } of change.voids) await voidFill(db, request, { id, reason });
  const ids: number[] = [];
  for (const [index, row] of change.add.entries()) {
    const symbolId = symbolIds.get(row.ticker);
    if (symbolId === undefined) throw new Error(`the book of ${row.ticker} is not locked`);
    ids.push(await addFill(db, row, { request, symbolId, index }));
  }
  const { action, target, details } = change.audit;
  await db.insert(auditLog).values({
    at: request.now,
    actor: request.traderId,
    action,
    target,
    details: { ...details, added: ids, voided: change.voids.map(({ id }) => id) },
  });
  return ids;
}

/** An order of its own and its execution. Several of one interaction are told apart by `#n`. */
async function addFill(
  db: NodePgDatabase,
  row: NewFillRow,
  where: { readonly request: ChangeRequest; readonly symbolId: number; readonly index: number },
): Promise<number> {
  const { request, symbolId, index } = where;
  const { interactionId, traderId } = request;
  const [order] = await db
    .insert(orders)
    .values({
      symbolId,
      traderId,
      signalId: row.signalId,
      side: row.side,
      orderType: row.importKey == null ? 'manual' : 'import',
      submittedAt: row.at,
      qty: row.qty,
      stopPrice: row.stopPrice,
      status: 'filled',
      ...(row.importKey != null && { meta: { importKey: row.importKey } }),
    })
    .returning({ id: orders.id });
  if (order === undefined) throw new Error('the order was not written');
  const [execution] = await db
    .insert(executions)
    .values({
      orderId: order.id,
      filledAt: row.at,
      qty: row.qty,
      price: row.price,
      fee: row.feeUsd,
      tag: row.tag,
      interactionId: index === 0 ? interactionId : `${interactionId}#${index}`,
      replacesId: row.replacesId ?? null,
    })
    .returning({ id: executions.id });
  if (execution === undefined) throw new Error('the execution was not written');
  return execution.id;
}

/** @throws Error when it was voided already: the plan has to see to that, the book is locked. */
async function voidFill(
  db: NodePgDatabase,
  { traderId, now }: ChangeRequest,
  { id, reason }: { readonly id: number; readonly reason: string },
): Promise<void> {
  const [voided] = await query<{ orderId: number }>(
    db,
    sql`UPDATE executions SET voided_at = ${at(now)}, voided_by = ${traderId}, void_reason = ${reason}
        WHERE id = ${id} AND voided_at IS NULL RETURNING order_id::float8 AS "orderId"`,
  );
  if (voided === undefined) throw new Error(`execution ${id} cannot be voided`);
  await db.execute(
    sql`UPDATE orders SET status = 'voided' WHERE id = ${voided.orderId}
        AND NOT EXISTS (SELECT FROM executions WHERE order_id = orders.id AND voided_at IS NULL)`,
  );
}

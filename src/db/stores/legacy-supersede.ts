import type { PoolClient } from 'pg';

/** A document whose rows are to give way to its new wording. */
export interface Superseded {
  readonly collection: string;
  readonly id: string;
  /** What the event is now; null when it cannot be read any more. */
  readonly identity: string | null;
  readonly runId: string;
  readonly now: number;
}

const BY = 'backfill';

/**
 * Takes back what a changed document was written as, and its row in the ledger. Fills are voided. A signal
 * of the same event goes, its labels kept in `outcome_revisions`; a signal of another event stays: the
 * document was overwritten, and Postgres is then the only place that still knows.
 */
export async function supersede(
  client: PoolClient,
  { collection, id, identity, runId, now }: Superseded,
): Promise<void> {
  const { rows } = await client.query<{
    identity: string;
    signalId: number | null;
    orderIds: number[] | null;
  }>(
    `DELETE FROM legacy_documents WHERE collection = $1 AND mongo_id = $2
     RETURNING identity, signal_id::float8 AS "signalId", order_ids::float8[] AS "orderIds"`,
    [collection, id],
  );
  const [before] = rows;
  if (before === undefined) return;
  const at = new Date(now).toISOString();
  await client.query(
    `UPDATE executions SET voided_at = $2, voided_by = '${BY}', void_reason = 'its document was changed in MongoDB'
     WHERE order_id = ANY ($1::bigint[]) AND voided_at IS NULL`,
    [before.orderIds ?? [], at],
  );
  await client.query(`UPDATE orders SET status = 'voided' WHERE id = ANY ($1::bigint[])`, [
    before.orderIds ?? [],
  ]);
  const isSameEvent = before.identity === identity;
  const removed =
    isSameEvent && before.signalId !== null ? await removeSignal(client, before.signalId) : null;
  await client.query(
    `INSERT INTO audit_log (at, actor, action, target, details) VALUES ($1, '${BY}', 'legacy.superseded', $2, $3)`,
    [at, `${collection} ${id}`, JSON.stringify({ ...before, isSameEvent, removed, runId })],
  );
}

/** @returns the row as it was; null when somebody decided on it, so that it has to stay. */
async function removeSignal(client: PoolClient, id: number): Promise<unknown> {
  await client.query(
    `INSERT INTO outcome_revisions (actor, target, target_id, before)
     SELECT '${BY}', 'signal', signal_id, to_jsonb(o) FROM outcomes o WHERE signal_id = $1`,
    [id],
  );
  const { rows } = await client.query<{ before: unknown }>(
    `DELETE FROM signals s WHERE id = $1
       AND NOT EXISTS (SELECT FROM decisions WHERE signal_id = s.id)
       AND NOT EXISTS (SELECT FROM orders WHERE signal_id = s.id)
     RETURNING to_jsonb(s) AS before`,
    [id],
  );
  return rows[0]?.before ?? null;
}

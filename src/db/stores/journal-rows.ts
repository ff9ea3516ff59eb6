import { Decimal } from 'decimal.js';
import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { StoredFill } from '../../app/journal/journal-ports.ts';
import { FILL_TAGS, type OrderSide } from '../../domain/ledger/fill.ts';
import { msOf, query } from '../sql.ts';

interface Row {
  readonly id: number;
  readonly ticker: string;
  readonly symbolId: number;
  readonly traderId: string;
  readonly orderId: number;
  readonly at: number;
  readonly side: OrderSide;
  readonly qty: string;
  readonly price: string;
  readonly fee: string | null;
  readonly tag: string | null;
  readonly stop: string | null;
  readonly signalId: number | null;
  readonly interactionId: string | null;
  readonly replacesId: number | null;
  readonly seq: number;
  readonly voidedAt: number | null;
  readonly voidReason: string | null;
  readonly importKey: string | null;
}

/** First in the line of fills that each replace one before; few do, and each is followed by itself. */
const FIRST_OF_LINE = sql`CASE WHEN e.replaces_id IS NULL THEN e.id ELSE (
  WITH RECURSIVE line AS (
    SELECT id, replaces_id FROM executions WHERE id = e.replaces_id
    UNION ALL
    SELECT r.id, r.replaces_id FROM line JOIN executions r ON r.id = line.replaces_id
  )
  SELECT id FROM line WHERE replaces_id IS NULL
) END`;

/**
 * Fills with what the ledger needs of their orders, voided ones included, in the ledger's order. A row of
 * another program without side, or without a positive quantity, is no fill. `where` may name `e`
 * (executions), `o` (orders) and `s` (symbols).
 */
export async function selectFills(db: NodePgDatabase, where: SQL): Promise<StoredFill[]> {
  const rows = await query<Row>(
    db,
    sql`SELECT e.id::float8 AS id, s.ticker, s.id::float8 AS "symbolId", o.trader_id AS "traderId", o.id::float8 AS "orderId",
          ${msOf(sql`e.filled_at`)} AS at, o.side, e.qty::text AS qty, e.price::text AS price, e.fee::text AS fee,
          e.tag, o.stop_price::text AS stop, o.signal_id::float8 AS "signalId",
          e.interaction_id AS "interactionId", e.replaces_id::float8 AS "replacesId", (${FIRST_OF_LINE})::float8 AS seq,
          ${msOf(sql`e.voided_at`)} AS "voidedAt", e.void_reason AS "voidReason", o.meta->>'importKey' AS "importKey"
        FROM executions e JOIN orders o ON o.id = e.order_id JOIN symbols s ON s.id = o.symbol_id
        WHERE o.trader_id IS NOT NULL AND o.side IS NOT NULL AND e.qty > 0 AND (${where})
        ORDER BY e.filled_at, seq, e.id`,
  );
  return rows.map(toFill);
}

function toFill({ qty, price, fee, stop, tag, ...row }: Row): StoredFill {
  return {
    ...row,
    qty: new Decimal(qty),
    price: new Decimal(price),
    feeUsd: new Decimal(fee ?? 0),
    stopPrice: stop === null ? null : new Decimal(stop),
    tag: FILL_TAGS.find((known) => known === tag) ?? null,
  };
}

import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DecisionResult, DecisionStore, NewDecision, NewEntry } from '../../app/ports.ts';
import type { CardDecision, CardDetails } from '../../domain/card.ts';
import type { Connection, Tx } from '../client.ts';
import { preparedQuery } from '../prepared.ts';
import { executions } from '../schema/executions.ts';
import { orders } from '../schema/orders.ts';
import { msOf, query } from '../sql.ts';
import { readDetails } from './card-details.ts';

/** Decisions with the order they may lead to, in Postgres. */
export function decisionStore({ transaction }: Connection): DecisionStore {
  return {
    record: (decision) =>
      transaction(async (tx) => {
        const details = await readDetails(tx.db, decision.cardId, { lock: true });
        return details === null ? null : (await write(tx, details, decision)).result;
      }),

    enter: (decision, entry) =>
      transaction(async (tx) => {
        const { db } = tx;
        const details = await readDetails(db, decision.cardId, { lock: true });
        if (details === null) return null;
        const again = await hasOnlyCancelled(db, decision);
        const { result, earlierClick } = await write(tx, details, decision, { again });
        if (result.outcome === 'repeated') return { ...result, orderId: await findOrder(db, earlierClick) };
        return { ...result, orderId: await writeOrder(db, details, { decision, entry }) };
      }),
  };
}

/** `earlierClick`: the interaction that had decided the same, null when this one was written. */
interface Written {
  readonly result: DecisionResult;
  readonly earlierClick: string | null;
}

/** Clicks on one card come one after the other (it is locked), so "the same again" is seen. */
async function write(
  tx: Tx,
  details: CardDetails,
  decision: NewDecision,
  { again = false }: { readonly again?: boolean } = {},
): Promise<Written> {
  const { card } = details;
  const { userId, action, decidedAt, reasons = [] } = decision;
  const before = details.decisions.find((each) => each.userId === userId);
  const isSame = before?.action === action && reasons.every((reason) => before.reasons?.includes(reason));
  if ((isSame && !again) || !(await insertDecisions(tx, details, decision))) {
    const { click, ...first } = await findEarlier(tx.db, decision);
    return { result: { outcome: 'repeated', first, details }, earlierClick: click };
  }
  const others = details.decisions.filter((each) => each !== before);
  const now = {
    ...details,
    card: { ...card, revision: card.revision + 1 },
    decisions: [...others, { userId, action, decidedAt, ...(reasons.length > 0 && { reasons }) }].toSorted(
      (a, b) => a.decidedAt - b.decidedAt,
    ),
  };
  return { result: { outcome: 'written', details: now }, earlierClick: null };
}

const given = sql.placeholder;
/** What was known at the click that a row explains. */
const EXPLAINED_CLICK = sql`LEFT JOIN LATERAL (
  SELECT latency_ms, price_at_decision, visible_decisions FROM decisions d
  WHERE d.signal_id = one.id AND d.card_id = ${given('cardId')}::bigint AND d.decided_by = ${given('userId')}::text
    AND d.action = ${given('action')}::text
  ORDER BY d.decided_at DESC, d.id DESC LIMIT 1
) click ON true`;
/** A click that explains no other. With the look above, Postgres would plan its statement anew each time. */
const NEW_CLICK = sql`CROSS JOIN (
  SELECT NULL::bigint AS latency_ms, NULL::numeric AS price_at_decision, NULL::int AS visible_decisions
) click`;

/** Writes the rows of a click and outdates its card; answers nothing when this very click was written before. */
function writeOfClick(name: string, click: SQL) {
  return preparedQuery<{ readonly id: string }>(
    name,
    sql`WITH newest AS (
          SELECT close FROM candles WHERE symbol_id = ${given('symbolId')} AND timeframe = ${given('timeframe')}
          ORDER BY ts DESC LIMIT 1
        ), written AS (
          INSERT INTO decisions (signal_id, signal_fired_at, card_id, action, note, reasons, decided_at, decided_by,
            interaction_id, latency_ms, price_at_decision, visible_decisions)
          SELECT one.id, ${given('firedAt')}::timestamptz, ${given('cardId')}::bigint, ${given('action')}, ${given('note')},
            ${given('reasons')}::jsonb, ${given('decidedAt')}::timestamptz, ${given('userId')}::text,
            ${given('interactionId')}, coalesce(click.latency_ms, ${given('latencyMs')}::bigint),
            coalesce(click.price_at_decision, (SELECT close FROM newest)),
            coalesce(click.visible_decisions, ${given('visible')}::int)
          FROM unnest(${given('ids')}::bigint[]) AS one(id) ${click}
          ON CONFLICT (interaction_id, signal_id) DO NOTHING
          RETURNING card_id
        )
        UPDATE cards SET revision = revision + 1
        WHERE id = ${given('cardId')}::bigint AND EXISTS (SELECT FROM written) RETURNING id`,
  );
}

const writeDecisions = writeOfClick('decisions_of_click', NEW_CLICK);
const writeReasons = writeOfClick('reasons_of_click', EXPLAINED_CLICK);

/**
 * One row per signal, with the close of the newest stored candle of the series: what was known, without
 * asking anybody. A row that adds reasons keeps what was known at the click it explains. False when this
 * very click was written before.
 */
async function insertDecisions(
  { client }: Tx,
  { card, signals, decisions }: CardDetails,
  { action, note, decidedAt, userId, interactionId, reasons }: NewDecision,
): Promise<boolean> {
  const write = reasons === undefined ? writeDecisions : writeReasons;
  const written = await write(client, {
    symbolId: card.symbolId,
    timeframe: card.timeframe,
    firedAt: new Date(card.firedAt).toISOString(),
    cardId: card.id,
    action,
    note: note ?? null,
    reasons: reasons === undefined ? null : JSON.stringify(reasons),
    decidedAt: new Date(decidedAt).toISOString(),
    userId,
    interactionId,
    latencyMs: card.sentAt === null ? null : decidedAt - card.sentAt,
    visible: decisions.length,
    ids: signals.map(({ id }) => id),
  });
  return written.length > 0;
}

/** What this click had written, or else the person's latest decision that says the same. */
async function findEarlier(
  db: NodePgDatabase,
  { cardId, userId, interactionId }: NewDecision,
): Promise<CardDecision & { readonly click: string | null }> {
  const [row] = await query<CardDecision & { readonly click: string | null }>(
    db,
    sql`SELECT decided_by AS "userId", action, ${msOf(sql`decided_at`)} AS "decidedAt", interaction_id AS click
        FROM decisions WHERE card_id = ${cardId} AND decided_by = ${userId}
        ORDER BY interaction_id IS NOT DISTINCT FROM ${interactionId} DESC, decided_at DESC, id DESC LIMIT 1`,
  );
  if (row === undefined) throw new Error(`card ${cardId} lost a decision`);
  return row;
}

/** One order on the headline signal and, unless it still works, its fill. The stop is frozen here: R is measured from it. */
async function writeOrder(
  db: NodePgDatabase,
  { card, signals: [headline] }: CardDetails,
  { decision, entry }: { readonly decision: NewDecision; readonly entry: NewEntry },
): Promise<number> {
  const { interactionId } = decision;
  const works = entry.kind === 'working';
  const [order] = await db
    .insert(orders)
    .values({
      symbolId: card.symbolId,
      signalId: headline?.id ?? null,
      signalFiredAt: headline?.firedAt ?? null,
      side: card.side === 'long' ? 'buy' : 'short',
      orderType: works ? 'limit' : 'manual',
      submittedAt: decision.decidedAt,
      qty: entry.qty,
      limitPrice: works ? entry.price : null,
      stopPrice: entry.stopPrice,
      status: entry.kind,
      traderId: decision.userId,
      meta: { cardId: card.id, interactionId },
    })
    .returning({ id: orders.id });
  if (order === undefined) throw new Error('the order was not written');
  if (works) return order.id;
  await db.insert(executions).values({
    orderId: order.id,
    filledAt: decision.decidedAt,
    qty: entry.qty,
    price: entry.price,
    fee: entry.feeUsd,
    tag: 'ENTRY',
    interactionId,
  });
  return order.id;
}

/** The order that a click had written, filled since or not. */
async function findOrder(db: NodePgDatabase, interactionId: string | null): Promise<number | null> {
  const [row] = await query<{ id: number }>(
    db,
    sql`SELECT coalesce(
          (SELECT order_id FROM executions WHERE interaction_id = ${interactionId}),
          (SELECT max(id) FROM orders WHERE meta->>'interactionId' = ${interactionId})
        )::float8 AS id`,
  );
  return row?.id ?? null;
}

/** Whether a person's orders on a card all came to nothing, so that a new one is no repetition. */
async function hasOnlyCancelled(db: NodePgDatabase, { cardId, userId }: NewDecision): Promise<boolean> {
  const [row] = await query<{ cancelled: boolean | null }>(
    db,
    sql`SELECT bool_and(o.status = 'cancelled' AND NOT EXISTS (SELECT FROM executions e WHERE e.order_id = o.id))
          AS cancelled
        FROM orders o WHERE o.trader_id = ${userId} AND (o.meta->>'cardId')::bigint = ${cardId}`,
  );
  return row?.cancelled ?? false;
}

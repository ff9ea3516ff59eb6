import { and, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { CARD_EVENTS, type CardDecision, type CardDetails, type CardEvent } from '../../domain/card.ts';
import { alerts } from '../schema/alerts.ts';
import { cards } from '../schema/cards.ts';
import { signals } from '../schema/signals.ts';
import { symbols } from '../schema/symbols.ts';
import { msOf } from '../sql.ts';
import { SIGNAL_COLUMNS, toSignal } from './signal-rows.ts';

/**
 * A card with all that its message shows, a reminder with all of the card it reminds of; null when it does
 * not exist or its signals are gone. With `lock` nobody else decides about it before this transaction ends.
 */
export async function readDetails(
  db: NodePgDatabase,
  cardId: number,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<CardDetails | null> {
  // The card first: what is written meanwhile is then shown too early, never believed shown.
  const reading = selectCard(db, cardId);
  const [row] = await (lock ? reading.for('no key update', { of: cards }) : reading);
  if (row === undefined) return null;
  const { events, ...card } = row;
  const shownId = card.originalId ?? cardId;
  const rows = await readSignals(db, shownId);
  const levels = rows.flatMap(({ payload }) => (payload && 'levels' in payload ? payload.levels : []))[0];
  const found = rows.flatMap(({ payload: _, decisions: __, ...row }) => toSignal(row) ?? []);
  if (found.length === 0 || levels === undefined) return null;
  return { card, signals: found, levels, decisions: rows[0]?.decisions ?? [], events: inOrder(events) };
}

function selectCard(db: NodePgDatabase, cardId: number) {
  return db
    .select({
      id: cards.id,
      symbolId: cards.symbolId,
      ticker: symbols.ticker,
      timeframe: cards.timeframe,
      firedAt: cards.firedAt,
      side: cards.side,
      channelId: cards.channelId,
      kind: cards.kind,
      state: cards.state,
      attempts: cards.attempts,
      firstAttemptAt: cards.firstAttemptAt,
      sentAt: cards.sentAt,
      messageId: cards.messageId,
      suppressedReason: cards.suppressedReason,
      heldReason: cards.heldReason,
      gapPrice: cards.gapPrice,
      openedAt: cards.openedAt,
      mentioned: cards.mentioned,
      expiresAt: cards.expiresAt,
      expiredAt: cards.expiredAt,
      expiredBy: cards.expiredBy,
      horizonAt: cards.horizonAt,
      originalId: cards.originalId,
      revision: cards.revision,
      events: EVENTS,
    })
    .from(cards)
    .innerJoin(symbols, eq(symbols.id, cards.symbolId))
    .where(eq(cards.id, cardId));
}

/** Headline first: highest score, then detector id. Each row carries the decisions too: one way to the database less. */
async function readSignals(db: NodePgDatabase, cardId: number) {
  return db
    .select({ ...SIGNAL_COLUMNS, payload: alerts.payload, decisions: decisionsOf(cardId) })
    .from(alerts)
    .innerJoin(signals, and(eq(signals.id, alerts.signalId), eq(signals.firedAt, alerts.signalFiredAt)))
    .innerJoin(symbols, eq(symbols.id, signals.symbolId))
    .where(and(eq(alerts.cardId, cardId), eq(alerts.kind, 'signal')))
    .orderBy(sql`${signals.score} DESC NULLS LAST`, signals.detectorId, signals.id);
}

/** The latest decision of each person, oldest first. */
function decisionsOf(cardId: number) {
  return sql<readonly CardDecision[]>`(
    SELECT coalesce(jsonb_agg(decision ORDER BY at, who), '[]') FROM (
      SELECT DISTINCT ON (decided_by) decided_at AS at, decided_by AS who, jsonb_strip_nulls(jsonb_build_object(
        'userId', decided_by, 'action', action, 'decidedAt', ${msOf(sql`decided_at`)},
        'reasons', CASE WHEN reasons <> '[]' THEN reasons END
      )) AS decision
      FROM decisions WHERE card_id = ${cardId} AND decided_by IS NOT NULL
      ORDER BY decided_by, decided_at DESC, id DESC
    ) latest
  )`;
}

/** What happened to a card, or to the one that a reminder is about: each thing once, however many signals are on it. */
const EVENTS = sql<readonly CardEvent[]>`(
  SELECT coalesce(jsonb_agg(payload), '[]') FROM (
    SELECT DISTINCT ON (event) payload FROM alerts
    WHERE card_id = coalesce(${cards.originalId}, ${cards.id}) AND kind = 'update' ORDER BY event, alerts.id
  ) once
)`;

/** Oldest first; of one candle the nearer target first. */
function inOrder(events: readonly CardEvent[]): CardEvent[] {
  const rank = ({ kind }: CardEvent) => CARD_EVENTS.indexOf(kind);
  return events.toSorted((a, b) => a.at - b.at || rank(a) - rank(b));
}

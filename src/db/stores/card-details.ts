import { and, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { CARD_EVENTS, type CardDecision, type CardDetails, type CardEvent } from '../../domain/card.ts';
import { oncePerConnection } from '../prepared.ts';
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
  const [row] = await (lock ? lockCard : findCard)(db).execute({ cardId });
  if (row === undefined) return null;
  const { events, ...card } = row;
  const shownId = card.originalId ?? cardId;
  const rows = await findSignals(db).execute({ cardId: shownId });
  const levels = rows.flatMap(({ payload }) => (payload && 'levels' in payload ? payload.levels : []))[0];
  const found = rows.flatMap(({ payload: _, decisions: __, ...row }) => toSignal(row) ?? []);
  if (found.length === 0 || levels === undefined) return null;
  return { card, signals: found, levels, decisions: rows[0]?.decisions ?? [], events: inOrder(events) };
}

const CARD_ID = sql.placeholder('cardId');
const findCard = oncePerConnection((db) => selectCard(db).prepare('card'));
const lockCard = oncePerConnection((db) =>
  selectCard(db).for('no key update', { of: cards }).prepare('card_locked'),
);
const findSignals = oncePerConnection((db) => selectSignals(db).prepare('signals_of_card'));

function selectCard(db: NodePgDatabase) {
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
    .where(eq(cards.id, CARD_ID));
}

/** Headline first: highest score, then detector id. Each row carries the decisions too: one way to the database less. */
function selectSignals(db: NodePgDatabase) {
  return db
    .select({ ...SIGNAL_COLUMNS, payload: alerts.payload, decisions: DECISIONS })
    .from(alerts)
    .innerJoin(signals, and(eq(signals.id, alerts.signalId), eq(signals.firedAt, alerts.signalFiredAt)))
    .innerJoin(symbols, eq(symbols.id, signals.symbolId))
    .where(and(eq(alerts.cardId, CARD_ID), eq(alerts.kind, 'signal')))
    .orderBy(sql`${signals.score} DESC NULLS LAST`, signals.detectorId, signals.id);
}

/** The latest decision of each person, oldest first. */
const DECISIONS = sql<readonly CardDecision[]>`(
  SELECT coalesce(jsonb_agg(decision ORDER BY at, who), '[]') FROM (
    SELECT DISTINCT ON (decided_by) decided_at AS at, decided_by AS who, jsonb_strip_nulls(jsonb_build_object(
      'userId', decided_by, 'action', action, 'decidedAt', ${msOf(sql`decided_at`)},
      'reasons', CASE WHEN reasons <> '[]' THEN reasons END
    )) AS decision
    FROM decisions WHERE card_id = ${CARD_ID} AND decided_by IS NOT NULL
    ORDER BY decided_by, decided_at DESC, id DESC
  ) latest
)`;

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

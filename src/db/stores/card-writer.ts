import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { NewCard, Watch } from '../../app/ports.ts';
import { alerts } from '../schema/alerts.ts';
import { cards } from '../schema/cards.ts';
import type { InsertedSignal } from './signal-rows.ts';

/** What is watched, and where its cards go. */
type CardSeries = Pick<Watch, 'symbolId' | 'timeframe' | 'channelId'>;

/**
 * Puts new signals on cards: one card per candle, side and channel, one alert per signal. A signal that
 * comes when its card is there joins it; a sent card is then edited, a suppressed one may wake up.
 *
 * @returns how many cards were new.
 */
export async function writeCards(
  db: NodePgDatabase,
  watch: CardSeries,
  {
    added,
    cards: planned,
  }: { readonly added: readonly InsertedSignal[]; readonly cards: readonly NewCard[] },
): Promise<number> {
  let made = 0;
  for (const card of planned) {
    const mine = added.filter(({ side, firedAt }) => side === card.side && firedAt === card.firedAt);
    if (mine.length === 0) continue;
    const { id, isNew } = await upsertCard(db, watch, card);
    await db.insert(alerts).values(
      mine.map((signal) => ({
        signalId: signal.id,
        signalFiredAt: signal.firedAt,
        channel: 'discord',
        payload: { levels: card.levels },
        delivered: false,
        cardId: id,
      })),
    );
    if (isNew) made += 1;
  }
  return made;
}

async function upsertCard(
  db: NodePgDatabase,
  watch: CardSeries,
  card: NewCard,
): Promise<{ readonly id: number; readonly isNew: boolean }> {
  const [row] = await db
    .insert(cards)
    .values({
      symbolId: watch.symbolId,
      timeframe: watch.timeframe,
      firedAt: card.firedAt,
      side: card.side,
      channelId: watch.channelId,
      state: card.suppressedReason === null ? 'new' : 'suppressed',
      suppressedReason: card.suppressedReason,
      expiresAt: card.expiresAt,
      horizonAt: card.horizonAt,
    })
    .onConflictDoUpdate({
      target: [
        cards.symbolId,
        cards.timeframe,
        cards.firedAt,
        cards.side,
        cards.channelId,
        cards.kind,
        cards.dueAt,
      ],
      set: {
        revision: sql`cards.revision + 1`,
        state: sql`CASE WHEN cards.state = 'suppressed' THEN excluded.state ELSE cards.state END`,
        suppressedReason: sql`CASE WHEN excluded.state = 'new' THEN NULL ELSE cards.suppressed_reason END`,
      },
    })
    .returning({ id: cards.id, revision: cards.revision });
  if (row === undefined) throw new Error('the card was not written');
  return { id: row.id, isNew: row.revision === 0 };
}

import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { NewCard, Watch } from '../../app/ports.ts';
import { alerts } from '../schema/alerts.ts';
import { cards } from '../schema/cards.ts';
import type { InsertedSignal } from './signal-rows.ts';

/** What is watched, and where its cards go. */
export type CardSeries = Pick<Watch, 'symbolId' | 'timeframe' | 'channelId'>;

/** New signals of one series, and the cards planned for them. */
export interface CardGroup {
  readonly series: CardSeries;
  readonly added: readonly InsertedSignal[];
  readonly cards: readonly NewCard[];
}

/** Stays well under the 65,535 parameters of one statement. */
const ROWS_PER_INSERT = 1000;

/**
 * Puts new signals on cards: one card per candle, side and channel, one alert per signal. A signal that
 * comes when its card is there joins it; a sent card is then edited, a suppressed one may wake up.
 *
 * @returns how many cards of each group were new.
 */
export async function writeCards(db: NodePgDatabase, groups: readonly CardGroup[]): Promise<number[]> {
  const filled = groups.flatMap((group) =>
    group.cards.flatMap((card) => {
      const signals = group.added.filter(
        ({ side, firedAt }) => side === card.side && firedAt === card.firedAt,
      );
      return signals.length === 0 ? [] : [{ group, card, signals }];
    }),
  );
  const made = new Map<CardGroup, number>();
  for (let start = 0; start < filled.length; start += ROWS_PER_INSERT) {
    const share = filled.slice(start, start + ROWS_PER_INSERT);
    const rows = await upsertCards(
      db,
      share.map(({ group, card }) => toRow(group.series, card)),
    );
    const written = share.map((each) => ({ ...each, ...rowOf(rows, each.group.series, each.card) }));
    await insertAlerts(db, written);
    for (const { group, isNew } of written) made.set(group, (made.get(group) ?? 0) + (isNew ? 1 : 0));
  }
  return groups.map((group) => made.get(group) ?? 0);
}

function toRow({ symbolId, timeframe, channelId }: CardSeries, card: NewCard) {
  const { firedAt, side, suppressedReason, expiresAt, horizonAt } = card;
  const state = suppressedReason === null ? ('new' as const) : ('suppressed' as const);
  return { symbolId, timeframe, firedAt, side, channelId, state, suppressedReason, expiresAt, horizonAt };
}

/** @returns ids and revisions by what tells a card from the others. */
async function upsertCards(
  db: NodePgDatabase,
  rows: readonly ReturnType<typeof toRow>[],
): Promise<ReadonlyMap<string, { readonly id: number; readonly revision: number }>> {
  const written = await db
    .insert(cards)
    .values([...rows])
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
    .returning({
      id: cards.id,
      revision: cards.revision,
      symbolId: cards.symbolId,
      timeframe: cards.timeframe,
      firedAt: cards.firedAt,
      side: cards.side,
      channelId: cards.channelId,
    });
  return new Map(written.map((row) => [keyOf(row, row), row]));
}

function keyOf(series: CardSeries, { firedAt, side }: Pick<NewCard, 'firedAt' | 'side'>): string {
  return JSON.stringify([series.symbolId, series.timeframe, series.channelId, firedAt, side]);
}

function rowOf(
  rows: Awaited<ReturnType<typeof upsertCards>>,
  series: CardSeries,
  card: NewCard,
): { readonly cardId: number; readonly isNew: boolean } {
  const row = rows.get(keyOf(series, card));
  if (row === undefined) throw new Error('the card was not written');
  return { cardId: row.id, isNew: row.revision === 0 };
}

interface FilledCard {
  readonly cardId: number;
  readonly card: NewCard;
  readonly signals: readonly InsertedSignal[];
}

async function insertAlerts(db: NodePgDatabase, filled: readonly FilledCard[]): Promise<void> {
  if (filled.length === 0) return;
  await db.insert(alerts).values(
    filled.flatMap(({ cardId, card, signals }) =>
      signals.map((signal) => ({
        signalId: signal.id,
        signalFiredAt: signal.firedAt,
        channel: 'discord',
        payload: { levels: card.levels },
        delivered: false,
        cardId,
      })),
    ),
  );
}

import { sessionAt } from '../../domain/calendar.ts';
import { actionableFrom } from '../../domain/card-life.ts';
import { toMicro } from '../../domain/labels/micro-dollars.ts';
import type { NewOutboxMessage } from '../../domain/outbox.ts';
import type { HeldCard } from '../ports.ts';
import type { Services } from '../services.ts';

/** So long after the open a price is waited for; then a card comes back without its gap. */
const WAIT_MS = 7 * 60_000;

type Deps = Pick<Services, 'stores' | 'quotes' | 'log'>;

/**
 * At the open: gives every card of the last closing bell back to be placed, with the price it opened at, or
 * drops it with a line when that is already beyond its stop.
 * @returns how many no longer wait.
 */
export async function releaseHeldCards(deps: Deps, { now }: { readonly now: number }): Promise<number> {
  const due = (await deps.stores.placements.held()).filter((card) => actionableFrom(card.firedAt) <= now);
  if (due.length === 0) return 0;
  const prices = new Map<string, number | null>();
  for (const { ticker } of due)
    if (!prices.has(ticker)) prices.set(ticker, await readOpeningPrice(deps, due, { ticker, now }));

  const beyond: Opened[] = [];
  let released = 0;
  for (const card of due) {
    const price = prices.get(card.ticker) ?? null;
    if (price === null && now < actionableFrom(card.firedAt) + WAIT_MS) continue;
    if (price !== null && isBeyondStop(card, price)) beyond.push({ card, price });
    else if (await deps.stores.placements.release(card.cardId, price)) released += 1;
  }
  for (const [channelId, group] of Map.groupBy(beyond, ({ card }) => card.channelId)) {
    const ids = group.map(({ card }) => card.cardId);
    await deps.stores.placements.drop(ids, 'gap_beyond_stop', droppedLine(channelId, group));
  }
  deps.log.info({ released, dropped: beyond.length }, 'held cards returned');
  return released + beyond.length;
}

interface Opened {
  readonly card: HeldCard;
  readonly price: number;
}

/** The open of the session's first stored candle of any held timeframe; before there is one, the quote. */
async function readOpeningPrice(
  { stores, quotes }: Deps,
  held: readonly HeldCard[],
  { ticker, now }: { readonly ticker: string; readonly now: number },
): Promise<number | null> {
  const open = sessionAt(now)?.open;
  if (open === undefined) return null;
  for (const timeframe of new Set(held.flatMap((card) => (card.ticker === ticker ? card.timeframe : [])))) {
    const [first] = await stores.candles.read({ ticker, timeframe }, { from: open, to: open });
    if (first !== undefined) return first.open;
  }
  const quote = await quotes.quote(ticker);
  return quote === null ? null : Math.round(((quote.bid + quote.ask) / 2) * 1e6) / 1e6;
}

/** Equality is a touch. */
function isBeyondStop({ side, levels }: HeldCard, price: number): boolean {
  const [opened, stop] = [toMicro(price), toMicro(levels.stop)];
  return side === 'long' ? opened <= stop : opened >= stop;
}

function droppedLine(channelId: string, group: readonly Opened[]): NewOutboxMessage {
  const cards = group.map(({ card, price }) => ({
    cardId: card.cardId,
    ticker: card.ticker,
    timeframe: card.timeframe,
    side: card.side,
    price: card.price,
    stop: card.levels.stop,
    openedAt: price,
  }));
  const key = `dropped:${Math.min(...cards.map(({ cardId }) => cardId))}`;
  return { key, channelId, cardId: null, content: { kind: 'dropped', cards } };
}

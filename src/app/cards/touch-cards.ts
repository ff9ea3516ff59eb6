import type { CardEvent } from '../../domain/card.ts';
import { isOver } from '../../domain/card-life.ts';
import { endWithout, findEvents } from '../../domain/touches.ts';
import type { FollowedCard } from '../ports.ts';
import type { Services } from '../services.ts';

/**
 * Looks at every shown card for which candles came, from its first candle on, and writes which levels were
 * touched. Each event is written once however often this runs; the reply that tells of it is written with it.
 * @returns how many cards something happened to.
 */
export async function touchCards(
  { stores, log }: Pick<Services, 'stores' | 'log'>,
  { now }: { readonly now: number },
): Promise<number> {
  let touched = 0;
  for (const card of await stores.cardLife.followed(now)) {
    const events = eventsOf(card, now);
    const isClosed = isOver(events) || now >= card.horizonAt + GIVE_UP_MS;
    const added = await stores.cardLife.record(card.id, {
      events,
      followedTo: card.candles.at(-1)?.ts ?? null,
      closedAt: isClosed ? (events.at(-1)?.at ?? now) : null,
    });
    if (added.length === 0) continue;
    touched += 1;
    log.info({ cardId: card.id, events: added.map(({ kind }) => kind) }, 'card touched');
  }
  return touched;
}

/** The last candle of a horizon that did not come by then never traded. */
const GIVE_UP_MS = 15 * 60_000;

function eventsOf(card: FollowedCard, now: number): readonly CardEvent[] {
  const events = findEvents(card);
  if (isOver(events) || now < card.horizonAt + GIVE_UP_MS) return events;
  const end = endWithout(card);
  return end === null ? events : [...events, end];
}

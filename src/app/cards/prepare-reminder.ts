import type { Card } from '../../domain/card.ts';
import type { Reminder } from '../ports.ts';
import type { Services } from '../services.ts';
import { readPriceNow } from './price-now.ts';

/** What a due reminder shows; null when nobody waits for it any more, or its card is gone. */
export async function prepareReminder(
  deps: Pick<Services, 'stores' | 'quotes'>,
  card: Card,
  now: number,
): Promise<Reminder | null> {
  const original = card.originalId === null ? null : await deps.stores.cards.details(card.originalId);
  const mention = await deps.stores.snoozes.waiting(card.id);
  if (original === null || mention.length === 0) return null;
  return { card, original, mention, price: await readPriceNow(deps, card, now) };
}

import { placeCards } from '../../domain/place-cards.ts';
import type { PlaceRequest } from '../ports.ts';
import type { Services } from '../services.ts';

/**
 * Decides who sees the cards that scans have made: which are posted, which wait for the open, which share a
 * list, and which nobody is shown. It chooses cards only; their signals are labelled like all others.
 * @returns how many were decided about.
 */
export async function placeNewCards(
  { stores, log }: Pick<Services, 'stores' | 'log'>,
  request: PlaceRequest,
): Promise<number> {
  return stores.placements.place(request, (cards, scene) => {
    const placed = placeCards(cards, { ...scene, now: request.now });
    for (const each of placed) log.info(each, 'card placed');
    return placed;
  });
}

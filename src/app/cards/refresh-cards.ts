import type { Services } from '../services.ts';

const BATCH = 50;

/**
 * Edits every sent card that shows less than its rows say: a signal came after it was sent, or the edit
 * after a decision was lost. One card that cannot be edited stops only itself.
 */
export async function refreshCards(deps: Pick<Services, 'stores' | 'messenger' | 'log'>): Promise<number> {
  const outdated = await deps.stores.cards.outdated(BATCH);
  let edited = 0;
  for (const details of outdated) {
    try {
      await deps.messenger.editCard(details);
      await deps.stores.cards.markShown(details);
      edited += 1;
    } catch (error) {
      deps.log.error({ error, cardId: details.card.id }, 'card not edited');
    }
  }
  return edited;
}

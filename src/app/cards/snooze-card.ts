import { decide, noSuchCard } from '../decisions/decide.ts';
import type { DecisionResult } from '../ports.ts';
import type { Services } from '../services.ts';

/** A snoozed card comes back so much later, unless the person chooses otherwise. */
const DEFAULT_MS = 30 * 60_000;

export interface SnoozeInput {
  readonly cardId: number;
  readonly userId: string;
  readonly interactionId: string;
  readonly now: number;
}

/** `wasAway`: the same person had snoozed it already and it is still to come back; nothing was changed. */
type SnoozeResult =
  | (DecisionResult & { readonly wasAway: false; readonly dueAt: number })
  | (Extract<DecisionResult, { outcome: 'repeated' }> & { readonly wasAway: true; readonly dueAt: number });

/**
 * Notes that a person wants to look at a card later, and brings it back to them in half an hour. A second
 * click while it is still away changes nothing; after it came back it goes away again.
 *
 * @throws OraError `not_found` when there is no such card.
 */
export async function snoozeCard(
  services: Pick<Services, 'stores' | 'log'>,
  { cardId, userId, interactionId, now }: SnoozeInput,
): Promise<SnoozeResult> {
  const result = await decide(services, { cardId, userId, interactionId, action: 'snooze', decidedAt: now });
  if (result.outcome === 'repeated') {
    const away = await services.stores.snoozes.dueAt(cardId, userId);
    if (away !== null) return { ...result, wasAway: true, dueAt: away };
  }
  const dueAt = await moveSnooze(services, { cardId, userId, dueAt: now + DEFAULT_MS, now });
  return { ...result, wasAway: false, dueAt };
}

/**
 * Chooses when a card comes back to a person. @returns that moment, which people who chose nearly the same share.
 *
 * @throws OraError `not_found` when there is no such card.
 */
export async function moveSnooze(
  { stores, log }: Pick<Services, 'stores' | 'log'>,
  wish: { readonly cardId: number; readonly userId: string; readonly dueAt: number; readonly now: number },
): Promise<number> {
  const dueAt = await stores.snoozes.set(wish);
  if (dueAt === null) throw noSuchCard();
  log.info({ ...wish, dueAt }, 'snoozed');
  return dueAt;
}

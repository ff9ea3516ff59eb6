import type { IgnoreReason } from '../../domain/entry.ts';
import { OraError } from '../../domain/errors.ts';
import type { DecisionResult } from '../ports.ts';
import type { Services } from '../services.ts';
import { decide, noSuchCard } from './decide.ts';

/**
 * Adds why a person ignored a card: a row of its own, which keeps the latency and price of the click.
 *
 * @throws OraError `not_found` when there is no such card, `conflict` when this person did not ignore it.
 */
export async function giveReason(
  services: Pick<Services, 'stores' | 'log'>,
  input: {
    readonly cardId: number;
    readonly userId: string;
    readonly interactionId: string;
    readonly reason: IgnoreReason;
    readonly now: number;
  },
): Promise<DecisionResult> {
  const { cardId, userId, interactionId, reason, now } = input;
  const details = await services.stores.cards.details(cardId);
  if (details === null) throw noSuchCard();
  const mine = details.decisions.find((decision) => decision.userId === userId);
  if (mine?.action !== 'ignore') {
    throw new OraError('conflict', 'These are reasons to ignore the card, and you did not ignore it.');
  }
  return decide(services, {
    cardId,
    userId,
    interactionId,
    action: 'ignore',
    reasons: [reason],
    decidedAt: now,
  });
}

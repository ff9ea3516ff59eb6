import { OraError } from '../../domain/errors.ts';
import type { DecisionResult, NewDecision } from '../ports.ts';
import type { Services } from '../services.ts';

/**
 * Writes what a person decided about a card: one row per signal of the card, append-only. The same
 * person deciding the same again writes nothing; a changed mind is a new row.
 *
 * @throws OraError `not_found` when there is no such card.
 */
export async function decide(
  services: Pick<Services, 'stores' | 'log'>,
  decision: NewDecision,
): Promise<DecisionResult> {
  const result = await services.stores.decisions.record(decision);
  if (result === null) throw noSuchCard();
  services.log.info({ ...decision, outcome: result.outcome }, 'decision');
  return result;
}

/** The answer to a button whose card is not in this database. */
export function noSuchCard(): OraError {
  return new OraError('not_found', 'This card no longer exists, so nothing was written. Use a newer card.');
}

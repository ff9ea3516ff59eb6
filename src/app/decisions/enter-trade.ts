import { type Entry, type EntryText, parseEntry } from '../../domain/entry.ts';
import { type DailyLoss, riskOf } from '../../domain/risk.ts';
import type { DecisionResult } from '../ports.ts';
import type { Services } from '../services.ts';
import { noSuchCard } from './decide.ts';
import { readDayLoss } from './read-day-loss.ts';

export interface EnterTradeInput extends EntryText {
  readonly cardId: number;
  readonly userId: string;
  readonly interactionId: string;
  readonly now: number;
}

/** What was entered, and what is to be said about it. */
export interface EnteredTrade {
  readonly result: DecisionResult;
  /** Null when nothing was written and no order is known. */
  readonly orderId: number | null;
  readonly entry: Entry;
  /** The person's day beyond its limit, should this trade be stopped too. It never blocks. */
  readonly dayLoss: DailyLoss | null;
}

/**
 * Records an entry from a card: the decision on each of its signals and one order on the headline signal;
 * with its ENTRY execution, or as a working order without one. Together or not at all.
 *
 * @throws OraError `bad_input` when the form's texts are no entry, `not_found` when there is no such card.
 */
export async function enterTrade(
  services: Pick<Services, 'stores' | 'log'>,
  input: EnterTradeInput,
): Promise<EnteredTrade> {
  const { stores } = services;
  const { cardId, userId, interactionId, now } = input;
  const details = await stores.cards.details(cardId);
  if (details === null) throw noSuchCard();
  const entry = parseEntry(input, details.card.side);
  const dayLoss = await readDayLoss(services, {
    settings: await stores.risk.of(userId),
    plannedRiskUsd: riskOf(entry),
    now,
  });
  const written = await stores.decisions.enter(
    { cardId, userId, interactionId, action: 'enter', decidedAt: now },
    entry,
  );
  if (written === null) throw noSuchCard();
  const { orderId, ...result } = written;
  services.log.info(
    { cardId, userId, interactionId, orderId, kind: entry.kind, outcome: result.outcome },
    'entry',
  );
  return { result, orderId, entry, dayLoss };
}

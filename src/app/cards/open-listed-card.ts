import { OraError } from '../../domain/errors.ts';
import type { OutboxContent, OutboxMessage } from '../../domain/outbox.ts';
import type { Services } from '../services.ts';
import { deliverCards } from './deliver-cards.ts';
import type { DeliverInput } from './delivery.ts';

type List = Extract<OutboxContent, { readonly kind: 'list' }>;

/** A line that has become a card, and where it is. */
export interface OpenedCard {
  readonly cardId: number;
  readonly channelId: string;
  readonly messageId: string;
}

export interface OpenListedInput extends DeliverInput {
  /** The list's message. */
  readonly listId: number;
  readonly cardId: number;
  readonly userId: string;
}

/**
 * Makes a card of its own out of one line of a list, and posts it at once. Opening it again does nothing.
 *
 * @throws OraError `not_found` when there is no such list, or the card is not on it.
 */
export async function openListedCard(
  services: Services,
  { listId, cardId, userId, ...input }: OpenListedInput,
): Promise<{ readonly list: List; readonly opened: readonly OpenedCard[] }> {
  const list = listIn(await services.stores.outbox.find(listId));
  if (!list.cards.some((line) => line.cardId === cardId)) throw noSuchLine();
  await services.stores.placements.open(cardId, { by: userId, at: input.clock() });
  await deliverCards(services, input);
  const opened: OpenedCard[] = [];
  for (const line of list.cards) {
    const details = await services.stores.cards.details(line.cardId);
    const { channelId = '', messageId = null } = details?.card ?? {};
    if (messageId !== null) opened.push({ cardId: line.cardId, channelId, messageId });
  }
  return { list, opened };
}

function listIn(message: OutboxMessage | null): List {
  if (message?.content.kind !== 'list') throw noSuchLine();
  return message.content;
}

function noSuchLine(): OraError {
  return new OraError('not_found', 'This card is not on that list any more. Use `/signals` to find it.');
}

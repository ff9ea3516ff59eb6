import type { Decimal } from 'decimal.js';
import { OraError } from '../../domain/errors.ts';
import { type Fill, parseTrade } from '../../domain/journal.ts';
import type { WorkingOrder } from '../ports.ts';
import type { Services } from '../services.ts';

/** What a person says about the fill of an order that worked. */
export interface FillOrderInput {
  readonly orderId: number;
  readonly userId: string;
  readonly interactionId: string;
  readonly qty: string;
  readonly price: string;
  readonly fee: string;
  readonly now: number;
}

/** A fill of a working order. */
export interface FilledOrder {
  /** As it was before. */
  readonly order: WorkingOrder;
  readonly outcome: 'written' | 'repeated';
  readonly fill: Omit<Fill, 'stopPrice'>;
  /** Shares that still wait. */
  readonly left: Decimal;
}

/**
 * The order of this person that still works.
 *
 * @throws OraError `not_found` when it is filled, cancelled or somebody else's.
 */
export async function findWorkingOrder(
  { stores }: Pick<Services, 'stores'>,
  { userId, orderId }: { readonly userId: string; readonly orderId: number },
): Promise<WorkingOrder> {
  const order = await stores.workingOrders.find(userId, orderId);
  if (order === null) throw gone(orderId);
  return order;
}

/**
 * Journals that a working order was filled, all of it or a part; with the last share it no longer works.
 *
 * @throws OraError `bad_input` for texts that are no fill or too many shares, `not_found` as `findWorkingOrder`.
 */
export async function fillOrder(
  services: Pick<Services, 'stores' | 'log'>,
  input: FillOrderInput,
): Promise<FilledOrder> {
  const { orderId, userId, interactionId, now } = input;
  const order = await findWorkingOrder(services, input);
  const fill = parseTrade(input);
  const outcome = await services.stores.workingOrders.fill({
    orderId,
    traderId: userId,
    interactionId,
    ...fill,
    filledAt: now,
  });
  if (outcome === 'gone') throw gone(orderId);
  if (outcome === 'too_many') {
    throw new OraError(
      'bad_input',
      `Only ${order.qtyOpen} shares of this order are still waiting, not ${fill.qty}. Journal the rest with /journal.`,
    );
  }
  services.log.info({ orderId, userId, interactionId, outcome }, 'order filled');
  return { order, outcome, fill, left: order.qtyOpen.minus(fill.qty) };
}

/**
 * Ends what still waits of an order. Its card keeps the decision; entering again is then a new order.
 *
 * @throws OraError `not_found` as `findWorkingOrder`.
 */
export async function cancelOrder(
  services: Pick<Services, 'stores' | 'log'>,
  input: { readonly orderId: number; readonly userId: string; readonly now: number },
): Promise<WorkingOrder> {
  const { orderId, userId, now } = input;
  const order = await findWorkingOrder(services, input);
  const isCancelled = await services.stores.workingOrders.cancel({ traderId: userId, orderId, at: now });
  if (!isCancelled) throw gone(orderId);
  services.log.info({ orderId, userId }, 'order cancelled');
  return order;
}

function gone(orderId: number): OraError {
  return new OraError(
    'not_found',
    `You have no working order ${orderId}: it is filled or cancelled. See yours with /orders.`,
  );
}

import type { Decimal } from 'decimal.js';
import { OraError } from '../../domain/errors.ts';
import { parseStop } from '../../domain/journal.ts';
import type { Position } from '../../domain/ledger/position.ts';
import type { Services } from '../services.ts';
import type { Asking } from './journal-form.ts';
import { openPositionForm } from './position-forms.ts';

export interface MovedStop {
  readonly ticker: string;
  readonly position: Position;
  readonly from: Decimal | null;
  readonly to: Decimal;
}

/**
 * Moves the stop of an open position. R stays with the initial stop: a stop that follows the price
 * must not make a loss look smaller.
 *
 * @throws OraError `not_found`, `conflict` for a closed position, `bad_input` for a price that is none
 * or that the market has already passed.
 */
export async function moveStop(
  services: Pick<Services, 'stores' | 'log'>,
  input: Asking & { readonly positionId: number; readonly stop: string },
): Promise<MovedStop> {
  const { traderId, interactionId, now, positionId } = input;
  const {
    ticker,
    position,
    stop: from,
    last,
  } = await openPositionForm(services, { traderId, positionId, now });
  const to = parseStop(input.stop);
  const close = last?.candle.close;
  if (close !== undefined && !(position.side === 'long' ? to.lessThan(close) : to.greaterThan(close))) {
    const where = position.side === 'long' ? 'below' : 'above';
    throw new OraError(
      'bad_input',
      `The stop ${to} must be ${where} the last price ${close} for a ${position.side}. Correct it, or exit.`,
    );
  }
  const ref = { traderId, ticker, positionId };
  const outcome = await services.stores.journal.moveStop(ref, { stop: to, interactionId, now });
  if (outcome === 'moved') {
    await services.stores.audit.write({
      at: now,
      actor: traderId,
      action: 'journal.stop',
      target: ticker,
      details: { positionId, from: from?.toFixed() ?? null, to: to.toFixed() },
    });
  }
  services.log.info({ ...ref, interactionId, outcome }, 'stop moved');
  return { ticker, position, from, to };
}

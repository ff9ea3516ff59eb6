import type { Decimal } from 'decimal.js';
import { OraError } from '../../domain/errors.ts';
import { keepBook } from '../../domain/ledger/keep-book.ts';
import { halfOf, plain } from '../../domain/ledger/plan-fill.ts';
import type { Position } from '../../domain/ledger/position.ts';
import type { Services } from '../services.ts';
import { findLastPrice, freshPrice, type PricedCandle } from './position-price.ts';
import { noSuchPosition } from './position-show.ts';

/** What a form about an open position shows before it is filled in. */
export interface PositionForm {
  readonly ticker: string;
  readonly position: Position;
  readonly stop: Decimal | null;
  readonly last: PricedCandle | null;
  /** Text to fill in; null when the newest price is older than a minute. */
  readonly suggestedPrice: string | null;
  readonly half: string;
  readonly all: string;
}

/**
 * Reads only what is stored: a form must open at once.
 *
 * @throws OraError `not_found`, `conflict` when the position is closed.
 */
export async function openPositionForm(
  services: Pick<Services, 'stores'>,
  input: { readonly traderId: string; readonly positionId: number; readonly now: number },
): Promise<PositionForm> {
  const { traderId, positionId, now } = input;
  const ref = await services.stores.journal.position(traderId, positionId);
  if (ref === null) throw noSuchPosition(positionId);
  const form = await openTickerForm(services, { traderId, ticker: ref.ticker, now });
  if (form?.position.id !== positionId) {
    throw new OraError(
      'conflict',
      `Your position in ${ref.ticker} is closed. /positions shows what is open.`,
    );
  }
  return form;
}

/** The same for whatever is open in a ticker; null when nothing is. */
export async function openTickerForm(
  services: Pick<Services, 'stores'>,
  { traderId, ticker, now }: { readonly traderId: string; readonly ticker: string; readonly now: number },
): Promise<PositionForm | null> {
  const { journal } = services.stores;
  const [kept, last] = await Promise.all([
    journal.fills({ traderId, ticker }),
    findLastPrice(services, ticker, now),
  ]);
  const { open } = keepBook(kept.filter(({ voidedAt }) => voidedAt === null));
  if (open === null) return null;
  const moved = await journal.movedStops([open.id]);
  return {
    ticker,
    position: open,
    stop: moved.get(open.id) ?? open.initialStop,
    last,
    suggestedPrice: freshPrice(last, now),
    half: plain(halfOf(open.qtyOpen)),
    all: plain(open.qtyOpen),
  };
}

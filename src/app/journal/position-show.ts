import { OraError } from '../../domain/errors.ts';
import { exact } from '../../domain/ledger/exact.ts';
import { keepBook } from '../../domain/ledger/keep-book.ts';
import { markPosition } from '../../domain/ledger/mark-position.ts';
import type { Services } from '../services.ts';
import type { StoredFill } from './journal-ports.ts';
import { type PositionExcursion, readExcursion } from './position-excursion.ts';
import type { OpenPosition } from './position-list.ts';
import { findLastPrice } from './position-price.ts';

/** All that is known of one position, open or closed. */
export interface ShownPosition extends OpenPosition, PositionExcursion {
  /** Its executions that count, oldest first. */
  readonly fills: readonly StoredFill[];
}

/**
 * One position of a trader with its fills and how far it went.
 *
 * @throws OraError `not_found` when there is none, or it is another trader's.
 */
export async function showPosition(
  services: Pick<Services, 'stores'>,
  input: { readonly traderId: string; readonly positionId: number; readonly now: number },
): Promise<ShownPosition> {
  const { traderId, positionId, now } = input;
  const { journal } = services.stores;
  await journal.refresh();
  const ref = await journal.position(traderId, positionId);
  if (ref === null) throw noSuchPosition(positionId);
  const { ticker } = ref;
  const kept = await journal.fills({ traderId, ticker });
  const live = kept.filter(({ voidedAt }) => voidedAt === null);
  const position = keepBook(live).positions.find(({ id }) => id === positionId);
  if (position === undefined) throw noSuchPosition(positionId);
  const ids = new Set([...position.entries, ...position.exits].map(({ fillId }) => fillId));
  const last = await findLastPrice(services, ticker, now);
  const stop = (await journal.movedStops([positionId])).get(positionId) ?? position.initialStop;
  const isOpen = position.closedAt === null;
  return {
    ticker,
    position,
    last,
    stop,
    mark: last === null || !isOpen ? null : markPosition(position, exact(last.candle.close), stop),
    fills: live.filter(({ id }) => ids.has(id)),
    ...(await readExcursion(services, { ticker, position, now, pricedThrough: last?.closedAt ?? null })),
  };
}

/** The answer to a button or option whose position is not there, or not this person's. */
export function noSuchPosition(positionId: number): OraError {
  return new OraError(
    'not_found',
    `You have no position ${positionId}: its first fill may have been undone. See /positions and /journal list.`,
  );
}

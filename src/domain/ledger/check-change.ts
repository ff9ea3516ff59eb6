import { OraError } from '../errors.ts';
import type { LedgerFill } from './fill.ts';
import { keepBook } from './keep-book.ts';
import { plain } from './plan-fill.ts';
import type { Book } from './position.ts';

/**
 * The book after a change of its fills, refused when an exit that had something to close would have
 * nothing left: a fill in the past is mended together with what was built on it, last one first.
 *
 * @throws OraError `conflict` that names the exit.
 */
export function checkChange(
  ticker: string,
  before: readonly LedgerFill[],
  after: readonly LedgerFill[],
): Book {
  const changed = keepBook(after);
  const known = new Map(keepBook(before).orphans.map(({ fillId, qty }) => [fillId, qty]));
  const worse = changed.orphans.find(({ fillId, qty }) => qty.greaterThan(known.get(fillId) ?? 0));
  if (worse === undefined) return changed;
  if (!before.some(({ id }) => id === worse.fillId)) {
    throw new OraError(
      'conflict',
      `${plain(worse.qty)} ${ticker} of it would close nothing: less was open at that time. Check the quantity and the time.`,
    );
  }
  throw new OraError(
    'conflict',
    `Then ${plain(worse.qty)} ${ticker} of the later ${worse.side} (fill ${worse.fillId}) would close nothing. Undo or correct fill ${worse.fillId} first.`,
  );
}

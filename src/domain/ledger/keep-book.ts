import type { Decimal } from 'decimal.js';
import { exact } from './exact.ts';
import { inOrder, isEntry, type LedgerFill, positionSideOf, splitFill } from './fill.ts';
import type { Book, Orphan, Position } from './position.ts';
import { openRoundTrip, type RoundTrip } from './round-trip.ts';

/**
 * Derives positions from fills of one trader in one ticker, whatever order they are given in. An entry
 * against the open position closes it first and opens the other side with the rest (a flip). An exit
 * closes at most what is open; the rest is an orphan, never a position nobody opened.
 */
export function keepBook(fills: readonly LedgerFill[]): Book {
  const positions: Position[] = [];
  const orphans: Orphan[] = [];
  let trip: RoundTrip | null = null;

  /** Closes as much as is open. @returns what is left of the fill, null when nothing is. */
  function close(fill: LedgerFill): LedgerFill | null {
    if (trip === null) return fill;
    const [closing, rest] = cutAt(fill, trip.qtyOpen());
    trip.exit(closing);
    if (trip.qtyOpen().isZero()) {
      positions.push(trip.position());
      trip = null;
    }
    return rest;
  }

  function take(fill: LedgerFill): void {
    const isSameSide = trip?.side === positionSideOf(fill.side);
    if (!isEntry(fill.side)) {
      const rest = isSameSide ? close(fill) : fill;
      if (rest !== null)
        orphans.push({ fillId: rest.id, at: rest.at, side: rest.side, qty: exact(rest.qty) });
      return;
    }
    if (trip !== null && isSameSide) {
      trip.enter(fill);
      return;
    }
    const rest = close(fill);
    if (rest !== null) trip = openRoundTrip(rest);
  }

  for (const fill of inOrder(fills)) take(fill);
  const open = (trip as RoundTrip | null)?.position() ?? null;
  return { positions: open === null ? positions : [...positions, open], open, orphans };
}

/** The part of a fill that fits, and what does not: null when all of it does. */
function cutAt(fill: LedgerFill, most: Decimal): readonly [LedgerFill, LedgerFill | null] {
  return fill.qty.lessThanOrEqualTo(most) ? [fill, null] : splitFill(fill, most);
}

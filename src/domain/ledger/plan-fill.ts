import type { Decimal } from 'decimal.js';
import { OraError } from '../errors.ts';
import type { Side } from '../signal.ts';
import { exact } from './exact.ts';
import { entrySide, exitSide, type FillTag, type OrderSide, splitFill } from './fill.ts';
import type { Position } from './position.ts';

/** A fill before it is written. */
export interface FillPart {
  readonly side: OrderSide;
  readonly qty: Decimal;
  readonly price: Decimal;
  readonly feeUsd: Decimal;
  readonly tag: FillTag;
  /** Initial stop of an entry; null for an exit. */
  readonly stopPrice: Decimal | null;
}

type Asked = Pick<FillPart, 'qty' | 'price' | 'feeUsd'>;
/** What is open in the ticker at the time of the fill. */
type Open = Pick<Position, 'side' | 'qtyOpen'> | null;

/**
 * What an entry really does: opens or adds on its own side; against an open position it closes that
 * first, and opens the other side with what is left. One part, or two in this order.
 */
export function planEntry(
  open: Open,
  side: Side,
  asked: Asked & { readonly stopPrice: Decimal | null },
): FillPart[] {
  const entry = { ...asked, side: entrySide(side), tag: 'ENTRY' as const };
  if (open === null || open.side === side) return [entry];
  const closing = { side: exitSide(open.side), tag: 'EXIT' as const, stopPrice: null };
  if (asked.qty.lessThanOrEqualTo(open.qtyOpen)) return [{ ...asked, ...closing }];
  const [first, rest] = splitFill(entry, open.qtyOpen);
  return [{ ...first, ...closing }, rest];
}

/**
 * An exit of at most what is open.
 *
 * @throws OraError `conflict` when nothing is open, or less than asked.
 */
export function planExit(ticker: string, open: Open, asked: Asked & { readonly tag: FillTag }): FillPart {
  if (open === null) {
    throw new OraError(
      'conflict',
      `You have no open position in ${ticker}, so there is nothing to exit. Journal the entry first with /journal enter.`,
    );
  }
  if (asked.qty.greaterThan(open.qtyOpen)) {
    const other = open.side === 'long' ? 'short' : 'long';
    throw new OraError(
      'conflict',
      `You have ${plain(open.qtyOpen)} ${ticker} open, so ${plain(asked.qty)} cannot be closed. Exit ${plain(open.qtyOpen)} or less; to turn around, use /journal enter with the side ${other}.`,
    );
  }
  return { ...asked, side: exitSide(open.side), stopPrice: null };
}

/** Half of what is open, in whole shares where it was opened in whole shares; at least something. */
export function halfOf(qtyOpen: Decimal): Decimal {
  const half = exact(qtyOpen).dividedBy(2);
  const whole = qtyOpen.isInteger() ? half.floor() : half.toDecimalPlaces(6);
  return whole.isZero() ? qtyOpen : whole;
}

/** `1200` or `0.5`: no exponent, no trailing zeros. */
export function plain(value: Decimal): string {
  return exact(value).toFixed();
}

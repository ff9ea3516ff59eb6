import type { Decimal } from 'decimal.js';
import type { Side } from '../signal.ts';
import { exact, prorate } from './exact.ts';

/** What an order does: buy and short open or add; sell and cover only ever close. */
export const ORDER_SIDES = ['buy', 'sell', 'short', 'cover'] as const;
export type OrderSide = (typeof ORDER_SIDES)[number];

/** Why a fill was made, in the trader's words. */
export const FILL_TAGS = ['ENTRY', 'TP1', 'TP2', 'TP3', 'STOP', 'EXIT'] as const;
export type FillTag = (typeof FILL_TAGS)[number];
export const EXIT_TAGS = ['TP1', 'TP2', 'TP3', 'STOP', 'EXIT'] as const satisfies readonly FillTag[];

/** One execution that counts: not voided. The ledger's only source. */
export interface LedgerFill {
  /** Execution id. */
  readonly id: number;
  /** Id of the first execution it replaces, its own without one: keeps its place among fills of one moment. */
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly side: OrderSide;
  /** Shares, > 0. */
  readonly qty: Decimal;
  /** USD a share. */
  readonly price: Decimal;
  /** USD for the whole fill; negative is a rebate. */
  readonly feeUsd: Decimal;
  readonly tag: FillTag | null;
  /** Initial stop of an entry, frozen with its order, USD a share. */
  readonly stopPrice: Decimal | null;
  /** The signal that led to it. */
  readonly signalId: number | null;
}

/** The position an order of this side opens, adds to or closes. */
export function positionSideOf(side: OrderSide): Side {
  return side === 'buy' || side === 'sell' ? 'long' : 'short';
}

/** Whether an order of this side can open a position. */
export function isEntry(side: OrderSide): boolean {
  return side === 'buy' || side === 'short';
}

/** The order that opens, or closes, a position of this side. */
export function entrySide(side: Side): OrderSide {
  return side === 'long' ? 'buy' : 'short';
}
export function exitSide(side: Side): OrderSide {
  return side === 'long' ? 'sell' : 'cover';
}

/** In the order in which they happened. */
export function inOrder<Fill extends Pick<LedgerFill, 'at' | 'seq'>>(fills: readonly Fill[]): Fill[] {
  return fills.toSorted((a, b) => a.at - b.at || a.seq - b.seq);
}

/** Cuts a fill in two; the fee goes by quantity and nothing of it is lost. */
export function splitFill<Fill extends Pick<LedgerFill, 'qty' | 'feeUsd'>>(
  fill: Fill,
  firstQty: Decimal,
): readonly [Fill, Fill] {
  const firstFee = prorate(fill.feeUsd, firstQty, fill.qty);
  return [
    { ...fill, qty: firstQty, feeUsd: firstFee },
    { ...fill, qty: exact(fill.qty).minus(firstQty), feeUsd: exact(fill.feeUsd).minus(firstFee) },
  ];
}

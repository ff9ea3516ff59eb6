import { Decimal } from 'decimal.js';
import type { LedgerFill } from '../../src/domain/ledger/fill.ts';
import type { Position } from '../../src/domain/ledger/position.ts';
import { at } from './builders.ts';

type Numbers = 'qty' | 'price' | 'feeUsd' | 'stopPrice';
/** A fill with its decimals written as text. */
export type FillWords = Partial<Omit<LedgerFill, Numbers>> &
  Partial<Record<'qty' | 'price' | 'feeUsd', string>> & { readonly stopPrice?: string | null };

/** 10:00 New York on a Wednesday. */
export const FILLED_AT = at('2026-06-10T14:00:00Z');

/** 100 shares bought at 10 USD without fee or stop. */
export function aFill(words: FillWords = {}): LedgerFill {
  const { qty = '100', price = '10', feeUsd = '0', stopPrice = null, ...rest } = words;
  const id = rest.id ?? 1;
  return {
    id,
    seq: id,
    at: FILLED_AT,
    side: 'buy',
    tag: null,
    signalId: null,
    ...rest,
    qty: new Decimal(qty),
    price: new Decimal(price),
    feeUsd: new Decimal(feeUsd),
    stopPrice: stopPrice === null ? null : new Decimal(stopPrice),
  };
}

/** A position in plain text, to the last digit. */
export function inWords(position: Position) {
  const { side, closedAt, exits, costOpen, realised } = position;
  const text = (value: Decimal | null) => value?.toFixed() ?? null;
  return {
    side,
    qtyEntered: text(position.qtyEntered),
    qtyOpen: text(position.qtyOpen),
    averageEntry: text(position.averageEntry),
    costFifo: text(costOpen.fifo),
    costAverage: text(costOpen.average),
    realisedFifo: text(realised.fifo),
    realisedAverage: text(realised.average),
    fees: text(position.feesUsd),
    risk: text(position.riskUsd),
    r: text(position.r),
    closedAt: closedAt === null ? null : new Date(closedAt).toISOString().replace('.000Z', 'Z'),
    exits: exits.map(({ qty, pnl, r, date }) => ({
      qty: text(qty),
      fifo: text(pnl.fifo),
      average: text(pnl.average),
      r: text(r),
      date,
    })),
  };
}

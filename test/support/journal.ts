import { Decimal } from 'decimal.js';
import type { NewFillRow } from '../../src/app/journal/journal-ports.ts';
import type { Stores } from '../../src/app/ports.ts';
import { FILLED_AT } from './ledger.ts';

type Numbers = 'qty' | 'price' | 'feeUsd' | 'stopPrice';
export type RowWords = Partial<Omit<NewFillRow, Numbers>> & Partial<Record<Numbers, string>>;

/** 100 NVDA bought at 10 USD without fee or stop, to be written. */
export function aNewFill({
  qty = '100',
  price = '10',
  feeUsd = '0',
  stopPrice,
  ...rest
}: RowWords = {}): NewFillRow {
  return {
    ticker: 'NVDA',
    side: 'buy',
    at: FILLED_AT,
    tag: 'ENTRY',
    signalId: null,
    ...rest,
    qty: new Decimal(qty),
    price: new Decimal(price),
    feeUsd: new Decimal(feeUsd),
    stopPrice: stopPrice === undefined ? null : new Decimal(stopPrice),
  };
}

let interactions = 0;

/** Writes fills of one trader as one interaction would. @returns their ids. */
export async function writeFills(
  stores: Stores,
  traderId: string,
  ...rows: readonly NewFillRow[]
): Promise<number[]> {
  interactions += 1;
  const { fills } = await stores.journal.change(
    {
      traderId,
      tickers: rows.map(({ ticker }) => ticker),
      interactionId: `write-${interactions}`,
      now: FILLED_AT,
    },
    () => ({ add: rows, voids: [], audit: { action: 'test', target: 'test', details: {} } }),
  );
  return fills.map(({ id }) => id);
}

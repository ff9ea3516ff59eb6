import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FillTag, LedgerFill, OrderSide } from '../../src/domain/ledger/fill.ts';
import { at } from './builders.ts';
import { aFill, type inWords } from './ledger.ts';

/** A case of the journal as its JSON file tells it; the n-th fill has the id n. */
export interface JournalCase {
  readonly name: string;
  readonly fills: readonly CaseFill[];
  readonly positions: readonly ReturnType<typeof inWords>[];
  readonly orphans: readonly { readonly side: OrderSide; readonly qty: string }[];
}

export interface CaseFill {
  readonly at: string;
  readonly side: OrderSide;
  readonly qty: string;
  readonly price: string;
  readonly fee: string;
  readonly tag?: FillTag;
  readonly stop?: string;
  readonly voided?: boolean;
  readonly replaces?: number;
}

const folder = join(import.meta.dirname, '../fixtures/journal');

/** All cases under test/fixtures/journal. */
export function journalCases(): JournalCase[] {
  return readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as JournalCase,
  );
}

/** Those fills of a case that count, as the ledger takes them. */
export function fillsOf({ fills }: JournalCase): LedgerFill[] {
  return fills.flatMap((fill, index) => {
    if (fill.voided === true) return [];
    const { side, qty, price, fee, tag = null, stop = null, replaces } = fill;
    return [
      aFill({
        id: index + 1,
        seq: replaces ?? index + 1,
        at: at(fill.at),
        side,
        qty,
        price,
        feeUsd: fee,
        tag,
        stopPrice: stop,
      }),
    ];
  });
}

import type { Decimal } from 'decimal.js';
import type { Side } from '../signal.ts';
import { countingFills } from './counting-fills.ts';
import { exact, ZERO } from './exact.ts';
import { entrySide, inOrder, isEntry, type LedgerFill, positionSideOf, splitFill } from './fill.ts';
import type { ImportRow } from './import-row.ts';
import { type FillPart, plain, planEntry } from './plan-fill.ts';

/** A fill that is in the journal already. */
export interface KnownFill extends LedgerFill {
  readonly ticker: string;
  /** Row of a file that it came from; a split row's parts share it. */
  readonly importKey: string | null;
}

/** What is to be done with one row of a file. */
export type RowPlan = { readonly row: ImportRow } & (
  | {
      readonly outcome: 'new';
      readonly parts: readonly FillPart[];
      readonly importKey: string;
      /** It closes what is open and opens the other side with the rest. */
      readonly flips: boolean;
      /** Its stop lies on the side that cannot lose, and is left out. */
      readonly stopDropped: boolean;
    }
  | { readonly outcome: 'duplicate' }
  /** It closes nothing: opening the other side instead would be invented. */
  | { readonly outcome: 'orphan'; readonly reason: string }
);

/** What is open while fills go by in their order. */
interface Holding {
  readonly side: Side;
  readonly qty: Decimal;
}

/**
 * Plans the import of a file into what is journalled already: rows that are there are duplicates, as often
 * as they are there; an exit that is larger than what is open turns around; one that closes nothing is
 * left out. Rows may come in any order.
 */
export function planImport(rows: readonly ImportRow[], known: readonly KnownFill[]): RowPlan[] {
  const plans = new Map<ImportRow, RowPlan>();
  const counts = countKnown(known);
  const seen = new Map<string, number>();
  const fresh: ImportRow[] = [];
  const keys = new Map<ImportRow, string>();
  for (const row of rows) {
    const key = naturalKey(row);
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    if (index < (counts.get(key) ?? 0)) plans.set(row, { row, outcome: 'duplicate' });
    else {
      fresh.push(row);
      keys.set(row, `${key}#${index}`);
    }
  }
  for (const [ticker, own] of Map.groupBy(fresh, (row) => row.ticker)) {
    const there = known.filter((fill) => fill.ticker === ticker);
    for (const plan of planTicker(own, there, (row) => keys.get(row) ?? '')) plans.set(plan.row, plan);
  }
  return rows.flatMap((row) => plans.get(row) ?? []);
}

/** Goes through what is known and what is new in the order in which it happened. */
function planTicker(
  rows: readonly ImportRow[],
  known: readonly KnownFill[],
  keyOf: (row: ImportRow) => string,
): RowPlan[] {
  const events = inOrder([
    ...known.map((fill) => ({ at: fill.at, seq: fill.seq, fill, row: null })),
    ...rows.map((row, index) => ({
      at: row.at,
      seq: Number.MAX_SAFE_INTEGER - rows.length + index,
      fill: null,
      row,
    })),
  ]);
  const plans: RowPlan[] = [];
  let holding: Holding | null = null;
  for (const { fill, row } of events) {
    if (fill !== null) holding = afterFill(holding, fill);
    if (row === null) continue;
    const plan = planRow(row, holding, keyOf(row));
    plans.push(plan);
    if (plan.outcome !== 'new') continue;
    for (const part of plan.parts) holding = afterFill(holding, part);
  }
  return plans;
}

function planRow(row: ImportRow, holding: Holding | null, importKey: string): RowPlan {
  const open = holding === null ? null : { side: holding.side, qtyOpen: holding.qty };
  const { qty, price, feeUsd } = row;
  const side = positionSideOf(row.side);
  if (isEntry(row.side)) {
    const stopPrice = losingSide(row, side) ? row.stopPrice : null;
    const parts = planEntry(open, side, { qty, price, feeUsd, stopPrice }).map((part) => tagged(part, row));
    const stopDropped = row.stopPrice !== null && stopPrice === null;
    return { row, outcome: 'new', importKey, parts, stopDropped, flips: parts.length > 1 };
  }
  if (open?.side !== side) {
    const reason =
      open === null
        ? `no ${side} ${row.ticker} was open then`
        : `the open ${row.ticker} was ${open.side} then`;
    return { row, outcome: 'orphan', reason };
  }
  const exit: FillPart = { side: row.side, qty, price, feeUsd, tag: exitTag(row), stopPrice: null };
  if (qty.lessThanOrEqualTo(open.qtyOpen)) {
    return { row, outcome: 'new', importKey, parts: [exit], stopDropped: false, flips: false };
  }
  const [closing, rest] = splitFill(exit, open.qtyOpen);
  const opening: FillPart = { ...rest, side: entrySide(side === 'long' ? 'short' : 'long'), tag: 'ENTRY' };
  return { row, outcome: 'new', importKey, parts: [closing, opening], stopDropped: false, flips: true };
}

/** As the ledger takes a fill: an entry against what is open closes it first, an exit closes at most that. */
function afterFill(holding: Holding | null, { side, qty }: Pick<LedgerFill, 'side' | 'qty'>): Holding | null {
  const own = positionSideOf(side);
  if (holding === null) return isEntry(side) ? { side: own, qty: exact(qty) } : null;
  if (isEntry(side) && holding.side === own) return { ...holding, qty: holding.qty.plus(qty) };
  if (!isEntry(side) && holding.side !== own) return holding;
  const left = holding.qty.minus(qty);
  if (left.greaterThan(ZERO)) return { ...holding, qty: left };
  return isEntry(side) && left.isNegative() && !left.isZero() ? { side: own, qty: left.negated() } : null;
}

/** How often each row is journalled: as a file said it, and as an export of what it became would. */
function countKnown(known: readonly KnownFill[]): Map<string, number> {
  const rowOf = (importKey: string) => importKey.replace(/#\d+$/, '');
  const ofFiles = [...new Set(known.flatMap(({ importKey }) => importKey ?? []))].map(rowOf);
  const others = known.filter(
    (fill) => fill.importKey === null || rowOf(fill.importKey) !== naturalKey(fill),
  );
  // An export writes of an exit only what it closed.
  const whole = new Set(known);
  const cut = countingFills(known).filter((fill) => !whole.has(fill));
  const counts = new Map<string, number>();
  for (const key of [...ofFiles, ...[...others, ...cut].map(naturalKey)])
    counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** What makes two fills the same: brokers give no better sign in their files. */
function naturalKey({
  ticker,
  side,
  at,
  qty,
  price,
}: Omit<ImportRow, 'line' | 'feeUsd' | 'tag' | 'stopPrice'>): string {
  return [ticker, side, new Date(at).toISOString(), plain(qty), plain(price)].join(' ');
}

function losingSide({ stopPrice, price }: ImportRow, side: Side): boolean {
  if (stopPrice === null) return false;
  return side === 'long' ? stopPrice.lessThan(price) : stopPrice.greaterThan(price);
}

/** The tag that the file gives, on a part that it can mean. */
function tagged(part: FillPart, row: ImportRow): FillPart {
  return part.tag === 'ENTRY' ? part : { ...part, tag: exitTag(row) };
}

function exitTag({ tag }: ImportRow): FillPart['tag'] {
  return tag === null || tag === 'ENTRY' ? 'EXIT' : tag;
}

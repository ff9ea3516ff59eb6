import { OraError } from '../../domain/errors.ts';
import { checkChange } from '../../domain/ledger/check-change.ts';
import type { LedgerFill } from '../../domain/ledger/fill.ts';
import { keepBook } from '../../domain/ledger/keep-book.ts';
import { planEntry, planExit } from '../../domain/ledger/plan-fill.ts';
import type { Book, Position } from '../../domain/ledger/position.ts';
import type { Services } from '../services.ts';
import type { Asking, FillRequest } from './journal-form.ts';
import type { BookChange, NewFillRow, StoredFill } from './journal-ports.ts';

export interface WrittenFill {
  /** `repeated`: this form was sent before, and is written once. */
  readonly outcome: 'written' | 'repeated';
  readonly ticker: string;
  /** Two when a position was turned around. */
  readonly fills: readonly StoredFill[];
  /** The book with them. */
  readonly book: Book;
  /** Nothing is known of the ticker's prices, so that this one was not held against them. */
  readonly isUnpriced?: boolean;
}

/**
 * Writes a fill into its book, planned on what was open at its time.
 *
 * @throws OraError `conflict` when it would close more than was open, or take away what a later exit
 * closed; `not_found` when the fill to be corrected is not there.
 */
export async function writeFill(
  services: Pick<Services, 'stores' | 'log'>,
  request: FillRequest,
  asking: Asking,
): Promise<WrittenFill> {
  const { ticker, action } = request;
  const { outcome, fills, books } = await services.stores.journal.change(
    { ...asking, tickers: [ticker] },
    (all) => {
      const kept = all.get(ticker) ?? [];
      const live = kept.filter(({ voidedAt }) => voidedAt === null);
      const { add, voids } = planRequest(request, live);
      const gone = new Set(voids.map(({ id }) => id));
      checkChange(ticker, live, [...live.filter(({ id }) => !gone.has(id)), ...asLedgerFills(add, kept)]);
      return { add, voids, audit: { action: `journal.${action}`, target: ticker, details: {} } };
    },
  );
  services.log.info({ ...asking, ticker, action, outcome, ids: fills.map(({ id }) => id) }, 'journal');
  const book = books.get(ticker);
  if (book === undefined) throw new Error(`the book of ${ticker} was not derived`);
  return { outcome, ticker, fills, book };
}

function planRequest(request: FillRequest, live: readonly StoredFill[]): Omit<BookChange, 'audit'> {
  const { ticker, at } = request;
  if (request.action === 'edit') return planEdit(request, live);
  const open = openAt(live, at);
  const parts =
    request.action === 'enter' ? planEntry(open, request.side, request) : [planExit(ticker, open, request)];
  const signalId = open?.entries[0]?.signalId ?? null;
  const add = parts.map(({ side, qty, price, feeUsd, tag, stopPrice }) => {
    const part = { side, qty, price, feeUsd, tag, stopPrice };
    return { ...part, ticker, at, signalId: tag === 'ENTRY' ? null : signalId };
  });
  return { add, voids: [] };
}

function planEdit(
  {
    fillId: id,
    ticker,
    at,
    qty,
    price,
    feeUsd,
    tag,
    stopPrice,
  }: Extract<FillRequest, { readonly action: 'edit' }>,
  live: readonly StoredFill[],
): Omit<BookChange, 'audit'> {
  const old = live.find((fill) => fill.id === id);
  if (old === undefined) {
    throw new OraError(
      'not_found',
      `Fill ${id} is not in your journal any more, so it cannot be corrected. See /journal list.`,
    );
  }
  const { side, signalId, importKey } = old;
  return {
    add: [{ ticker, at, side, qty, price, feeUsd, tag, stopPrice, signalId, replacesId: id, importKey }],
    voids: [{ id, reason: 'corrected' }],
  };
}

/** What was open just after all that happened by a moment. */
function openAt(live: readonly StoredFill[], at: number): Position | null {
  return keepBook(live.filter((fill) => fill.at <= at)).open;
}

/** New rows as the ledger will see them, before they have ids. */
export function asLedgerFills(rows: readonly NewFillRow[], kept: readonly StoredFill[]): LedgerFill[] {
  const next = Math.max(0, ...kept.map(({ id }) => id)) + 1;
  return rows.map((row, index) => {
    const id = next + index;
    const seq = kept.find((fill) => fill.id === row.replacesId)?.seq ?? id;
    return { ...row, id, seq };
  });
}

import type { Decimal } from 'decimal.js';
import { exact } from '../../domain/ledger/exact.ts';
import { keepBook } from '../../domain/ledger/keep-book.ts';
import { type Mark, markPosition } from '../../domain/ledger/mark-position.ts';
import type { Orphan, Position } from '../../domain/ledger/position.ts';
import type { Services } from '../services.ts';
import type { StoredFill } from './journal-ports.ts';
import { findLastPrice, type PricedCandle } from './position-price.ts';

/** An open position as it stands. */
export interface OpenPosition {
  readonly ticker: string;
  readonly position: Position;
  /** Newest stored close; null when nothing is stored. */
  readonly last: PricedCandle | null;
  /** At that price; null without one. */
  readonly mark: Mark | null;
  /** Where the stop stands now: the initial one unless it was moved. */
  readonly stop: Decimal | null;
}

export interface OpenPositions {
  /** The one opened last first. */
  readonly positions: readonly OpenPosition[];
  /** Exits that close nothing, in books with something open. */
  readonly orphans: readonly (Orphan & { readonly ticker: string })[];
}

/** What a trader holds, valued at the newest stored price. Reads only what is stored. */
export async function listPositions(
  services: Pick<Services, 'stores'>,
  { traderId, now }: { readonly traderId: string; readonly now: number },
): Promise<OpenPositions> {
  const { journal } = services.stores;
  await journal.refresh();
  const books = booksOf(await journal.fills({ traderId, open: true }));
  const open = books.flatMap(({ ticker, book }) =>
    book.open === null ? [] : [{ ticker, position: book.open }],
  );
  const moved = await journal.movedStops(open.map(({ position }) => position.id));
  const positions = await Promise.all(
    open.map(async ({ ticker, position }) => {
      const last = await findLastPrice(services, ticker, now);
      const stop = moved.get(position.id) ?? position.initialStop;
      const mark = last === null ? null : markPosition(position, exact(last.candle.close), stop);
      return { ticker, position, last, stop, mark };
    }),
  );
  return {
    positions: positions.toSorted(
      (a, b) => b.position.openedAt - a.position.openedAt || b.position.id - a.position.id,
    ),
    orphans: books.flatMap(({ ticker, book }) => book.orphans.map((orphan) => ({ ...orphan, ticker }))),
  };
}

/** The book of each ticker, from fills of one trader. */
export function booksOf(fills: readonly StoredFill[]) {
  const live = fills.filter(({ voidedAt }) => voidedAt === null);
  const byTicker = Map.groupBy(live, ({ ticker }) => ticker);
  return [...byTicker].map(([ticker, own]) => ({ ticker, book: keepBook(own) }));
}

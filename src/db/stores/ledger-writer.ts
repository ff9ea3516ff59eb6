import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { StoredFill } from '../../app/journal/journal-ports.ts';
import { keepBook } from '../../domain/ledger/keep-book.ts';
import type { Book, Position } from '../../domain/ledger/position.ts';
import { ledgerExits } from '../schema/ledger-exits.ts';
import { ledgerPositions } from '../schema/ledger-positions.ts';
import { lockWord } from '../sql.ts';
import { selectFills } from './journal-rows.ts';

/** What one trader did in one ticker. */
export interface BookKey {
  readonly traderId: string;
  readonly symbolId: number;
}

/** Nobody else changes or derives this book before the transaction ends. */
export function lockBook(db: NodePgDatabase, { traderId, symbolId }: BookKey): Promise<void> {
  return lockWord(db, `ledger ${symbolId} ${traderId}`);
}

/** All fills of a book, voided ones included. */
export function selectBook(db: NodePgDatabase, { traderId, symbolId }: BookKey): Promise<StoredFill[]> {
  return selectFills(db, sql`o.trader_id = ${traderId} AND o.symbol_id = ${symbolId}`);
}

/** The fills that count. */
export function liveFills(fills: readonly StoredFill[]): StoredFill[] {
  return fills.filter(({ voidedAt }) => voidedAt === null);
}

/**
 * Derives a locked book from its executions. The queue is emptied before they are read, so a fill that
 * commits later leaves a row for the next time.
 */
export async function writeBook(db: NodePgDatabase, key: BookKey): Promise<Book> {
  const { traderId, symbolId } = key;
  await db.execute(sql`DELETE FROM ledger_changes WHERE trader_id = ${traderId} AND symbol_id = ${symbolId}`);
  const book = keepBook(liveFills(await selectBook(db, key)));
  await db.execute(
    sql`DELETE FROM ledger_positions WHERE trader_id = ${traderId} AND symbol_id = ${symbolId}`,
  );
  const { positions } = book;
  const exits = positions.flatMap((position) => exitRows(key, position));
  if (positions.length > 0)
    await db.insert(ledgerPositions).values(positions.map((each) => positionRow(key, each)));
  if (exits.length > 0) await db.insert(ledgerExits).values(exits);
  return book;
}

function positionRow(key: BookKey, { id, costOpen, realised, entries, ...position }: Position) {
  return {
    ...key,
    ...position,
    positionId: id,
    costFifo: costOpen.fifo,
    costAverage: costOpen.average,
    realisedFifo: realised.fifo,
    realisedAverage: realised.average,
    signalId: entries[0]?.signalId ?? null,
  };
}

function exitRows(key: BookKey, { id: positionId, exits }: Position) {
  return exits.map(({ fillId, at, date, pnl, ...exit }) => ({
    ...key,
    ...exit,
    positionId,
    executionId: fillId,
    exitedAt: at,
    day: date,
    pnlFifo: pnl.fifo,
    pnlAverage: pnl.average,
  }));
}

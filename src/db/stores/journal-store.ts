import { Decimal } from 'decimal.js';
import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type {
  ChangeResult,
  FillFilter,
  JournalStore,
  PositionRef,
  PositionRow,
} from '../../app/journal/journal-ports.ts';
import type { Book } from '../../domain/ledger/position.ts';
import type { Connection } from '../client.ts';
import { stopMoves } from '../schema/stop-moves.ts';
import { msOf, query } from '../sql.ts';
import { journalDrafts } from './journal-drafts.ts';
import { selectFills } from './journal-rows.ts';
import { journalStats } from './journal-stats.ts';
import { writeChange } from './journal-writer.ts';
import { type BookKey, lockBook, selectBook, writeBook } from './ledger-writer.ts';
import { symbolId, symbolStore } from './symbol-store.ts';

/** Executions, and the positions derived from them, in Postgres. */
export function journalStore(connection: Connection): JournalStore {
  const { db, transaction } = connection;
  const symbols = symbolStore(connection);
  return {
    ...journalDrafts(connection),
    ...journalStats(connection),

    async change(request, plan): Promise<ChangeResult> {
      const { traderId, interactionId } = request;
      // In one order, so that two changes of several books cannot wait for each other.
      const tickers = [...new Set(request.tickers)].toSorted();
      const symbolIds = new Map<string, number>();
      for (const ticker of tickers) symbolIds.set(ticker, await symbols.resolve(ticker));
      const keys = [...symbolIds].map(([ticker, id]) => ({ ticker, key: { traderId, symbolId: id } }));
      return transaction(async (tx) => {
        for (const { key } of keys) await lockBook(tx.db, key);
        const before = await selectFills(tx.db, ofInteraction(interactionId));
        const isRepeated = before.length > 0;
        if (!isRepeated) {
          const fills = new Map<string, Awaited<ReturnType<typeof selectBook>>>();
          for (const { ticker, key } of keys) fills.set(ticker, await selectBook(tx.db, key));
          await writeChange(tx.db, request, { change: plan(fills), symbolIds });
        }
        const books = new Map<string, Book>();
        for (const { ticker, key } of keys) books.set(ticker, await writeBook(tx.db, key));
        const fills = isRepeated ? before : await selectFills(tx.db, ofInteraction(interactionId));
        return { outcome: isRepeated ? 'repeated' : 'written', fills, books };
      });
    },

    fills: (filter) => selectFills(db, whereOf(filter)),

    async fill(traderId, id) {
      const [fill] = await selectFills(db, sql`o.trader_id = ${traderId} AND e.id = ${id}`);
      return fill ?? null;
    },

    async refresh() {
      const changed = await query<BookKey>(
        db,
        sql`SELECT DISTINCT trader_id AS "traderId", symbol_id::float8 AS "symbolId" FROM ledger_changes`,
      );
      for (const key of changed) {
        await transaction(async (tx) => {
          await lockBook(tx.db, key);
          await writeBook(tx.db, key);
        });
      }
      return changed.length;
    },

    position: (traderId, positionId) => findPosition(db, traderId, positionId),

    async recentPositions(traderId, prefix, limit) {
      const rows = await query<Omit<PositionRow, 'qtyEntered' | 'realised'> & PositionWords>(
        db,
        sql`SELECT p.trader_id AS "traderId", s.ticker, p.position_id::float8 AS "positionId", p.side,
              ${msOf(sql`p.opened_at`)} AS "openedAt", ${msOf(sql`p.closed_at`)} AS "closedAt",
              p.qty_entered::text AS "qtyEntered", p.realised_fifo::text AS realised
            FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id
            WHERE p.trader_id = ${traderId} AND starts_with(s.ticker, ${prefix.toUpperCase()})
            ORDER BY p.opened_at DESC, p.position_id DESC LIMIT ${limit}`,
      );
      return rows.map((row) => ({
        ...row,
        qtyEntered: new Decimal(row.qtyEntered),
        realised: new Decimal(row.realised),
      }));
    },

    async movedStops(positionIds) {
      const rows = await query<{ positionId: number; stop: string }>(
        db,
        sql`SELECT DISTINCT ON (position_id) position_id::float8 AS "positionId", stop_price::text AS stop
            FROM stop_moves WHERE position_id = ANY(${sql.param([...positionIds])}::bigint[])
            ORDER BY position_id, id DESC`,
      );
      return new Map(rows.map(({ positionId, stop }) => [positionId, new Decimal(stop)]));
    },

    async moveStop({ traderId, ticker, positionId }, { stop, interactionId, now }) {
      const written = await db
        .insert(stopMoves)
        .values({
          traderId,
          symbolId: await symbols.resolve(ticker),
          positionId,
          movedAt: now,
          stopPrice: stop,
          interactionId,
        })
        .onConflictDoNothing()
        .returning({ id: stopMoves.id });
      return written.length > 0 ? 'moved' : 'repeated';
    },
  };
}

/** Decimals before they are such. */
interface PositionWords {
  readonly qtyEntered: string;
  readonly realised: string;
}

/** What one interaction wrote: one execution, or several numbered ones. */
function ofInteraction(interactionId: string): SQL {
  return sql`e.interaction_id = ${interactionId} OR e.interaction_id LIKE ${`${interactionId}#%`}`;
}

function whereOf({ traderId, ticker, symbolId: id, interactionId, open = false }: FillFilter): SQL {
  const ofTicker = ticker === undefined ? sql`true` : sql`o.symbol_id = ${symbolId(ticker)}`;
  const ofSymbol = id === undefined ? sql`true` : sql`o.symbol_id = ${id}`;
  const ofOpen = open
    ? sql`EXISTS (SELECT FROM ledger_positions p
          WHERE p.trader_id = o.trader_id AND p.symbol_id = o.symbol_id AND p.closed_at IS NULL)`
    : sql`true`;
  return sql`o.trader_id = ${traderId} AND ${ofTicker} AND ${ofSymbol} AND ${ofOpen}
    AND ${interactionId === undefined ? sql`true` : sql`(${ofInteraction(interactionId)})`}`;
}

async function findPosition(
  db: NodePgDatabase,
  traderId: string,
  positionId: number,
): Promise<PositionRef | null> {
  const [row] = await query<PositionRef>(
    db,
    sql`SELECT p.trader_id AS "traderId", s.ticker, p.position_id::float8 AS "positionId"
        FROM ledger_positions p JOIN symbols s ON s.id = p.symbol_id
        WHERE p.trader_id = ${traderId} AND p.position_id = ${positionId}`,
  );
  return row ?? null;
}

import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { SymbolStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { symbols } from '../schema/symbols.ts';
import { lockWord, query } from '../sql.ts';

/** Instruments, in Postgres. */
export function symbolStore({ db, transaction }: Connection): SymbolStore {
  return {
    async resolve(ticker, known) {
      const exchange = known?.exchange ?? null;
      const found = await find(db, ticker);
      if (found !== null && (exchange === null || found.exchange !== null)) return found.id;
      return transaction((tx) => create(tx.db, ticker, exchange));
    },

    async suggest(prefix, limit) {
      const like = `${prefix.toUpperCase().replace(/[\\%_]/g, '\\$&')}%`;
      const rows = await query<{ ticker: string }>(
        db,
        sql`SELECT s.ticker FROM symbols s WHERE s.ticker LIKE ${like}
            GROUP BY s.ticker
            ORDER BY bool_or(EXISTS (SELECT FROM watch_requests w WHERE w.symbol_id = s.id AND w.active)) DESC, s.ticker
            LIMIT ${limit}`,
      );
      return rows.map(({ ticker }) => ticker);
    },
  };
}

/** `symbols.id` of a ticker for use in a statement; null when the ticker is unknown. */
export function symbolId(ticker: string) {
  return sql`(SELECT id FROM symbols WHERE ticker = ${ticker} ORDER BY exchange IS NULL, id LIMIT 1)`;
}

async function find(
  db: NodePgDatabase,
  ticker: string,
): Promise<{ readonly id: number; readonly exchange: string | null } | null> {
  const [row] = await query<{ id: number; exchange: string | null }>(
    db,
    sql`SELECT id::float8 AS id, exchange FROM symbols WHERE id = ${symbolId(ticker)}`,
  );
  return row ?? null;
}

/** Looks again under a lock: two that meet a new ticker at once make one row. */
async function create(db: NodePgDatabase, ticker: string, exchange: string | null): Promise<number> {
  await lockWord(db, `symbol ${ticker}`);
  const found = await find(db, ticker);
  if (found !== null) {
    await db.execute(
      sql`UPDATE symbols SET exchange = ${exchange} WHERE id = ${found.id} AND exchange IS NULL`,
    );
    return found.id;
  }
  const assetType = ticker.startsWith('^') ? 'index' : 'equity';
  const [row] = await db
    .insert(symbols)
    .values({ ticker, exchange, assetType, firstSeen: sql`now()`, lastSeen: sql`now()` })
    .returning({ id: symbols.id });
  if (row === undefined) throw new Error(`symbol ${ticker} was not written`);
  return row.id;
}

import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { KnownSymbol, SymbolStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { symbols } from '../schema/symbols.ts';
import { lockWord, query } from '../sql.ts';

/** Instruments, in Postgres. */
export function symbolStore({ db, transaction }: Connection): SymbolStore {
  async function resolveAll(wanted: readonly KnownSymbol[]): Promise<Map<string, number>> {
    const found = await find(
      db,
      wanted.map(({ ticker }) => ticker),
    );
    const ids = new Map([...found].map(([ticker, { id }]) => [ticker, id]));
    for (const { ticker, exchange = null } of wanted) {
      const known = found.get(ticker);
      if (known !== undefined && (exchange === null || known.exchange !== null)) continue;
      ids.set(ticker, await transaction((tx) => create(tx.db, ticker, exchange)));
    }
    return ids;
  }

  return {
    async resolve(ticker, known) {
      const ids = await resolveAll([{ ticker, ...known }]);
      const id = ids.get(ticker);
      if (id === undefined) throw new Error(`symbol ${ticker} was not resolved`);
      return id;
    },

    resolveAll,

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
export function symbolId(ticker: string | Placeholder) {
  return sql`(SELECT id FROM symbols WHERE ticker = ${ticker} ORDER BY exchange IS NULL, id LIMIT 1)`;
}

/** `symbols.id` of each ticker, in their order; null where one is unknown. */
export function symbolIds(tickers: readonly string[]) {
  const wanted = sql`${sql.param([...tickers])}::text[]`;
  return sql`ARRAY(
    SELECT known.id FROM unnest(${wanted}) WITH ORDINALITY AS wanted (ticker, place)
    LEFT JOIN (${symbolsOf(wanted)}) AS known USING (ticker)
    ORDER BY wanted.place)`;
}

/** The row of each ticker that is known. */
function symbolsOf(tickers: SQL) {
  return sql`SELECT DISTINCT ON (ticker) ticker, id, exchange FROM symbols
             WHERE ticker = ANY(${tickers}) ORDER BY ticker, exchange IS NULL, id`;
}

interface FoundSymbol {
  readonly id: number;
  readonly exchange: string | null;
}

async function find(
  db: NodePgDatabase,
  tickers: readonly string[],
): Promise<ReadonlyMap<string, FoundSymbol>> {
  const rows = await query<FoundSymbol & { readonly ticker: string }>(
    db,
    sql`SELECT ticker, id::float8 AS id, exchange FROM (${symbolsOf(sql`${sql.param([...tickers])}::text[]`)}) AS known`,
  );
  return new Map(rows.map((row) => [row.ticker, row]));
}

/** Looks again under a lock: two that meet a new ticker at once make one row. */
async function create(db: NodePgDatabase, ticker: string, exchange: string | null): Promise<number> {
  await lockWord(db, `symbol ${ticker}`);
  const found = (await find(db, [ticker])).get(ticker);
  if (found !== undefined) {
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

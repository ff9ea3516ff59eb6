import { sql } from 'drizzle-orm';
import type { BaselineStore } from '../../app/ports.ts';
import { SIGNAL_TIMEFRAMES } from '../../domain/timeframe.ts';
import type { Connection } from '../client.ts';
import { baselines } from '../schema/baselines.ts';
import { msOf, query } from '../sql.ts';
import { symbolId, symbolStore } from './symbol-store.ts';

/** Stays well under the 65,535 parameters of one statement. */
const ROWS_PER_INSERT = 1000;

/** Random moments of scanned series, in Postgres. */
export function baselineStore(connection: Connection): BaselineStore {
  const { db } = connection;
  const instruments = symbolStore(connection);
  return {
    series: () =>
      // A look into the index per pair, where DISTINCT, or EXISTS made into a join, would read every signal.
      query(
        db,
        sql`SELECT sym.ticker, f.timeframe
            FROM symbols sym CROSS JOIN unnest(${sql.param([...SIGNAL_TIMEFRAMES])}::text[]) WITH ORDINALITY AS f (timeframe, length)
            WHERE (SELECT true FROM signals s WHERE s.symbol_id = sym.id AND s.timeframe = f.timeframe LIMIT 1)
               OR EXISTS (SELECT FROM watch_requests w WHERE w.symbol_id = sym.id AND w.timeframe = f.timeframe AND w.active)
            ORDER BY sym.ticker, f.length`,
      ),

    async drawnTo({ ticker, timeframe }) {
      const [found] = await query<{ moment: number | null }>(
        db,
        sql`SELECT coalesce(
              (SELECT ${msOf(sql`max(ts)`)} FROM baselines
               WHERE symbol_id = ${symbolId(ticker)} AND timeframe = ${timeframe} AND closed_at IS NOT NULL),
              (SELECT ${msOf(sql`min(fired_at)`)} FROM signals
               WHERE symbol_id = ${symbolId(ticker)} AND timeframe = ${timeframe})
            ) AS moment`,
      );
      return found?.moment ?? null;
    },

    async insert({ ticker, timeframe }, drawn) {
      const symbol = await instruments.resolve(ticker);
      let inserted = 0;
      for (let start = 0; start < drawn.length; start += ROWS_PER_INSERT) {
        const rows = drawn
          .slice(start, start + ROWS_PER_INSERT)
          .map(({ price, ...rest }) => ({ ...rest, symbolId: symbol, timeframe, priceAtBaseline: price }));
        const added = await db
          .insert(baselines)
          .values(rows)
          .onConflictDoNothing()
          .returning({ id: baselines.id });
        inserted += added.length;
      }
      return inserted;
    },

    async markNear({ ticker, timeframe }, withinMs) {
      const within = sql`${withinMs} * interval '1 millisecond'`;
      const marked = await query(
        db,
        sql`UPDATE baselines b SET near_signal = true
            WHERE b.symbol_id = ${symbolId(ticker)} AND b.timeframe = ${timeframe} AND NOT b.near_signal
              AND EXISTS (
                SELECT FROM signals s WHERE s.symbol_id = b.symbol_id AND s.timeframe = b.timeframe
                  AND s.fired_at BETWEEN b.closed_at - ${within} AND b.closed_at + ${within}
              )
            RETURNING b.id`,
      );
      return marked.length;
    },
  };
}

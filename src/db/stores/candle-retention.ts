import { sql } from 'drizzle-orm';
import { newYorkDate } from '../../domain/calendar.ts';
import type { SeriesKey } from '../../domain/series-key.ts';
import type { Connection } from '../client.ts';
import { at, msOf, query } from '../sql.ts';
import { symbolId } from './symbol-store.ts';

/** What one transaction drops, so that none lasts long or unpacks more of a compressed chunk than Timescale allows. */
const SLICE_MS = 30 * 86_400_000;

/** When the oldest signal or baseline of a ticker fired that may still lack a label; null when none does. */
export async function neededFrom({ db }: Connection, ticker: string): Promise<number | null> {
  const [found] = await query<{ moment: number | null }>(
    db,
    sql`SELECT ${msOf(sql`min(fired_at)`)} AS moment FROM label_queue WHERE symbol_id = ${symbolId(ticker)}`,
  );
  return found?.moment ?? null;
}

/** Drops candles that open before a moment, with their coverage and what was said of their gaps. @returns how many candles. */
export async function dropCandles(
  connection: Connection,
  { ticker, timeframe }: SeriesKey,
  { before, now }: { readonly before: number; readonly now: number },
): Promise<number> {
  const ofSeries = sql`symbol_id = ${symbolId(ticker)} AND timeframe = ${timeframe}`;
  const oldest = async () => {
    const [row] = await query<{ ts: number | null }>(
      connection.db,
      sql`SELECT ${msOf(sql`min(ts)`)} AS ts FROM candles WHERE ${ofSeries} AND ts < ${at(before)}`,
    );
    return row?.ts ?? null;
  };
  let dropped = 0;
  for (let from = await oldest(); from !== null; from = await oldest()) {
    const until = Math.min(before, from + SLICE_MS);
    dropped += await connection.transaction(async ({ db }) => {
      // Coverage first: nobody must read, for a moment, that nothing traded.
      await db.execute(
        sql`DELETE FROM candle_coverage WHERE ${ofSeries} AND session_date < ${newYorkDate(until)}::date`,
      );
      await db.execute(
        sql`UPDATE candle_gaps SET resolved_at = ${at(now)} WHERE ${ofSeries} AND resolved_at IS NULL AND from_ts < ${at(until)}`,
      );
      const { rowCount } = await db.execute(sql`DELETE FROM candles WHERE ${ofSeries} AND ts < ${at(until)}`);
      return rowCount ?? 0;
    });
  }
  return dropped;
}

import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { SessionCoverage } from '../../app/ports.ts';
import { sessionOn } from '../../domain/calendar.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from '../../domain/timeframe.ts';
import { msOf, query } from '../sql.ts';

/** Covered sessions between two New York dates, both inclusive, oldest first. */
export function readCoverage(
  db: NodePgDatabase,
  symbol: SQL,
  which: { readonly timeframe: Timeframe; readonly fromDate: string; readonly toDate: string },
): Promise<SessionCoverage[]> {
  return query<SessionCoverage>(
    db,
    sql`SELECT session_date::text AS date, ${msOf(sql`covered_through`)} AS "coveredThrough"
        FROM candle_coverage
        WHERE symbol_id = ${symbol} AND timeframe = ${which.timeframe}
          AND session_date BETWEEN ${which.fromDate}::date AND ${which.toDate}::date
        ORDER BY session_date`,
  );
}

/** Coverage only grows: an older answer that reached less far takes nothing away. */
export async function writeCoverage(
  db: NodePgDatabase,
  symbol: number,
  batch: { readonly timeframe: Timeframe; readonly coverage: readonly SessionCoverage[] },
): Promise<void> {
  const dates = batch.coverage.map(({ date }) => date);
  const through = batch.coverage.map(({ coveredThrough }) => new Date(coveredThrough).toISOString());
  await db.execute(
    sql`INSERT INTO candle_coverage (symbol_id, timeframe, session_date, covered_through)
        SELECT ${symbol}, ${batch.timeframe}, date, through
        FROM unnest(${sql.param(dates)}::date[], ${sql.param(through)}::timestamptz[]) AS covered (date, through)
        ON CONFLICT (symbol_id, timeframe, session_date) DO UPDATE
        SET covered_through = greatest(candle_coverage.covered_through, excluded.covered_through)`,
  );
}

/** Times of candles that lie inside coverage: from a session's open, and before `until`. */
export interface CoveredSpan {
  readonly from: string;
  readonly until: string;
}

/** The span of `ts` that each covered session answers for. The last candle of a session may be cut short. */
export function coveredSpans(timeframe: Timeframe, coverage: readonly SessionCoverage[]): CoveredSpan[] {
  return coverage.flatMap(({ date, coveredThrough }) => {
    const session = sessionOn(date, timeframe);
    if (session === null) return [];
    const whole = coveredThrough >= session.close;
    const until = whole ? session.close : coveredThrough - TIMEFRAME_MINUTES[timeframe] * 60_000 + 1;
    return [{ from: new Date(session.open).toISOString(), until: new Date(until).toISOString() }];
  });
}

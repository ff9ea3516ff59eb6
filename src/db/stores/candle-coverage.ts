import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { SessionCoverage } from '../../app/ports.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import { msOf, query } from '../sql.ts';

/** Which sessions of a series: between two New York dates, both inclusive. */
interface SessionRange {
  readonly timeframe: Timeframe;
  readonly fromDate: string;
  readonly toDate: string;
}

/**
 * Covered sessions of several series, oldest first, in the order of the ranges.
 *
 * @param symbols an array of `symbols.id`, one for each range.
 */
export async function readCoverage(
  db: NodePgDatabase,
  symbols: SQL,
  ranges: readonly SessionRange[],
): Promise<SessionCoverage[][]> {
  if (ranges.length === 0) return [];
  const rows = await query<SessionCoverage & { readonly place: number }>(
    db,
    sql`SELECT range.place::int AS place, c.session_date::text AS date,
               ${msOf(sql`c.covered_through`)} AS "coveredThrough"
        FROM unnest(
          ${symbols},
          ${sql.param(ranges.map(({ timeframe }) => timeframe))}::text[],
          ${sql.param(ranges.map(({ fromDate }) => fromDate))}::date[],
          ${sql.param(ranges.map(({ toDate }) => toDate))}::date[]
        ) WITH ORDINALITY AS range (symbol_id, timeframe, first, last, place)
        CROSS JOIN LATERAL (
          SELECT * FROM candle_coverage
          WHERE symbol_id = range.symbol_id AND timeframe = range.timeframe
            AND session_date BETWEEN range.first AND range.last
          OFFSET 0 -- a look into the index for each range: as a join, all coverage would be read
        ) AS c
        ORDER BY range.place, c.session_date`,
  );
  const coverage = ranges.map((): SessionCoverage[] => []);
  for (const { place, ...session } of rows) coverage[place - 1]?.push(session);
  return coverage;
}

/** What of a batch is covered. */
export interface CoveredBatch {
  readonly symbol: number;
  readonly timeframe: Timeframe;
  readonly coverage: readonly SessionCoverage[];
}

/** Writes coverage. It only grows: an older answer that reached less far takes nothing away. */
export function insertCoverage(batches: readonly CoveredBatch[]): SQL {
  const rows = batches.flatMap(({ symbol, timeframe, coverage }) =>
    coverage.map((session) => ({ symbol, timeframe, ...session })),
  );
  return sql`
    INSERT INTO candle_coverage (symbol_id, timeframe, session_date, covered_through)
    SELECT * FROM unnest(
      ${sql.param(rows.map(({ symbol }) => symbol))}::bigint[],
      ${sql.param(rows.map(({ timeframe }) => timeframe))}::text[],
      ${sql.param(rows.map(({ date }) => date))}::date[],
      ${sql.param(rows.map(({ coveredThrough }) => new Date(coveredThrough).toISOString()))}::timestamptz[]
    )
    ON CONFLICT (symbol_id, timeframe, session_date) DO UPDATE
    SET covered_through = greatest(candle_coverage.covered_through, excluded.covered_through)`;
}

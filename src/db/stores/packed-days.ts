import { type SQL, sql } from 'drizzle-orm';
import { medianOf } from '../../domain/median.ts';

/*
 * What of a day cannot be summed is kept packed, four bytes a number: the returns, since the median of a million
 * cannot come from sums and a sketch would not agree with the rows, and the counts of each stratum.
 */

/** Aggregates a NUMERIC(12,6) into bytes; beyond ±2147 (214,700 %) it keeps its place in the order alone. */
export function packReturns(column: SQL): SQL {
  return sql`string_agg(int4send(least(greatest(${column} * 1000000, -2147483648), 2147483647)::int), '')`;
}

/** Aggregates the strata of a day into `RateCells`, those with something measured. */
export function packStrata(hits: SQL): SQL {
  return sql`coalesce(string_agg(int4send(day - '1970-01-01'::date) || int4send(stratum) || int4send(n::int) || int4send(${hits}::int), '')
    FILTER (WHERE n > 0), '')`;
}

/** The median as `percentile_cont(0.5)` has it, a fraction; null of none. */
export function medianReturn(millionths: Int32Array): number | null {
  const median = medianOf(millionths);
  return median === null ? null : median / 1e6;
}

/** The numbers that were packed. */
export function unpack(packed: Uint8Array): Int32Array {
  const bytes = new Uint8Array(packed); // a copy begins where numbers may
  Buffer.from(bytes.buffer).swap32(); // Postgres has the highest byte first
  return new Int32Array(bytes.buffer);
}

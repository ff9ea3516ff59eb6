import { type SQL, sql } from 'drizzle-orm';
import { medianOf } from '../../domain/median.ts';

/*
 * The median of a million returns cannot come from sums of days, and a sketch would not agree with the rows.
 * So a day keeps its returns themselves, four bytes each: millionths, as the column has them.
 */

/** Aggregates a NUMERIC(12,6) into bytes; beyond ±2147 (214,700 %) it keeps its place in the order alone. */
export function packReturns(column: SQL): SQL {
  return sql`string_agg(int4send(least(greatest(${column} * 1000000, -2147483648), 2147483647)::int), '')`;
}

/** The median as `percentile_cont(0.5)` has it, a fraction; null of none. */
export function medianReturn(packed: Uint8Array): number | null {
  const bytes = Buffer.from(packed).swap32();
  const median = medianOf(new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4));
  return median === null ? null : median / 1e6;
}

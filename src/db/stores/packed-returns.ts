import { type SQL, sql } from 'drizzle-orm';
import { nthSmallest } from '../../domain/median.ts';

/*
 * The median of a million returns cannot come from sums of days, and a sketch would not agree with the rows.
 * So a day keeps its returns themselves, four bytes each: millionths, as the column has them.
 */

/** Aggregates a NUMERIC(12,6) into bytes; beyond ±2147 (214,700 %) it keeps its place in the order alone. */
export function packReturns(column: SQL): SQL {
  return sql`string_agg(int4send(least(greatest(${column} * 1000000, -2147483648), 2147483647)::int), '')`;
}

/** The median as `percentile_cont(0.5)` has it, a fraction; null of none. */
export function medianOf(packed: Uint8Array): number | null {
  const bytes = Buffer.from(packed).swap32();
  const millionths = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const { length } = millionths;
  if (length === 0) return null;
  const low = nthSmallest(millionths, (length - 1) >> 1);
  const high = nthSmallest(millionths, length >> 1);
  return (low + high) / 2e6;
}

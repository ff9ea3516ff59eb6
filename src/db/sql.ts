import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { FeatureKey } from '../domain/features/feature.ts';

/** A `timestamptz` parameter from epoch milliseconds. */
export function at(ms: number): SQL {
  return sql`${new Date(ms).toISOString()}::timestamptz`;
}

/** A `timestamptz` as epoch milliseconds; null stays null. */
export function msOf(expression: SQL): SQL<number> {
  return sql<number>`(extract(epoch FROM ${expression}) * 1000)::float8`;
}

/** A feature as a number; null where it is unknown or another program wrote something else there. */
export function featureNumber(features: string, key: FeatureKey): string {
  return `CASE jsonb_typeof(${features}->'${key}') WHEN 'number' THEN (${features}->>'${key}')::float8 END`;
}

/** Rows of a statement, typed by the caller, who casts: `bigint` and `numeric` arrive as text otherwise. */
export async function query<Row extends object>(db: NodePgDatabase, statement: SQL): Promise<Row[]> {
  const { rows } = await db.execute(statement);
  return rows as unknown as Row[];
}

/** Makes others who say the same word wait until this transaction ends; works behind a transaction pooler. */
export function lockWord(db: NodePgDatabase, word: string): Promise<void> {
  return lockWords(db, [word]);
}

/** The same for several words, always taken in the same order: two that need some of the same never wait in a circle. */
export async function lockWords(db: NodePgDatabase, words: readonly string[]): Promise<void> {
  const ordered = sql.param([...new Set(words)].sort());
  await db.execute(
    sql`SELECT pg_advisory_xact_lock(hashtextextended(word, 0)) FROM unnest(${ordered}::text[]) AS word`,
  );
}

/** Largest INTEGER, about 24.8 days in milliseconds. */
const MAX_INTEGER = 2_147_483_647;

/** A duration for an INTEGER column of milliseconds; what is longer is stored as the longest it can say. */
export function toIntegerMs(ms: number): number {
  return Math.min(Math.round(ms), MAX_INTEGER);
}

/** Whether a statement failed because a unique key was there already. */
export function isDuplicate(error: unknown): boolean {
  return hasCode(error, '23505');
}

/** Whether the role lacks a right that a statement needs. */
export function isDenied(error: unknown): boolean {
  return hasCode(error, '42501');
}

/** Whether the server ended a transaction that waited in a circle with another; doing it again helps. */
export function isDeadlock(error: unknown): boolean {
  return hasCode(error, '40P01');
}

function hasCode(error: unknown, wanted: string): boolean {
  const { code, cause } = Object(error) as { readonly code?: unknown; readonly cause?: unknown };
  return code === wanted || (cause !== undefined && hasCode(cause, wanted));
}

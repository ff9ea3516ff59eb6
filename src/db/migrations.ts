import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import type { Client } from 'pg';

/** The generated SQL of every migration, and the journal that orders them. */
export const MIGRATIONS = resolve(import.meta.dirname, '../../drizzle');

interface Journal {
  readonly entries: readonly { readonly when: number }[];
}

/** How many migrations a database has seen, and the time that the newest of them bears. */
export async function appliedMigrations(
  client: Client,
): Promise<{ readonly migrations: number; readonly migratedTo: number }> {
  const { rows } = await client.query<{ migrations: number; migratedTo: number }>(
    `SELECT count(*)::int AS migrations, coalesce(max(created_at), 0)::float8 AS "migratedTo" FROM drizzle.__drizzle_migrations`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a SELECT of aggregates answers one row');
  return row;
}

/** The times of all migrations of this version of the program, oldest first. */
export async function knownMigrations(): Promise<number[]> {
  return (await readJournal()).entries.map(({ when }) => when);
}

/** Brings an empty database to an earlier state: only the first so many migrations are applied. */
export async function applyFirst(client: Client, count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'oracore-migrations-'));
  try {
    await cp(MIGRATIONS, folder, { recursive: true });
    const journal = await readJournal();
    const earlier = { ...journal, entries: journal.entries.slice(0, count) };
    await writeFile(journalPath(folder), JSON.stringify(earlier));
    await applyMigrations(drizzle({ client }), { migrationsFolder: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readJournal(): Promise<Journal> {
  return JSON.parse(await readFile(journalPath(MIGRATIONS), 'utf8')) as Journal;
}

function journalPath(folder: string): string {
  return join(folder, 'meta/_journal.json');
}

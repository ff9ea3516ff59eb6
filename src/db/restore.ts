import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { OraError } from '../domain/errors.ts';
import { type Manifest, type ManifestTable, readManifest } from './backup-manifest.ts';
import { type ConnectOptions, openClient } from './client.ts';
import { type MigrateOptions, migrate } from './migrate.ts';
import { applyFirst, knownMigrations } from './migrations.ts';
import { listTables, TEXT_SETTINGS } from './tables.ts';

export interface RestoreProgress {
  readonly table: string;
  readonly tablesDone: number;
  readonly tablesTotal: number;
}

/**
 * Puts a backup into an empty database: first the tables as they were when it was made, then all rows in one
 * transaction, then the migrations since. Rows are loaded into plain tables, with keys and triggers away, and
 * the keys are added, so checked, before it commits; only then Timescale's tables are made of them. It needs
 * to own the tables, not to be a superuser.
 *
 * @throws OraError `bad_input` for a backup that is damaged or of a newer version, `conflict` when the
 * database is not empty; nothing was changed then.
 */
export async function restoreBackup(
  options: MigrateOptions,
  folder: string,
  onProgress: (progress: RestoreProgress) => void = () => {},
): Promise<Manifest> {
  const manifest = await checkBackup(folder);
  await refuseNewer(manifest);
  const client = await openClient(options);
  try {
    await refuseUnlessEmpty(client);
    await applyFirst(client, manifest.migrations);
    await load(client, { manifest, folder, onProgress });
  } finally {
    await client.end();
  }
  await migrate(options);
  await analyse(options);
  return manifest;
}

/** Reads all of a backup and holds it against its checksums. @throws OraError `bad_input` naming the first file that is not as it was written. */
export async function checkBackup(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  for (const table of manifest.tables) {
    await readRows(table, folder, async (rows) => {
      for await (const _chunk of rows);
    });
  }
  return manifest;
}

async function refuseNewer({ migrations, migratedTo }: Manifest): Promise<void> {
  const known = await knownMigrations();
  if (known[migrations - 1] === migratedTo) return;
  throw new OraError(
    'bad_input',
    `This backup is of another version of OraCore (${migrations} migrations; this one knows ${known.length}). Restore it with the version that made it, or a newer one.`,
  );
}

async function refuseUnlessEmpty(client: Client): Promise<void> {
  const tables = await listTables(client);
  if (tables.length === 0) return;
  throw new OraError(
    'conflict',
    `The database already holds ${tables.length} tables, perhaps from a restore that was cut short. A backup is restored into an empty one: create it anew and name it in DATABASE_URL, or name an empty DATA_DIR.`,
  );
}

interface Load {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly onProgress: (progress: RestoreProgress) => void;
}

async function load(client: Client, { manifest, folder, onProgress }: Load): Promise<void> {
  const { tables, sequences } = manifest;
  await client.query('BEGIN');
  try {
    await client.query(TEXT_SETTINGS);
    const putBack = await takeAwayKeysAndTriggers(client);
    for (const [tablesDone, table] of tables.entries()) {
      onProgress({ table: table.name, tablesDone, tablesTotal: tables.length });
      await client.query(`DELETE FROM "${table.name}"`); // rows that migrations put there
      await loadTable(client, table, folder);
    }
    await putBack();
    for (const { name, value } of sequences)
      await client.query('SELECT setval($1::regclass, $2::bigint)', [name, value]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Triggers have done their work when the rows were first written, and refuse what a restore must do. */
async function takeAwayKeysAndTriggers(client: Client): Promise<() => Promise<void>> {
  const names = (await listTables(client)).map(({ name }) => name);
  const { rows: keys } = await client.query<{ child: string; name: string; definition: string }>(
    `SELECT conrelid::regclass::text AS child, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`,
  );
  for (const { child, name } of keys) await client.query(`ALTER TABLE ${child} DROP CONSTRAINT ${name}`);
  for (const name of names) await client.query(`ALTER TABLE "${name}" DISABLE TRIGGER USER`);
  return async () => {
    for (const { child, name, definition } of keys)
      await client.query(`ALTER TABLE ${child} ADD CONSTRAINT ${name} ${definition}`);
    for (const name of names) await client.query(`ALTER TABLE "${name}" ENABLE TRIGGER USER`);
  };
}

async function loadTable(client: Client, table: ManifestTable, folder: string): Promise<void> {
  const columns = table.columns.map((column) => `"${column}"`).join(', ');
  const into = client.query(copyFrom(`COPY "${table.name}" (${columns}) FROM STDIN`));
  await readRows(table, folder, into);
  if (into.rowCount !== table.rows) throw damaged(table, `${into.rowCount} rows instead of ${table.rows}`);
}

/** Sends the rows of a file where they shall go, and holds the file against its checksum. */
async function readRows(
  table: ManifestTable,
  folder: string,
  into: Writable | ((rows: AsyncIterable<Buffer>) => Promise<void>),
): Promise<void> {
  const hash = createHash('sha256');
  const measured = async function* (chunks: Readable) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(createReadStream(join(folder, table.file)), measured, createGunzip(), into);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === 'ENOENT' || String(code).startsWith('Z_')) throw damaged(table, String(code));
    throw error;
  }
  if (hash.digest('hex') !== table.sha256) throw damaged(table, 'its checksum is another');
}

function damaged({ file }: ManifestTable, how: string): OraError {
  return new OraError('bad_input', `The backup is damaged: ${file} has changed since it was made (${how}).`);
}

/** The planner knows nothing of rows that have just come. */
async function analyse(options: ConnectOptions): Promise<void> {
  const client = await openClient(options);
  try {
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { BackupStore } from '../app/ops/ops-ports.ts';
import { type Manifest, type ManifestTable, manifestPath } from './backup-manifest.ts';
import { type ConnectOptions, openClient } from './client.ts';
import { appliedMigrations } from './migrations.ts';
import { listSequences, listTables, type Table, TEXT_SETTINGS } from './tables.ts';

/** `oracore-2026-11-22T08-00-00Z`: they sort by time. */
const NAME = /^oracore-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/;
/** What a backup that was cut short is called; the next one clears it away. */
const UNFINISHED = '.unfinished';

/**
 * Backups of our own, since not every machine that runs OraCore has Postgres's programs: one compressed COPY
 * file for each table, all as of one moment, and a manifest with their checksums. The same with Timescale
 * and without: a row is a row.
 */
export function backupStore(options: ConnectOptions, folder: string): BackupStore {
  return {
    async take(now) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await clearUnfinished(folder);
      const name = `oracore-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
      const making = join(folder, `${name}${UNFINISHED}`);
      await mkdir(making, { mode: 0o700 });
      const client = await openClient(options);
      try {
        const manifest = await writeTables(client, { folder: making, now });
        const text = JSON.stringify(manifest, null, 2);
        await writeFile(manifestPath(making), `${text}\n`, { mode: 0o600, flush: true });
        await rename(making, join(folder, name));
        const { tables } = manifest;
        return {
          folder: join(folder, name),
          tables: tables.length,
          rows: tables.reduce((sum, { rows }) => sum + rows, 0),
          bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
        };
      } finally {
        await client.end();
      }
    },

    async keepNewest(count) {
      const names = (await readdir(folder)).filter((name) => NAME.test(name)).sort();
      const old = names.slice(0, Math.max(0, names.length - count));
      for (const name of old) await rm(join(folder, name), { recursive: true });
      return old.length;
    },
  };
}

async function clearUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith(UNFINISHED)) await rm(join(folder, name), { recursive: true, force: true });
}

/**
 * All tables as of one moment. They are locked, against DDL only, before the first look fixes that moment:
 * when Timescale compresses a chunk it truncates, and that is seen through every older look.
 */
async function writeTables(
  client: Client,
  { folder, now }: { readonly folder: string; readonly now: number },
): Promise<Manifest> {
  const names = (await listTables(client)).map(({ name }) => `"${name}"`).join(', ');
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  await client.query(TEXT_SETTINGS);
  await client.query(`LOCK TABLE ${names} IN ACCESS SHARE MODE`);
  const { migrations, migratedTo } = await appliedMigrations(client);
  const tables: ManifestTable[] = [];
  for (const table of await listTables(client)) tables.push(await writeTable(client, table, folder));
  const sequences = await listSequences(client);
  await client.query('COMMIT');
  const madeAt = new Date(now).toISOString();
  return { format: 1, madeAt, migrations, migratedTo, tables, sequences };
}

async function writeTable(client: Client, { name, columns }: Table, folder: string): Promise<ManifestTable> {
  const file = `${name}.copy.gz`;
  const list = columns.map((column) => `"${column}"`).join(', ');
  // Of a hypertable itself COPY would give nothing: its rows are in the chunks.
  const rows = client.query(copyTo(`COPY (SELECT ${list} FROM "${name}") TO STDOUT`));
  const hash = createHash('sha256');
  let bytes = 0;
  const measured = async function* (chunks: Readable) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  const out = createWriteStream(join(folder, file), { mode: 0o600, flush: true });
  await pipeline(rows, createGzip(), measured, out);
  return { name, columns, file, rows: rows.rowCount, bytes, sha256: hash.digest('hex') };
}

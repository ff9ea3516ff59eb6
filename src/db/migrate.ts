import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import type { Client } from 'pg';
import { OraError } from '../domain/errors.ts';
import { type ConnectOptions, openClient } from './client.ts';
import { appliedMigrations, knownMigrations, MIGRATIONS } from './migrations.ts';
import { isDenied } from './sql.ts';
import { ensureTimescale, findTimescale, type TimescaleState } from './timescale.ts';

/** Any number of our own: two processes that start together migrate one after the other. */
const MIGRATION_LOCK = 7_305_190_912;
/** `UNIQUE NULLS NOT DISTINCT` came with it. */
const OLDEST_POSTGRES = 150_000;

export interface MigrateOptions extends ConnectOptions {
  /** Without Timescale, refuse to start. */
  readonly requireTimescale?: boolean;
}

/** What the server turned out to be. */
export interface ServerState {
  /** `18.4` */
  readonly version: string;
  readonly timescale: TimescaleState;
}

/**
 * Brings a database up to date, whatever state it is in; changes nothing when it already is. A role that
 * does not own the tables only looks whether they are as this version needs them.
 *
 * @throws OraError `unavailable` when it does not answer, `config` when it is too old, lacks a Timescale that
 * is required, or is behind and ours to look at only.
 */
export async function migrate(options: MigrateOptions): Promise<ServerState> {
  const lock = await open(options);
  try {
    const version = await checkVersion(lock);
    const required = options.requireTimescale ?? false;
    if (await isForeign(lock)) {
      await requireUpToDate(lock);
      await warnIfNewer(lock, options);
      return { version, timescale: await findTimescale(lock, { required }) };
    }
    // A transaction's lock, since a pooler may give every statement outside one to another session.
    await lock.query('BEGIN');
    await lock.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const client = await open(options);
    try {
      await applyMigrations(drizzle({ client }), { migrationsFolder: MIGRATIONS });
      await warnIfNewer(client, options);
    } finally {
      await client.end();
    }
    const timescale = await ensureTimescale(options, { required });
    await lock.query('COMMIT');
    return { version, timescale };
  } finally {
    await lock.end();
  }
}

async function open(options: ConnectOptions): Promise<Client> {
  try {
    return await openClient(options);
  } catch (error) {
    throw unreachable(options.url, error);
  }
}

async function checkVersion(client: Client): Promise<string> {
  const { rows } = await client.query<{ version: string; number: number }>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
            current_setting('server_version_num')::int AS number`,
  );
  const [server] = rows;
  if (server === undefined || server.number < OLDEST_POSTGRES) {
    throw new OraError('config', `OraCore needs Postgres 15 or newer; this server is ${server?.version}.`);
  }
  return server.version;
}

/** Whether there are tables, and they are another role's. */
export async function isForeign(client: Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = 'symbols'
       AND NOT pg_has_role(relowner, 'USAGE')`,
  );
  return rowCount !== 0;
}

/** @throws OraError `config` when migrations are missing, or when the role has no rights on the tables. */
export async function requireUpToDate(client: Client): Promise<void> {
  const { migratedTo } = await appliedMigrations(client).catch((cause: unknown) => {
    if (!isDenied(cause)) throw cause;
    const remedy = 'Run "npm run oracore -- migrate --app ROLE" as their owner first (docs/security.md).';
    throw new OraError('config', `This role has no rights on the tables. ${remedy}`, { cause });
  });
  if (migratedTo >= Math.max(...(await knownMigrations()))) return;
  throw new OraError(
    'config',
    'The database is older than this version of OraCore, and this role may not change its tables. Run "npm run oracore -- migrate" as their owner first.',
  );
}

/** An older program on newer tables is not refused, for it may be the way back from a bad release; but it is said. */
async function warnIfNewer(client: Client, { log }: ConnectOptions): Promise<void> {
  const { migrations, migratedTo } = await appliedMigrations(client);
  const known = await knownMigrations();
  if (migratedTo > Math.max(...known))
    log.warn({ migrations, known: known.length }, 'the database is newer than this version of oracore');
}

/** Names the place without the password. */
function unreachable(url: string, cause: unknown): OraError {
  const { hostname, port, pathname, username } = new URL(url);
  const where = `${username}@${hostname}:${port || 5432}${pathname}`;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new OraError(
    'unavailable',
    `The database ${where} cannot be opened: ${why || 'no answer'}. Check DATABASE_URL and DATABASE_TLS, and that it runs.`,
    { cause },
  );
}

import { readFileSync } from 'node:fs';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Client, type ClientConfig, Pool, type PoolClient } from 'pg';
import type { Logger } from '../app/ports.ts';
import { UnpreparingClient } from './prepared.ts';

/** How to reach one Postgres. */
export interface ConnectOptions {
  /**
   * `postgres://user:password@host:port/database`. With `?pgbouncer=true` (a pooler in transaction mode)
   * the timeouts go with each transaction instead of with the session.
   */
  readonly url: string;
  /** `require` encrypts without checking who answers. Default `off`. */
  readonly tls?: 'off' | 'require' | 'verify';
  /** Certificate authority for `verify`, PEM; the system's when left out. */
  readonly caFile?: string | undefined;
  /** Connections, default 10. */
  readonly poolSize?: number;
  /** Default 30 s. */
  readonly statementTimeoutMs?: number;
  readonly log: Logger;
}

/** One transaction: Drizzle's builder, and the client under it for COPY. */
export interface Tx {
  readonly db: NodePgDatabase;
  readonly client: PoolClient;
}

/** A pool and what runs on it. No statement relies on session state; behind a pooler none is prepared. */
export interface Connection {
  readonly pool: Pool;
  readonly db: NodePgDatabase;
  /** Commits what the work did, or rolls all of it back when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const LOCK_TIMEOUT_MS = 10_000;
const IDLE_IN_TRANSACTION_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** Opens a pool. Nothing connects before the first statement. */
export function connect(options: ConnectOptions): Connection {
  const timeouts = {
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  };
  const pooled = isPooled(options.url);
  const pool = new Pool({
    ...clientConfig(options),
    ...(pooled && { Client: UnpreparingClient }),
    max: options.poolSize ?? 10,
    // A pooler refuses these at the start of a session; the client's own clock then guards single statements.
    ...(pooled ? { query_timeout: timeouts.statement_timeout } : timeouts),
  });
  pool.on('error', (error) => options.log.warn({ error }, 'idle database connection lost'));
  // The statement under way rejects with the same; an 'error' nobody hears would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const begin = pooled ? `BEGIN; ${setLocal(timeouts)}` : 'BEGIN';
  return {
    pool,
    db: drizzle({ client: pool }),
    transaction: (work) => inTransaction(pool, begin, work),
    close: () => pool.end(),
  };
}

/** One connection outside the pool, without any timeout of statements: for migrations, which may take long. */
export async function openClient(options: ConnectOptions): Promise<Client> {
  const client = new Client(clientConfig(options));
  client.on('error', () => undefined); // as in the pool
  await client.connect();
  return client;
}

/** What `pg` needs to connect. */
export function clientConfig(options: ConnectOptions): ClientConfig {
  const url = new URL(options.url);
  // pg lets these of the URL win over its options, and reads `sslmode=require` as `verify-full`.
  for (const name of ['pgbouncer', 'sslmode', 'sslrootcert', 'channel_binding'])
    url.searchParams.delete(name);
  return {
    connectionString: url.href,
    application_name: 'oracore',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    ssl: tlsOptions(options),
  };
}

function tlsOptions({ tls = 'off', caFile }: ConnectOptions): ClientConfig['ssl'] {
  if (tls === 'off') return false;
  if (tls === 'require') return { rejectUnauthorized: false };
  return { rejectUnauthorized: true, ...(caFile !== undefined && { ca: readFileSync(caFile, 'utf8') }) };
}

function isPooled(url: string): boolean {
  return new URL(url).searchParams.get('pgbouncer') === 'true';
}

function setLocal(timeouts: Readonly<Record<string, number>>): string {
  return Object.entries(timeouts)
    .map(([name, ms]) => `SET LOCAL ${name} = ${ms}`)
    .join('; ');
}

const builders = new WeakMap<PoolClient, NodePgDatabase>();

/** The same for as long as the connection lives, so that what it prepared is found again. */
function builderOf(client: PoolClient): NodePgDatabase {
  const db = builders.get(client) ?? drizzle({ client });
  builders.set(client, db);
  return db;
}

async function inTransaction<T>(pool: Pool, begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work({ db: builderOf(client), client });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    broken = await rollBack(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** @returns why the connection cannot be used again, if so. */
async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

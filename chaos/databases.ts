import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedServer, startEmbedded } from '../src/db/embedded.ts';
import { asAdmin, databaseUrl } from '../test/support/database-admin.ts';
import { quiet } from '../test/support/quiet-log.ts';

/** Nothing of it has to survive a power cut; a killed process and a stopped server it does survive. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '40' };

/** A Postgres of this run alone, which may be stopped and started under the desk. */
export interface OwnServer {
  /** URL of one of its databases, from which others are reached. */
  readonly url: string;
  /** Stops it as an administrator would, and starts it again on the same port. */
  restart(downMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts one in a folder of its own. */
export async function startOwnServer(): Promise<OwnServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'oracore-chaos-'));
  chmodSync(dataDir, 0o755); // root's server runs as another user
  const start = (port?: string): Promise<EmbeddedServer> =>
    startEmbedded({ dataDir, settings: port === undefined ? SETTINGS : { ...SETTINGS, port }, log: quiet });
  let server = await start();
  const { url } = server;
  const close = async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  // It has a session of its own: Ctrl-C would leave it behind.
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => void close().finally(() => process.exit(1)));
  return {
    url,
    async restart(downMs) {
      await server.stop();
      await new Promise((done) => setTimeout(done, downMs));
      server = await start(new URL(url).port);
    },
    close,
  };
}

let made = 0;

/** A new database on the server of `url`, a copy of `template` where one is named. @returns its URL. */
export async function createDatabase(url: string, template = 'template0'): Promise<string> {
  made += 1;
  const name = `oracore_chaos_${process.pid}_${Date.now().toString(36)}_${made}`;
  await asAdmin(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return databaseUrl(url, name);
}

/** Drops a database, whoever is connected. `url` is another one of the same server. */
export async function dropDatabase(url: string, database: string): Promise<void> {
  await asAdmin(url, (client) => client.query(`DROP DATABASE IF EXISTS ${nameOf(database)} WITH (FORCE)`));
}

export function nameOf(databaseUrl: string): string {
  return new URL(databaseUrl).pathname.slice(1);
}

/** Asks a database on a connection of its own each time, so that no cut and no restart spoils it. */
export async function rowsOf<T>(url: string, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

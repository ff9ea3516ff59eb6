import { afterAll, beforeAll, inject } from 'vitest';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { asAdmin, databaseUrl } from './database-admin.ts';
import { quiet } from './quiet-log.ts';

/** Nothing of a test's database has to survive a power cut. */
const UNSAFE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };
/** Any number: one file of a run makes the template, the others wait. */
const TEMPLATE_LOCK = 4_242;
let counter = 0;

/** A database of its own, with the URL others may open it by. */
export interface TestDatabase extends Database {
  readonly url: string;
}

/** A fresh, migrated database on the server of this run. Close it. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const { prefix } = inject('databases');
  const server = await serverUrl();
  await makeTemplate(server);
  const url = await createDatabase(server, `TEMPLATE ${prefix}_template`);
  return {
    ...(await openDatabase({ url, dataDir: inject('databases').folder, poolSize: 6, log: quiet })),
    url,
  };
}

/** URL of a fresh database with nothing in it. */
export async function createEmptyDatabase(): Promise<string> {
  return createDatabase(await serverUrl(), 'TEMPLATE template0');
}

/** Whether the server of this run can have Timescale. */
export async function hasTimescale(): Promise<boolean> {
  return asAdmin(await serverUrl(), async (client) => {
    const found = await client.query(`SELECT FROM pg_available_extensions WHERE name = 'timescaledb'`);
    return found.rowCount !== 0;
  });
}

/**
 * One database for all tests of a file: `const database = withDatabase()` at its top, then
 * `database.current.stores` in a test.
 */
export function withDatabase(): { readonly current: TestDatabase } {
  let open: TestDatabase | null = null;
  beforeAll(async () => {
    open = await openTestDatabase();
  });
  afterAll(() => open?.close());
  return {
    get current() {
      if (open === null) throw new Error('the database is open inside tests and hooks only');
      return open;
    },
  };
}

/** The named server, or the embedded one of this run, which the first to ask starts. */
async function serverUrl(): Promise<string> {
  const { folder, url } = inject('databases');
  return url ?? (await startEmbedded({ dataDir: folder, settings: UNSAFE, log: quiet })).url;
}

async function createDatabase(server: string, how: string): Promise<string> {
  counter += 1;
  const name = `${inject('databases').prefix}_${process.pid}_${process.env.VITEST_POOL_ID ?? 0}_${counter}_${Date.now().toString(36)}`;
  await asAdmin(server, (client) => client.query(`CREATE DATABASE ${name} ${how}`));
  return databaseUrl(server, name);
}

/** Migrated once per run; a copy takes a tenth of the time. */
async function makeTemplate(server: string): Promise<void> {
  const template = `${inject('databases').prefix}_template`;
  await asAdmin(server, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const ready = await client.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [
      template,
    ]);
    if (ready.rowCount !== 0) return;
    await client.query(`CREATE DATABASE ${template} TEMPLATE template0`);
    await migrate({ url: databaseUrl(server, template), log: quiet });
    // Nobody may be connected to what is copied, Timescale's own workers least of all.
    await client.query(`ALTER DATABASE ${template} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      template,
    ]);
  });
}

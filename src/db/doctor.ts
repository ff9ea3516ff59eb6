import { Client } from 'pg';
import { type DeskSettings, NOTHING_CHOSEN } from '../domain/desk-settings.ts';
import { type Finding, judgeClock } from '../domain/finding.ts';
import { type ConnectOptions, clientConfig, connect } from './client.ts';
import { isForeign, requireUpToDate } from './migrate.ts';
import { deskSettingsStore } from './stores/desk-settings-store.ts';

/** Statements that show whether a pooler hands each of them to another session. */
const POOLER_PROBES = 6;

/** Checks what OraCore needs of a Postgres: encryption, version, extension, privileges, pooler mode, clock. */
export async function checkDatabase(
  options: ConnectOptions & { readonly requireTimescale?: boolean },
): Promise<Finding[]> {
  const client = new Client(clientConfig(options));
  try {
    await client.connect();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const sentence = `The database does not answer: ${why}. Check DATABASE_URL, DATABASE_TLS and the network.`;
    return [{ level: 'fail', check: 'database', sentence }];
  }
  try {
    return [
      await checkVersion(client),
      await checkEncryption(client, options),
      await checkExtension(client, options.requireTimescale ?? false),
      await checkPrivileges(client),
      await checkPooler(client),
      await checkClock(client),
    ];
  } finally {
    await client.end();
  }
}

/** What /setup chose for a server, read without migrating; nothing in a database that no bot has used yet. */
export async function readDeskSettings(options: ConnectOptions, guildId: string): Promise<DeskSettings> {
  const connection = connect({ ...options, poolSize: 1 });
  try {
    const { rows } = await connection.pool.query(`SELECT to_regclass('desk_settings') AS found`);
    return rows[0]?.found == null ? NOTHING_CHOSEN : await deskSettingsStore(connection).read(guildId);
  } finally {
    await connection.close();
  }
}

async function checkVersion(client: Client): Promise<Finding> {
  const { version, number } = await one<{ version: string; number: number }>(
    client,
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
  );
  return number >= 150_000
    ? { level: 'ok', check: 'database', sentence: `Postgres ${version} answers.` }
    : {
        level: 'fail',
        check: 'database',
        sentence: `Postgres ${version} is too old: OraCore needs 15 or newer.`,
      };
}

async function checkEncryption(client: Client, { tls = 'off', url }: ConnectOptions): Promise<Finding> {
  const { ssl } = await one<{ ssl: boolean }>(
    client,
    'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  );
  const check = 'encryption';
  if (ssl && tls === 'verify')
    return { level: 'ok', check, sentence: 'The connection is encrypted and the server is who it says.' };
  if (ssl)
    return {
      level: 'warn',
      check,
      sentence: 'The connection is encrypted, but nobody checks who answers: set DATABASE_TLS=verify.',
    };
  const { hostname } = new URL(url);
  if (['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
    return { level: 'ok', check, sentence: 'The connection is not encrypted; it stays on this machine.' };
  const isContainer = !/[.:]/.test(hostname);
  return isContainer
    ? {
        level: 'warn',
        check,
        sentence: `The connection is not encrypted: good if "${hostname}" is on a network of this machine alone, as in compose.yaml.`,
      }
    : { level: 'fail', check, sentence: 'The connection is not encrypted: set DATABASE_TLS=verify.' };
}

async function checkExtension(client: Client, required: boolean): Promise<Finding> {
  const { installed, available } = await one<{ installed: string | null; available: string | null }>(
    client,
    `SELECT (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS installed,
            (SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb') AS available`,
  );
  const check = 'extension';
  if (installed !== null) return { level: 'ok', check, sentence: `TimescaleDB ${installed} is switched on.` };
  if (available !== null)
    return {
      level: 'ok',
      check,
      sentence: `TimescaleDB ${available} will be switched on at the first start.`,
    };
  return {
    level: required ? 'fail' : 'warn',
    check,
    sentence: required
      ? 'TimescaleDB is not on this server, and REQUIRE_TIMESCALE=1 asks for it.'
      : 'TimescaleDB is not on this server: plain tables are used, which suits a few tickers.',
  };
}

async function checkPrivileges(client: Client): Promise<Finding> {
  const { user, create, schema } = await one<{ user: string; create: boolean; schema: boolean }>(
    client,
    `SELECT current_user AS user, has_database_privilege(current_database(), 'CREATE') AS create,
            has_schema_privilege(current_schema(), 'CREATE') AS schema`,
  );
  if (await isForeign(client)) return checkForeign(client, user);
  const check = 'privileges';
  if (create && schema)
    return { level: 'ok', check, sentence: `"${user}" may create what the migrations need.` };
  const lacking = [
    ...(create ? [] : ['CREATE on the database']),
    ...(schema ? [] : ['CREATE on the schema']),
  ];
  return {
    level: 'fail',
    check,
    sentence: `"${user}" lacks ${lacking.join(' and ')}: GRANT it, migrations need it. Or let their owner migrate: docs/security.md.`,
  };
}

/** A role that does not own the tables is to change their rows and no more. */
async function checkForeign(client: Client, user: string): Promise<Finding> {
  const check = 'privileges';
  try {
    await requireUpToDate(client);
    const { may } = await one<{ may: boolean }>(
      client,
      `SELECT has_table_privilege('candles', 'INSERT') AND has_table_privilege('cards', 'UPDATE') AS may`,
    );
    return may
      ? {
          level: 'ok',
          check,
          sentence: `"${user}" may change rows and no tables; the tables are up to date.`,
        }
      : {
          level: 'fail',
          check,
          sentence: `"${user}" may not change rows: run "npm run oracore -- migrate --app ${user}" as the owner of the tables.`,
        };
  } catch (error) {
    return { level: 'fail', check, sentence: error instanceof Error ? error.message : String(error) };
  }
}

async function checkPooler(client: Client): Promise<Finding> {
  const sessions = new Set<number>();
  for (let probe = 0; probe < POOLER_PROBES; probe += 1) {
    sessions.add((await one<{ pid: number }>(client, 'SELECT pg_backend_pid() AS pid')).pid);
  }
  const sentence =
    sessions.size === 1
      ? 'Statements stay in one session: a direct connection, a session pooler, or an idle transaction pooler.'
      : 'A transaction pooler stands in between: OraCore works behind it; add ?pgbouncer=true to DATABASE_URL.';
  return { level: 'ok', check: 'pooler', sentence };
}

async function checkClock(client: Client): Promise<Finding> {
  const before = Date.now();
  const { at } = await one<{ at: Date }>(client, 'SELECT clock_timestamp() AS at');
  return judgeClock('the database', (before + Date.now()) / 2 - at.getTime());
}

async function one<Row extends object>(client: Client, sql: string): Promise<Row> {
  const { rows } = await client.query<Row>(sql);
  const [row] = rows;
  if (row === undefined) throw new Error(`no row from: ${sql}`);
  return row;
}

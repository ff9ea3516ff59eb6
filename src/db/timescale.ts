import type { Client } from 'pg';
import { OraError } from '../domain/errors.ts';
import { type ConnectOptions, openClient } from './client.ts';

/** Whether Timescale serves this database. */
export interface TimescaleState {
  /** `2.28.3`; null when it is not there. */
  readonly version: string | null;
  /** Why it is not there, or what of it is not: for the log and `/status`. Null when all is well. */
  readonly note: string | null;
}

/** Hypertables with the column each is cut by. Labels are cut by their signal's time, to lie beside it. */
const HYPERTABLES = { candles: 'ts', signals: 'fired_at', outcomes: 'signal_fired_at' } as const;
type Hypertable = keyof typeof HYPERTABLES;
const CHUNK = '7 days';
/** Candles older than this are compressed; an upsert into a compressed chunk still works. */
const COMPRESS_AFTER = '30 days';

/**
 * Makes hypertables of the three large tables where the extension is or can be had, rows included,
 * and has old candles compressed. Changes nothing when that was done before.
 *
 * @throws OraError `config` when Timescale is required and cannot be had.
 */
export async function ensureTimescale(
  options: ConnectOptions,
  { required }: { readonly required: boolean },
): Promise<TimescaleState> {
  const refusal = await createExtension(options);
  const client = await openClient(options);
  try {
    const version = await extensionVersion(client);
    if (version === null) return absent(refusal ?? 'TimescaleDB is not installed on this server', required);
    await convert(client);
    return { version, note: await compressCandles(client) };
  } finally {
    await client.end();
  }
}

/** Only looks, for a role that may change nothing. @throws OraError `config` as `ensureTimescale`. */
export async function findTimescale(
  client: Client,
  { required }: { readonly required: boolean },
): Promise<TimescaleState> {
  const version = await extensionVersion(client);
  return version === null ? absent('TimescaleDB is not switched on', required) : { version, note: null };
}

function absent(why: string, required: boolean): TimescaleState {
  if (!required) return { version: null, note: `${why}: plain Postgres tables are used` };
  throw new OraError(
    'config',
    `${why}, and REQUIRE_TIMESCALE=1 asks for it. Install it on the server, or unset REQUIRE_TIMESCALE to work without.`,
  );
}

async function extensionVersion(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ extversion: string }>(
    `SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'`,
  );
  return rows[0]?.extversion ?? null;
}

/** On a connection of its own: a library that was not preloaded ends it. @returns why it could not be made. */
async function createExtension(options: ConnectOptions): Promise<string | null> {
  const client = await openClient(options);
  try {
    const { rowCount } = await client.query(
      `SELECT FROM pg_available_extensions WHERE name = 'timescaledb' AND installed_version IS NULL`,
    );
    if (rowCount === 0) return null;
    await client.query('CREATE EXTENSION IF NOT EXISTS timescaledb');
    return null;
  } catch (error) {
    return `TimescaleDB is on this server but could not be switched on (${error instanceof Error ? error.message : error})`;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function convert(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT hypertable_name AS name FROM timescaledb_information.hypertables WHERE hypertable_schema = current_schema()`,
  );
  const done = new Set(rows.map(({ name }) => name));
  const missing = (Object.keys(HYPERTABLES) as Hypertable[]).filter((table) => !done.has(table));
  for (const table of missing) await makeHypertable(client, table);
}

/**
 * A table with rows cannot be converted while others refer to it: their keys are dropped, and added
 * again, in the same transaction.
 */
async function makeHypertable(client: Client, table: Hypertable): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const { rows: keys } = await client.query<{ child: string; name: string; definition: string }>(
      `SELECT conrelid::regclass::text AS child, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
       FROM pg_constraint WHERE contype = 'f' AND confrelid = $1::regclass`,
      [table],
    );
    for (const { child, name } of keys) await client.query(`ALTER TABLE ${child} DROP CONSTRAINT ${name}`);
    await client.query(
      `SELECT create_hypertable($1::regclass, $2::name, chunk_time_interval => $3::interval,
                                migrate_data => true, create_default_indexes => false)`,
      [table, HYPERTABLES[table], CHUNK],
    );
    for (const { child, name, definition } of keys) {
      await client.query(`ALTER TABLE ${child} ADD CONSTRAINT ${name} ${definition}`);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** @returns what is lacking: compression is not part of the Apache edition. */
async function compressCandles(client: Client): Promise<string | null> {
  const { rows } = await client.query<{ license: string; compressed: boolean }>(
    `SELECT current_setting('timescaledb.license') AS license, compression_enabled AS compressed
     FROM timescaledb_information.hypertables
     WHERE hypertable_schema = current_schema() AND hypertable_name = 'candles'`,
  );
  if (rows[0]?.license === 'apache')
    return 'old candles are not compressed: this is the Apache edition of TimescaleDB';
  if (rows[0]?.compressed !== true) {
    await client.query(
      `ALTER TABLE candles SET (timescaledb.compress, timescaledb.compress_segmentby = 'symbol_id, timeframe',
                                timescaledb.compress_orderby = 'ts')`,
    );
  }
  // Before the open and after the backup: it locks chunks in an order of its own, and whoever fetches old
  // candles at that moment would have to try again and again.
  await client.query(
    `SELECT add_compression_policy('candles', $1::interval, if_not_exists => true, schedule_interval => '1 day',
                                   initial_start => date_trunc('day', now(), 'UTC') + interval '1 day 9 hours')`,
    [COMPRESS_AFTER],
  );
  return null;
}

import { type SQL, sql } from 'drizzle-orm';
import type { CandleBatch } from '../../app/ports.ts';
import { type Session, sessionAt } from '../../domain/calendar.ts';
import { TIMEFRAME_MINUTES } from '../../domain/timeframe.ts';
import type { Tx } from '../client.ts';
import { type CopyValue, copyRows, createTimestamp } from '../copy.ts';

/** A batch whose symbol is known. */
export interface SeriesBatch extends CandleBatch {
  readonly symbol: number;
}

/** A staged candle: as it is stored, with the session it lies in and when it closes, which decide whether it was covered. */
const COLUMNS = {
  symbol_id: 'bigint',
  timeframe: 'text',
  ts: 'timestamptz',
  open: 'numeric(18,6)',
  high: 'numeric(18,6)',
  low: 'numeric(18,6)',
  close: 'numeric(18,6)',
  volume: 'bigint',
  vwap: 'numeric(18,6)',
  source: 'text',
  session_date: 'date',
  ends: 'timestamptz',
} as const;
const NAMES = Object.keys(COLUMNS);
const STORED = NAMES.slice(0, NAMES.indexOf('session_date'));
const TABLE = 'staged_candles';
/** Emptied at every commit, so it serves each transaction of a connection, also behind a pooler. */
const STAGING = `CREATE TEMP TABLE IF NOT EXISTS ${TABLE} (${Object.entries(COLUMNS)
  .map((column) => column.join(' '))
  .join(', ')}) ON COMMIT DELETE ROWS`;

/** What a source may be called to go through COPY as it stands. */
const PLAIN_SOURCE = /^[^\\\t\r\n]+$/;

/** @returns the candles of batches as what stands in FROM: sent ahead through COPY. */
export async function stageCandles({ client }: Tx, batches: readonly SeriesBatch[]): Promise<SQL> {
  await client.query(STAGING);
  await copyRows(client, { table: TABLE, columns: NAMES }, stagedRows(batches));
  return sql.raw(TABLE);
}

/** The same for few candles, which go along with the statement: one array for each column. */
export function inlineCandles(batches: readonly SeriesBatch[]): SQL {
  const rows = [...stagedRows(batches)];
  const columns = Object.values(COLUMNS).map(
    (type, column) => sql`${arrayOf(rows.map((row) => row[column] ?? null))}::${sql.raw(type)}[]`,
  );
  return sql`unnest(${sql.join(columns, sql`, `)}) AS staged (${sql.raw(NAMES.join(', '))})`;
}

function arrayOf(values: readonly CopyValue[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : JSON.stringify(value))).join(',')}}`;
}

/** Sends candles straight to where they are stored. A candle that is there already is a duplicate. */
export async function copyCandles({ client }: Tx, batches: readonly SeriesBatch[]): Promise<void> {
  await copyRows(client, { table: 'candles', columns: STORED }, storedRows(batches));
}

function* storedRows(batches: readonly SeriesBatch[]): Generator<CopyValue[]> {
  for (const { symbol, timeframe, source, candles } of batches) {
    if (!PLAIN_SOURCE.test(source)) throw new Error(`"${source}" is no name of a source`);
    for (const { ts, open, high, low, close, volume, vwap } of candles)
      yield [symbol, timeframe, new Date(ts).toISOString(), open, high, low, close, volume, vwap, source];
  }
}

function* stagedRows(batches: readonly SeriesBatch[]): Generator<CopyValue[]> {
  const timestamp = createTimestamp();
  for (const batch of batches) {
    const { timeframe, candles } = batch;
    const length = TIMEFRAME_MINUTES[timeframe] * 60_000;
    const rows = storedRows([batch]);
    let session: Session | null = null;
    for (const { ts } of candles) {
      if (session === null || ts < session.open || ts >= session.close) session = sessionAt(ts, timeframe);
      const ends = session && timestamp(Math.min(ts + length, session.close));
      yield [...(rows.next().value ?? []), session?.date ?? null, ends];
    }
  }
}

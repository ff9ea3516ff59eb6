import { type SQL, sql } from 'drizzle-orm';
import type { CandleBatch, StoreCounts } from '../../app/ports.ts';
import { newYorkDate } from '../../domain/calendar.ts';
import type { Tx } from '../client.ts';
import { copyRows } from '../copy.ts';
import { at, lockWord, query } from '../sql.ts';
import { type CoveredSpan, coveredSpans, readCoverage, writeCoverage } from './candle-coverage.ts';

/** Emptied at every commit, so it serves each transaction of a connection, also behind a pooler. */
const STAGING = `
  CREATE TEMP TABLE IF NOT EXISTS staged_candles (
    ts timestamptz, open numeric(18,6), high numeric(18,6), low numeric(18,6), close numeric(18,6),
    volume bigint, vwap numeric(18,6)
  ) ON COMMIT DELETE ROWS`;
const COLUMNS = ['ts', 'open', 'high', 'low', 'close', 'volume', 'vwap'] as const;

/**
 * Upserts one batch: COPY into staging, one merge, coverage. Batches of one series wait for each other,
 * so what is counted and what is written agree.
 */
export async function mergeCandles(tx: Tx, symbol: number, batch: CandleBatch): Promise<StoreCounts> {
  await lockWord(tx.db, `candles ${symbol} ${batch.timeframe}`);
  const counts = await storeRows(tx, symbol, batch);
  if (batch.coverage.length > 0) await writeCoverage(tx.db, symbol, batch);
  return counts;
}

async function storeRows(tx: Tx, symbol: number, batch: CandleBatch): Promise<StoreCounts> {
  const [first, last] = [batch.candles[0], batch.candles.at(-1)];
  if (first === undefined || last === undefined) return { inserted: 0, changed: 0, unchanged: 0 };
  await tx.client.query(STAGING);
  await copyRows(tx.client, { table: 'staged_candles', columns: COLUMNS }, copyValues(batch));
  const input = { symbol, batch, from: first.ts, to: last.ts };
  const spans = await knownSpans(tx, input);
  const { inserted, changed } = (await isEmpty(tx, input))
    ? await insertAll(tx, input, spans)
    : await merge(tx, input, spans);
  return { inserted, changed, unchanged: batch.candles.length - inserted - changed };
}

function* copyValues({ candles }: CandleBatch) {
  for (const { ts, open, high, low, close, volume, vwap } of candles) {
    yield [new Date(ts).toISOString(), open, high, low, close, volume, vwap];
  }
}

interface MergeInput {
  readonly symbol: number;
  readonly batch: CandleBatch;
  readonly from: number;
  readonly to: number;
}
type Written = Pick<StoreCounts, 'inserted' | 'changed'>;

/** Sessions of the batch that were covered before it came: what it adds or changes there is a revision. */
async function knownSpans(tx: Tx, { symbol, batch, from, to }: MergeInput): Promise<CoveredSpan[]> {
  const which = { timeframe: batch.timeframe, fromDate: newYorkDate(from), toDate: newYorkDate(to) };
  return coveredSpans(batch.timeframe, await readCoverage(tx.db, sql`${symbol}`, which));
}

async function isEmpty(tx: Tx, input: MergeInput): Promise<boolean> {
  const found = await query(tx.db, sql`SELECT FROM candles c WHERE ${isOfRange(input)} LIMIT 1`);
  return found.length === 0;
}

/** History that is loaded for the first time: an INSERT that need not look for conflicts costs a quarter less. */
async function insertAll(tx: Tx, input: MergeInput, spans: readonly CoveredSpan[]): Promise<Written> {
  await tx.db.execute(insertFrom(sql`staged_candles`, input));
  if (spans.length > 0) {
    await tx.db.execute(revise(input, spans, { rows: sql`staged_candles`, before: sql`NULL::jsonb` }));
  }
  return { inserted: input.batch.candles.length, changed: 0 };
}

/**
 * Writes what is new or differs. A candle built from smaller ones never replaces one that was fetched or
 * imported; a fetched one that agrees with a built one takes its place without counting as a change.
 */
async function merge(tx: Tx, input: MergeInput, spans: readonly CoveredSpan[]): Promise<Written> {
  const { source } = input.batch;
  const isBuilt = source.startsWith('built:');
  const [counts] = await query<Written>(
    tx.db,
    sql`WITH delta AS MATERIALIZED (
          SELECT s.*, c.ts IS NULL AS is_new,
            (c.open, c.high, c.low, c.close, c.volume, c.vwap)
              IS DISTINCT FROM (s.open, s.high, s.low, s.close, s.volume, s.vwap) AS differs,
            CASE WHEN c.ts IS NOT NULL THEN to_jsonb(c) - '{symbol_id,timeframe,ts,is_adjusted}'::text[] END AS before
          FROM staged_candles s LEFT JOIN candles c ON c.ts = s.ts AND ${isOfRange(input)}
          WHERE c.ts IS NULL OR (
            NOT (${isBuilt} AND coalesce(c.source, '') NOT LIKE 'built:%')
            AND ((c.open, c.high, c.low, c.close, c.volume, c.vwap, c.source)
              IS DISTINCT FROM (s.open, s.high, s.low, s.close, s.volume, s.vwap, ${source}))
          )
        ), written AS (
          ${insertFrom(sql`delta`, input)}
          ON CONFLICT (symbol_id, timeframe, ts) DO UPDATE SET
            open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
            volume = excluded.volume, vwap = excluded.vwap, source = excluded.source, is_adjusted = true
        ), revised AS (
          ${revise(input, spans, { rows: sql`(SELECT * FROM delta WHERE is_new OR differs)`, before: sql`d.before` })}
        )
        SELECT count(*) FILTER (WHERE is_new)::int AS inserted,
               count(*) FILTER (WHERE NOT is_new AND differs)::int AS changed
        FROM delta`,
  );
  return counts ?? { inserted: 0, changed: 0 };
}

function isOfRange({ symbol, batch, from, to }: MergeInput): SQL {
  return sql`c.symbol_id = ${symbol} AND c.timeframe = ${batch.timeframe} AND c.ts BETWEEN ${at(from)} AND ${at(to)}`;
}

function insertFrom(rows: SQL, { symbol, batch }: MergeInput): SQL {
  return sql`
    INSERT INTO candles (symbol_id, timeframe, ts, open, high, low, close, volume, vwap, source, is_adjusted)
    SELECT ${symbol}, ${batch.timeframe}, ts, open, high, low, close, volume, vwap, ${batch.source}, true FROM ${rows}`;
}

function revise(
  { symbol, batch }: MergeInput,
  spans: readonly CoveredSpan[],
  { rows, before }: { readonly rows: SQL; readonly before: SQL },
): SQL {
  return sql`
    INSERT INTO candle_revisions (symbol_id, timeframe, ts, before, after)
    SELECT ${symbol}, ${batch.timeframe}, d.ts, ${before},
      jsonb_build_object('open', d.open, 'high', d.high, 'low', d.low, 'close', d.close,
                         'volume', d.volume, 'vwap', d.vwap, 'source', ${batch.source}::text)
    FROM ${rows} AS d
    JOIN unnest(${sql.param(spans.map(({ from }) => from))}::timestamptz[],
                ${sql.param(spans.map(({ until }) => until))}::timestamptz[]) AS covered (opened, until)
      ON d.ts >= covered.opened AND d.ts < covered.until`;
}

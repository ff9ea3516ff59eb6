import { type SQL, sql } from 'drizzle-orm';
import type { CandleBatch, StoreCounts } from '../../app/ports.ts';
import { newYorkDate } from '../../domain/calendar.ts';
import type { Tx } from '../client.ts';
import { copyRows } from '../copy.ts';
import { at, lockWords, query } from '../sql.ts';
import { type CoveredSpan, coveredSpans, readCoverage, writeCoverage } from './candle-coverage.ts';

/** Emptied at every commit, so it serves each transaction of a connection, also behind a pooler. */
const STAGING = `
  CREATE TEMP TABLE IF NOT EXISTS staged_candles (
    symbol_id bigint, timeframe text, ts timestamptz,
    open numeric(18,6), high numeric(18,6), low numeric(18,6), close numeric(18,6),
    volume bigint, vwap numeric(18,6), source text
  ) ON COMMIT DELETE ROWS`;
const COLUMNS = [
  'symbol_id',
  'timeframe',
  'ts',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'vwap',
  'source',
] as const;

/** What a source may be called to go through COPY as it stands. */
const PLAIN_SOURCE = /^[^\\\t\r\n]+$/;

/** A batch whose symbol is known. */
export interface SeriesBatch extends CandleBatch {
  readonly symbol: number;
}

/** How many rows of a batch were new or differed. */
type Written = Pick<StoreCounts, 'inserted' | 'changed'>;

/**
 * Upserts batches of different series: COPY into staging, one merge, coverage. Batches of one series wait
 * for each other, so what is counted and what is written agree; whoever needs several locks takes them in
 * the order of their words, so none waits in a circle.
 *
 * @returns counts in the order of the batches.
 */
export async function mergeCandles(tx: Tx, batches: readonly SeriesBatch[]): Promise<StoreCounts[]> {
  await lockWords(
    tx.db,
    batches.map(({ symbol, timeframe }) => `candles ${symbol} ${timeframe}`),
  );
  const written = await storeRows(
    tx,
    batches.filter(({ candles }) => candles.length > 0),
  );
  await writeCoverage(tx.db, batches);
  return batches.map((batch) => {
    const { inserted, changed } = written.get(keyOf(batch)) ?? { inserted: 0, changed: 0 };
    return { inserted, changed, unchanged: batch.candles.length - inserted - changed };
  });
}

async function storeRows(tx: Tx, batches: readonly SeriesBatch[]): Promise<ReadonlyMap<string, Written>> {
  if (batches.length === 0) return new Map();
  await tx.client.query(STAGING);
  await copyRows(tx.client, { table: 'staged_candles', columns: COLUMNS }, copyValues(batches));
  const ranges = batches.map(toRange);
  const spans = await knownSpans(tx, ranges);
  return (await isEmpty(tx, ranges)) ? insertAll(tx, batches, spans) : merge(tx, ranges, spans);
}

function* copyValues(batches: readonly SeriesBatch[]) {
  for (const { symbol, timeframe, source, candles } of batches) {
    if (!PLAIN_SOURCE.test(source)) throw new Error(`"${source}" is no name of a source`);
    for (const { ts, open, high, low, close, volume, vwap } of candles) {
      yield [symbol, timeframe, new Date(ts).toISOString(), open, high, low, close, volume, vwap, source];
    }
  }
}

/** Where the candles of a batch lie. */
interface SeriesRange extends Pick<SeriesBatch, 'symbol' | 'timeframe'> {
  /** `ts` of the first and of the last, both inclusive. */
  readonly from: number;
  readonly to: number;
}

function toRange({ symbol, timeframe, candles }: SeriesBatch): SeriesRange {
  const [first, last] = [candles[0], candles.at(-1)];
  return { symbol, timeframe, from: first?.ts ?? 0, to: last?.ts ?? 0 };
}

function keyOf({ symbol, timeframe }: Pick<SeriesBatch, 'symbol' | 'timeframe'>): string {
  return `${symbol} ${timeframe}`;
}

/** Sessions that were covered before the batches came: what is added or changed there is a revision. */
async function knownSpans(tx: Tx, ranges: readonly SeriesRange[]): Promise<RevisableSpan[]> {
  const which = ranges.map(({ from, to, timeframe }) => ({
    timeframe,
    fromDate: newYorkDate(from),
    toDate: newYorkDate(to),
  }));
  const symbols = sql`${sql.param(ranges.map(({ symbol }) => symbol))}::bigint[]`;
  const coverage = await readCoverage(tx.db, symbols, which);
  return ranges.flatMap(({ symbol, timeframe }, index) =>
    coveredSpans(timeframe, coverage[index] ?? []).map((span) => ({ ...span, symbol, timeframe })),
  );
}

/** A stretch of a series that was covered. */
type RevisableSpan = CoveredSpan & Pick<SeriesBatch, 'symbol' | 'timeframe'>;

async function isEmpty(tx: Tx, ranges: readonly SeriesRange[]): Promise<boolean> {
  const found = await query(
    tx.db,
    sql`SELECT FROM unnest(
          ${sql.param(ranges.map(({ symbol }) => symbol))}::bigint[],
          ${sql.param(ranges.map(({ timeframe }) => timeframe))}::text[],
          ${sql.param(ranges.map(({ from }) => toIso(from)))}::timestamptz[],
          ${sql.param(ranges.map(({ to }) => toIso(to)))}::timestamptz[]
        ) AS range (symbol_id, timeframe, first, last)
        CROSS JOIN LATERAL (
          SELECT FROM candles c
          WHERE c.symbol_id = range.symbol_id AND c.timeframe = range.timeframe
            AND c.ts BETWEEN range.first AND range.last AND ${isWithin(ranges)}
          LIMIT 1
        ) AS one
        LIMIT 1`,
  );
  return found.length === 0;
}

/** Where nothing was before: an INSERT that need not look for conflicts costs a quarter less. */
async function insertAll(
  tx: Tx,
  batches: readonly SeriesBatch[],
  spans: readonly RevisableSpan[],
): Promise<Map<string, Written>> {
  await tx.db.execute(insertFrom(sql`staged_candles`));
  if (batches.some((batch) => touches(toRange(batch), spans)))
    await tx.db.execute(revise(spans, { rows: sql`staged_candles`, before: sql`NULL::jsonb` }));
  return new Map(batches.map((batch) => [keyOf(batch), { inserted: batch.candles.length, changed: 0 }]));
}

/** Whether candles of a range may lie in what was covered; those that follow it, as live ones do, do not. */
function touches({ symbol, timeframe, from, to }: SeriesRange, spans: readonly RevisableSpan[]): boolean {
  const [first, last] = [toIso(from), toIso(to)];
  return spans.some(
    (span) =>
      span.symbol === symbol && span.timeframe === timeframe && last >= span.from && first < span.until,
  );
}

/**
 * Writes what is new or differs. A candle built from smaller ones never replaces one that was fetched or
 * imported; a fetched one that agrees with a built one takes its place without counting as a change.
 */
async function merge(
  tx: Tx,
  ranges: readonly SeriesRange[],
  spans: readonly RevisableSpan[],
): Promise<Map<string, Written>> {
  const counts = await query<Written & Pick<SeriesBatch, 'symbol' | 'timeframe'>>(
    tx.db,
    sql`WITH delta AS MATERIALIZED (
          SELECT s.*, c.ts IS NULL AS is_new,
            (c.open, c.high, c.low, c.close, c.volume, c.vwap)
              IS DISTINCT FROM (s.open, s.high, s.low, s.close, s.volume, s.vwap) AS differs,
            CASE WHEN c.ts IS NOT NULL THEN to_jsonb(c) - '{symbol_id,timeframe,ts,is_adjusted}'::text[] END AS before
          FROM staged_candles s LEFT JOIN candles c
            ON c.symbol_id = s.symbol_id AND c.timeframe = s.timeframe AND c.ts = s.ts AND ${isWithin(ranges)}
          WHERE c.ts IS NULL OR (
            NOT (s.source LIKE 'built:%' AND coalesce(c.source, '') NOT LIKE 'built:%')
            AND ((c.open, c.high, c.low, c.close, c.volume, c.vwap, c.source)
              IS DISTINCT FROM (s.open, s.high, s.low, s.close, s.volume, s.vwap, s.source))
          )
        ), written AS (
          ${insertFrom(sql`delta`)}
          ON CONFLICT (symbol_id, timeframe, ts) DO UPDATE SET
            open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
            volume = excluded.volume, vwap = excluded.vwap, source = excluded.source, is_adjusted = true
        ), revised AS (
          ${revise(spans, { rows: sql`(SELECT * FROM delta WHERE is_new OR differs)`, before: sql`d.before` })}
        )
        SELECT symbol_id::float8 AS symbol, timeframe,
               count(*) FILTER (WHERE is_new)::int AS inserted,
               count(*) FILTER (WHERE NOT is_new AND differs)::int AS changed
        FROM delta GROUP BY symbol_id, timeframe`,
  );
  return new Map(counts.map((each) => [keyOf(each), each]));
}

/** Bounds that the planner knows, so that it reads only the chunks in question. */
function isWithin(ranges: readonly SeriesRange[]): SQL {
  const from = ranges.reduce((least, range) => Math.min(least, range.from), Number.POSITIVE_INFINITY);
  const to = ranges.reduce((most, range) => Math.max(most, range.to), 0);
  const symbols = [...new Set(ranges.map(({ symbol }) => symbol))];
  const timeframes = [...new Set(ranges.map(({ timeframe }) => timeframe))];
  return sql`c.symbol_id = ANY(${sql.param(symbols)}::bigint[]) AND c.timeframe = ANY(${sql.param(timeframes)}::text[])
    AND c.ts BETWEEN ${at(from)} AND ${at(to)}`;
}

function insertFrom(rows: SQL): SQL {
  return sql`
    INSERT INTO candles (symbol_id, timeframe, ts, open, high, low, close, volume, vwap, source, is_adjusted)
    SELECT symbol_id, timeframe, ts, open, high, low, close, volume, vwap, source, true FROM ${rows}`;
}

function revise(
  spans: readonly RevisableSpan[],
  { rows, before }: { readonly rows: SQL; readonly before: SQL },
): SQL {
  return sql`
    INSERT INTO candle_revisions (symbol_id, timeframe, ts, before, after)
    SELECT d.symbol_id, d.timeframe, d.ts, ${before},
      jsonb_build_object('open', d.open, 'high', d.high, 'low', d.low, 'close', d.close,
                         'volume', d.volume, 'vwap', d.vwap, 'source', d.source)
    FROM ${rows} AS d
    JOIN unnest(
      ${sql.param(spans.map(({ symbol }) => symbol))}::bigint[],
      ${sql.param(spans.map(({ timeframe }) => timeframe))}::text[],
      ${sql.param(spans.map(({ from }) => from))}::timestamptz[],
      ${sql.param(spans.map(({ until }) => until))}::timestamptz[]
    ) AS covered (symbol_id, timeframe, opened, until)
      ON d.symbol_id = covered.symbol_id AND d.timeframe = covered.timeframe
        AND d.ts >= covered.opened AND d.ts < covered.until`;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

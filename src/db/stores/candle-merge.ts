import { type SQL, sql } from 'drizzle-orm';
import type { StoreCounts } from '../../app/ports.ts';
import { newYorkDate } from '../../domain/calendar.ts';
import type { Tx } from '../client.ts';
import { at, lockWords, query } from '../sql.ts';
import { insertCoverage } from './candle-coverage.ts';
import { copyCandles, inlineCandles, type SeriesBatch, stageCandles } from './candle-staging.ts';

/** So many candles go along with the statement that merges them: of a scan's close, all of them. */
const FEW_CANDLES = 500;

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
  const written = await write(tx, batches);
  return batches.map((batch) => {
    const { inserted, changed } = written.get(keyOf(batch)) ?? { inserted: 0, changed: 0 };
    return { inserted, changed, unchanged: batch.candles.length - inserted - changed };
  });
}

/** History where nothing was is copied in as it is: what it would be merged with is not there. */
async function write(tx: Tx, batches: readonly SeriesBatch[]): Promise<ReadonlyMap<string, Written>> {
  const full = batches.filter(({ candles }) => candles.length > 0);
  const count = full.reduce((sum, { candles }) => sum + candles.length, 0);
  if (count > 0 && count <= FEW_CANDLES) return merge(tx, batches, inlineCandles(full));
  if (!(await isUntouched(tx, full.map(toRange)))) return merge(tx, batches, await stageCandles(tx, full));
  if (count > 0) await copyCandles(tx, full);
  await tx.db.execute(insertCoverage(batches));
  return new Map(full.map((batch) => [keyOf(batch), { inserted: batch.candles.length, changed: 0 }]));
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

/** Whether neither a candle nor coverage is where these go. */
async function isUntouched(tx: Tx, ranges: readonly SeriesRange[]): Promise<boolean> {
  if (ranges.length === 0) return true;
  const found = await query(
    tx.db,
    sql`SELECT FROM unnest(
          ${sql.param(ranges.map(({ symbol }) => symbol))}::bigint[],
          ${sql.param(ranges.map(({ timeframe }) => timeframe))}::text[],
          ${sql.param(ranges.map(({ from }) => toIso(from)))}::timestamptz[],
          ${sql.param(ranges.map(({ to }) => toIso(to)))}::timestamptz[],
          ${sql.param(ranges.map(({ from }) => newYorkDate(from)))}::date[],
          ${sql.param(ranges.map(({ to }) => newYorkDate(to)))}::date[]
        ) AS range (symbol_id, timeframe, first, last, first_date, last_date)
        CROSS JOIN LATERAL (
          (SELECT FROM candles c
           WHERE c.symbol_id = range.symbol_id AND c.timeframe = range.timeframe
             AND c.ts BETWEEN range.first AND range.last AND ${isWithin(ranges)}
           LIMIT 1)
          UNION ALL
          (SELECT FROM candle_coverage known
           WHERE known.symbol_id = range.symbol_id AND known.timeframe = range.timeframe
             AND known.session_date BETWEEN range.first_date AND range.last_date
           LIMIT 1)
        ) AS one
        LIMIT 1`,
  );
  return found.length === 0;
}

/**
 * Writes what is new or differs, its coverage, and a revision of each candle that lay in what was covered before
 * the batches came. A candle built from smaller ones never replaces one that was fetched or imported; a fetched one that
 * agrees with a built one takes its place without counting as a change. What is new is inserted plainly, so
 * that a candle which another program writes meanwhile is met as a duplicate, and cheaper.
 */
async function merge(
  tx: Tx,
  batches: readonly SeriesBatch[],
  staged: SQL,
): Promise<ReadonlyMap<string, Written>> {
  const within = isWithin(batches.filter(({ candles }) => candles.length > 0).map(toRange));
  const counts = await query<Written & Pick<SeriesBatch, 'symbol' | 'timeframe'>>(
    tx.db,
    sql`WITH delta AS MATERIALIZED (
          SELECT s.*, c.ts IS NULL AS is_new,
            (c.open, c.high, c.low, c.close, c.volume, c.vwap)
              IS DISTINCT FROM (s.open, s.high, s.low, s.close, s.volume, s.vwap) AS differs,
            CASE WHEN c.ts IS NOT NULL THEN to_jsonb(c) - '{symbol_id,timeframe,ts,is_adjusted}'::text[] END AS before
          FROM (SELECT * FROM ${staged}) AS s LEFT JOIN candles c
            ON c.symbol_id = s.symbol_id AND c.timeframe = s.timeframe AND c.ts = s.ts AND ${within}
          WHERE c.ts IS NULL OR (
            NOT (s.source LIKE 'built:%' AND coalesce(c.source, '') NOT LIKE 'built:%')
            AND ((c.open, c.high, c.low, c.close, c.volume, c.vwap, c.source)
              IS DISTINCT FROM (s.open, s.high, s.low, s.close, s.volume, s.vwap, s.source))
          )
        ), added AS (
          ${insertFrom(sql`delta WHERE is_new`)}
        ), replaced AS (
          ${insertFrom(sql`delta WHERE NOT is_new`)}
          ON CONFLICT (symbol_id, timeframe, ts) DO UPDATE SET
            open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
            volume = excluded.volume, vwap = excluded.vwap, source = excluded.source, is_adjusted = true
        ), revised AS (
          INSERT INTO candle_revisions (symbol_id, timeframe, ts, before, after)
          SELECT d.symbol_id, d.timeframe, d.ts, d.before,
            jsonb_build_object('open', d.open, 'high', d.high, 'low', d.low, 'close', d.close,
                               'volume', d.volume, 'vwap', d.vwap, 'source', d.source)
          FROM delta d JOIN candle_coverage known USING (symbol_id, timeframe, session_date)
          WHERE (d.is_new OR d.differs) AND d.ends <= known.covered_through
        ), covered AS (
          ${insertCoverage(batches)}
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

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

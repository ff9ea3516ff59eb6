import { sql } from 'drizzle-orm';
import type {
  CandleBatch,
  CandleRange,
  CandleStore,
  SeriesKey,
  SeriesSpan,
  StoreCounts,
} from '../../app/ports.ts';
import type { CandleSpan } from '../../domain/calendar.ts';
import type { Candle, PriceCandle } from '../../domain/candle.ts';
import { TIMEFRAMES } from '../../domain/timeframe.ts';
import type { Connection } from '../client.ts';
import { at, isDeadlock, isDuplicate, query } from '../sql.ts';
import { readCoverage } from './candle-coverage.ts';
import { mergeCandles } from './candle-merge.ts';
import { dropCandles, neededFrom } from './candle-retention.ts';
import { symbolId, symbolIds, symbolStore } from './symbol-store.ts';

const NOTHING: StoreCounts = { inserted: 0, changed: 0, unchanged: 0 };

/** Candles with their coverage, in Postgres. */
export function candleStore(connection: Connection): CandleStore {
  const symbols = symbolStore(connection);

  async function storeAll(batches: readonly CandleBatch[]): Promise<StoreCounts[]> {
    const full = batches.filter(({ candles, coverage }) => candles.length > 0 || coverage.length > 0);
    if (full.length === 0) return batches.map(() => NOTHING);
    const ids = await symbols.resolveAll(full);
    const known = full.map((batch) => ({ ...batch, symbol: ids.get(batch.ticker) ?? Number.NaN }));
    const store = () => connection.transaction((tx) => mergeCandles(tx, known));
    const counts = await storeAgain(store);
    return batches.map((batch) => counts[full.indexOf(batch)] ?? NOTHING);
  }

  const coverageOf: CandleStore['coverageOf'] = (wanted) =>
    readCoverage(connection.db, symbolIds(wanted.map(({ ticker }) => ticker)), wanted);

  return {
    async store(batch) {
      const [counts = NOTHING] = await storeAll([batch]);
      return counts;
    },

    storeAll,

    read: (series, range) => readCandles(connection, series, range ?? {}),

    readPrices: (series, range) => readPrices(connection, series, range),

    readAll: (wanted) => readAll(connection, wanted),

    readWithin: (series, spans) => readWithin(connection, series, spans),

    async coverage(series, fromDate, toDate) {
      const [sessions = []] = await coverageOf([{ ...series, fromDate, toDate }]);
      return sessions;
    },

    coverageOf,

    neededFrom: (ticker) => neededFrom(connection, ticker),
    drop: (series, before, now) => dropCandles(connection, series, { before, now }),

    async series() {
      // A look into the index per pair, where DISTINCT, or EXISTS made into a join, would read every candle; in order, for
      // without one a planner may hope to meet the first match soon by reading the table.
      return query<SeriesKey>(
        connection.db,
        sql`SELECT s.ticker, f.timeframe
            FROM symbols s CROSS JOIN unnest(${sql.param([...TIMEFRAMES])}::text[]) WITH ORDINALITY AS f (timeframe, length)
            CROSS JOIN LATERAL (
              SELECT FROM candles c WHERE c.symbol_id = s.id AND c.timeframe = f.timeframe ORDER BY c.ts LIMIT 1
            ) AS one
            ORDER BY s.ticker, f.length`,
      );
    },

    kinds: (ticker, before) =>
      query(
        connection.db,
        sql`SELECT DISTINCT timeframe, coalesce(source, '') AS source FROM candles
            WHERE symbol_id = ${symbolId(ticker)} AND ts < ${at(before)}`,
      ),

    async wasRevised({ ticker, timeframe }, { from, to, since }) {
      const after = since === null ? sql`'-infinity'::timestamptz` : at(since);
      const found = await query(
        connection.db,
        sql`SELECT FROM candle_revisions
            WHERE symbol_id = ${symbolId(ticker)} AND timeframe = ${timeframe}
              AND ts BETWEEN ${at(from)} AND ${at(to)} AND revised_at > ${after} LIMIT 1`,
      );
      return found.length > 0;
    },

    async revisedAfter(mark) {
      const [found] = await query<{ last: number; tickers: string[] }>(
        connection.db,
        sql`SELECT (SELECT coalesce(max(id), 0)::float8 FROM candle_revisions) AS last,
                   ARRAY(SELECT DISTINCT s.ticker FROM candle_revisions r JOIN symbols s ON s.id = r.symbol_id
                         WHERE r.id > ${mark}::bigint) AS tickers`,
      );
      return found ?? { last: 0, tickers: [] };
    },
  };
}

/** A row of another program that lacks a price or the volume is no candle. Said so that the planner knows it of almost none. */
const IS_WHOLE =
  'open IS NOT NULL AND high IS NOT NULL AND low IS NOT NULL AND close IS NOT NULL AND volume IS NOT NULL';

type PriceRow = readonly [ts: number, open: string, high: string, low: string, close: string];
type Row = readonly [...PriceRow, volume: string, vwap: string | null];

async function readCandles(connection: Connection, series: SeriesKey, range: CandleRange): Promise<Candle[]> {
  const rows = await readColumns<[...Row]>(connection, 'open, high, low, close, volume, vwap', {
    series,
    range,
  });
  const candles = rows.map(toCandle);
  return range.last === undefined ? candles : candles.reverse();
}

async function readPrices(
  connection: Connection,
  series: SeriesKey,
  range: CandleRange,
): Promise<PriceCandle[]> {
  const rows = await readColumns<[...PriceRow]>(connection, 'open, high, low, close', { series, range });
  return rows.map(toPrices);
}

/**
 * By `pg` itself and as arrays, since charts, features and labels read hundreds of thousands.
 */
async function readColumns<Cells extends unknown[]>(
  { pool }: Connection,
  columns: string,
  { series, range: { from, to, last } }: { readonly series: SeriesKey; readonly range: CandleRange },
): Promise<Cells[]> {
  const { rows } = await pool.query<Cells>({
    rowMode: 'array',
    text: `SELECT date_part('epoch', ts) * 1000, ${columns}
           FROM candles
           WHERE symbol_id = (SELECT id FROM symbols WHERE ticker = $1 ORDER BY exchange IS NULL, id LIMIT 1)
             AND timeframe = $2
             AND ts >= coalesce($3::timestamptz, '-infinity') AND ts <= coalesce($4::timestamptz, 'infinity')
             AND ${IS_WHOLE}
           ORDER BY ts ${last === undefined ? 'ASC' : 'DESC LIMIT $5'}`,
    values: [series.ticker, series.timeframe, toIso(from), toIso(to), ...(last === undefined ? [] : [last])],
  });
  return rows;
}

/** A candle as it comes from the database, with the place of the range that it lies in, from 1. */
interface PlacedRow {
  readonly place: number;
  readonly ts: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly vwap: string | null;
}

/** A look into the index for each range; the bound of all is for the planner, who leaves out older chunks. */
async function readAll(connection: Connection, wanted: readonly SeriesSpan[]): Promise<Candle[][]> {
  const [only, ...others] = wanted;
  if (only === undefined) return [];
  if (others.length === 0) return [await readCandles(connection, only, only)];
  const found = wanted.map((): Candle[] => []);
  const least = wanted.reduce((from, range) => Math.min(from, range.from), Number.POSITIVE_INFINITY);
  const rows = await query<PlacedRow>(
    connection.db,
    sql`SELECT range.place::int AS place, date_part('epoch', c.ts) * 1000 AS ts,
               c.open, c.high, c.low, c.close, c.volume, c.vwap
        FROM unnest(
          ${symbolIds(wanted.map(({ ticker }) => ticker))},
          ${sql.param(wanted.map(({ timeframe }) => timeframe))}::text[],
          ${sql.param(wanted.map(({ from }) => toIso(from)))}::timestamptz[],
          ${sql.param(wanted.map(({ to }) => toIso(to)))}::timestamptz[]
        ) WITH ORDINALITY AS range (symbol_id, timeframe, first, last, place)
        CROSS JOIN LATERAL (
          SELECT * FROM candles
          WHERE symbol_id = range.symbol_id AND timeframe = range.timeframe
            AND ts >= range.first AND ts <= coalesce(range.last, 'infinity')
            AND ts >= ${at(least)}
            AND num_nulls(open, high, low, close, volume) = 0
        ) AS c
        ORDER BY range.place, c.ts`,
  );
  for (const { place, ts, open, high, low, close, volume, vwap } of rows)
    found[place - 1]?.push(toCandle([ts, open, high, low, close, volume, vwap]));
  return found;
}

/** Few and short spans, spread over long time: one look into the index each. */
async function readWithin(
  { pool }: Connection,
  { ticker, timeframe }: SeriesKey,
  spans: readonly CandleSpan[],
): Promise<Candle[]> {
  const { rows } = await pool.query<[...Row]>({
    rowMode: 'array',
    text: `SELECT date_part('epoch', c.ts) * 1000, c.open, c.high, c.low, c.close, c.volume, c.vwap
           FROM unnest($3::timestamptz[], $4::timestamptz[]) AS span (opened, ended)
           CROSS JOIN LATERAL (
             SELECT * FROM candles
             WHERE symbol_id = (SELECT id FROM symbols WHERE ticker = $1 ORDER BY exchange IS NULL, id LIMIT 1)
               AND timeframe = $2 AND ts >= span.opened AND ts < span.ended
               AND ${IS_WHOLE}
           ) AS c
           ORDER BY c.ts`,
    values: [
      ticker,
      timeframe,
      spans.map(({ ts }) => new Date(ts).toISOString()),
      spans.map(({ end }) => new Date(end).toISOString()),
    ],
  });
  return rows.map(toCandle);
}

/** Attempts at storing: Timescale's job goes from one old chunk to the next, and may meet it at each. */
const ATTEMPTS = 6;

/**
 * Another program wrote into a range that was empty a moment ago: now it is seen. Or Timescale's own job was
 * compressing an old chunk that rows go into: it is done with it soon.
 */
async function storeAgain<T>(store: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store();
    } catch (error) {
      if (attempt === ATTEMPTS || !(isDuplicate(error) || isDeadlock(error))) throw error;
    }
  }
}

function toCandle([ts, open, high, low, close, volume, vwap]: Row): Candle {
  return {
    ts: Math.round(ts),
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    volume: Number(volume),
    vwap: vwap === null ? null : Number(vwap),
  };
}

function toPrices([ts, open, high, low, close]: PriceRow): PriceCandle {
  return {
    ts: Math.round(ts),
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
  };
}

function toIso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

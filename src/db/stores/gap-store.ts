import { type SQL, sql } from 'drizzle-orm';
import type { GapCounts, GapFilter, GapStore, LedgerGap } from '../../app/ports.ts';
import { GAP_REASONS, type Gap, type GapReason } from '../../domain/gaps.ts';
import type { Connection, Tx } from '../client.ts';
import { at, lockWord, msOf, query } from '../sql.ts';
import { symbolId, symbolStore } from './symbol-store.ts';

/** More than a terminal shows. */
const DEFAULT_LIMIT = 10_000;

/** The ledger of candles that are not there, in Postgres. */
export function gapStore(connection: Connection): GapStore {
  const { db, transaction } = connection;
  const symbols = symbolStore(connection);
  return {
    async checked({ ticker, timeframe }) {
      const [row] = await query<{ from: number; to: number }>(
        db,
        sql`SELECT ${msOf(sql`checked_from`)} AS "from", ${msOf(sql`checked_to`)} AS "to"
            FROM gap_checks WHERE symbol_id = ${symbolId(ticker)} AND timeframe = ${timeframe}`,
      );
      return row ?? null;
    },

    async sync({ ticker, timeframe }, span, found) {
      const symbol = await symbols.resolve(ticker);
      return transaction((tx) => sync(tx, { symbol, timeframe, ...span, ...found }));
    },

    open: (filter) =>
      query<LedgerGap>(
        db,
        sql`SELECT s.ticker, g.timeframe, ${msOf(sql`g.from_ts`)} AS "from", ${msOf(sql`g.to_ts`)} AS "to", g.candles,
              g.reason, ${msOf(sql`g.first_seen`)} AS "firstSeen", ${msOf(sql`g.last_checked`)} AS "lastChecked",
              g.attempts, NULL AS "resolvedAt"
            FROM candle_gaps g JOIN symbols s ON s.id = g.symbol_id
            WHERE ${lasting(filter)}
            ORDER BY s.ticker, g.timeframe, g.from_ts LIMIT ${filter.limit ?? DEFAULT_LIMIT}`,
      ),

    async counts(filter) {
      const rows = await query<{ reason: GapReason; gaps: number; candles: number }>(
        db,
        sql`SELECT g.reason, count(*)::float8 AS gaps, sum(g.candles)::float8 AS candles
            FROM candle_gaps g JOIN symbols s ON s.id = g.symbol_id WHERE ${lasting(filter)} GROUP BY g.reason`,
      );
      const of = (reason: GapReason) => rows.find((row) => row.reason === reason);
      return Object.fromEntries(
        GAP_REASONS.map((reason) => [
          reason,
          { gaps: of(reason)?.gaps ?? 0, candles: of(reason)?.candles ?? 0 },
        ]),
      ) as GapCounts;
    },

    async lacking() {
      const [row] = await query<Awaited<ReturnType<GapStore['lacking']>>>(
        db,
        sql`SELECT count(DISTINCT (symbol_id, timeframe))::float8 AS series, coalesce(sum(candles), 0)::float8 AS candles,
              ${msOf(sql`min(first_seen)`)} AS since
            FROM candle_gaps WHERE resolved_at IS NULL AND reason IN ('missing', 'provider_late')`,
      );
      if (row === undefined) throw new Error('a SELECT of aggregates answers one row');
      return row;
    },

    async countAttempt({ ticker, timeframe }, { from, to }) {
      await db.execute(
        sql`UPDATE candle_gaps SET attempts = attempts + 1
            WHERE symbol_id = ${symbolId(ticker)} AND timeframe = ${timeframe} AND resolved_at IS NULL
              AND from_ts >= ${at(from)} AND from_ts < ${at(to)}`,
      );
    },
  };
}

interface SyncInput {
  readonly symbol: number;
  readonly timeframe: string;
  readonly from: number;
  readonly to: number;
  readonly gaps: readonly Gap[];
  readonly now: number;
}

/** One check of a series at a time, so that what is counted and what is written agree. */
async function sync(
  { db }: Tx,
  { symbol, timeframe, from, to, gaps, now }: SyncInput,
): Promise<{ readonly added: number; readonly resolved: number }> {
  await lockWord(db, `gaps ${symbol} ${timeframe}`);
  const iso = (ms: number) => new Date(ms).toISOString();
  const rows = sql`unnest(${sql.param(gaps.map((gap) => iso(gap.from)))}::timestamptz[],
    ${sql.param(gaps.map((gap) => iso(gap.to)))}::timestamptz[], ${sql.param(gaps.map(({ candles }) => candles))}::int[],
    ${sql.param(gaps.map(({ reason }) => reason))}::text[]) AS found (from_ts, to_ts, candles, reason)`;
  const written = await query<{ isNew: boolean }>(
    db,
    sql`INSERT INTO candle_gaps (symbol_id, timeframe, from_ts, to_ts, candles, reason, first_seen, last_checked)
        SELECT ${symbol}, ${timeframe}, from_ts, to_ts, candles, reason, ${at(now)}, ${at(now)} FROM ${rows}
        ON CONFLICT (symbol_id, timeframe, from_ts) DO UPDATE SET
          to_ts = excluded.to_ts, candles = excluded.candles, reason = excluded.reason,
          last_checked = excluded.last_checked, resolved_at = NULL
        RETURNING xmax = 0 AS "isNew"`,
  );
  const resolved = await query(
    db,
    sql`UPDATE candle_gaps SET resolved_at = ${at(now)}, last_checked = ${at(now)}
        WHERE symbol_id = ${symbol} AND timeframe = ${timeframe} AND resolved_at IS NULL
          AND from_ts >= ${at(from)} AND from_ts < ${at(to)}
          AND from_ts <> ALL(${sql.param(gaps.map((gap) => iso(gap.from)))}::timestamptz[])
        RETURNING 1`,
  );
  await db.execute(
    sql`INSERT INTO gap_checks AS known (symbol_id, timeframe, checked_from, checked_to)
        VALUES (${symbol}, ${timeframe}, ${at(from)}, ${at(to)})
        ON CONFLICT (symbol_id, timeframe) DO UPDATE SET
          checked_from = least(known.checked_from, excluded.checked_from),
          checked_to = greatest(known.checked_to, excluded.checked_to)`,
  );
  return { added: written.filter(({ isNew }) => isNew).length, resolved: resolved.length };
}

function lasting({ ticker, timeframe, reasons }: GapFilter): SQL {
  return sql`g.resolved_at IS NULL
    AND ${ticker === undefined ? sql`true` : sql`s.ticker = ${ticker}`}
    AND ${timeframe === undefined ? sql`true` : sql`g.timeframe = ${timeframe}`}
    AND ${reasons === undefined ? sql`true` : sql`g.reason = ANY(${sql.param([...reasons])}::text[])`}`;
}

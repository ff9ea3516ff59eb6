import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Claim, NewWatch, Watch, WatchParams, WatchShare, WatchStore } from '../../app/ports.ts';
import { SIDES } from '../../domain/signal.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';
import type { Connection } from '../client.ts';
import { symbols } from '../schema/symbols.ts';
import { watchRequests } from '../schema/watch-requests.ts';
import { watchSubscribers } from '../schema/watch-subscribers.ts';
import { at, lockWord, msOf, query } from '../sql.ts';
import { symbolStore } from './symbol-store.ts';

/** What a watch does that another program wrote without saying. */
const UNSAID: WatchParams = { detectors: [], minScore: 0, sides: SIDES, cooldownMinutes: 30 };

/** Watches and who follows them, in Postgres. */
export function watchStore(connection: Connection): WatchStore {
  const { db, transaction } = connection;
  const instruments = symbolStore(connection);
  return {
    async add(request) {
      const symbolId = await instruments.resolve(request.ticker);
      return transaction(async (tx) => {
        await lockWord(tx.db, `watch ${request.ticker} ${request.timeframe}`);
        const { id, outcome } = await ensureActive(tx.db, symbolId, request);
        const subscribed = await subscribe(tx.db, id, request.userId);
        const [watch] = await selectWatches(tx.db).where(eq(watchRequests.id, id));
        if (watch === undefined) throw new Error(`watch ${id} vanished`);
        return { watch: toWatch(watch), outcome: outcome ?? (subscribed ? 'joined' : 'unchanged') };
      });
    },

    remove: ({ ticker, timeframe, userId }) =>
      transaction(async (tx) => {
        await lockWord(tx.db, `watch ${ticker} ${timeframe}`);
        const [watch] = await selectWatches(tx.db).where(
          and(
            eq(symbols.ticker, ticker),
            eq(watchRequests.timeframe, timeframe),
            eq(watchRequests.active, true),
          ),
        );
        if (watch === undefined) return null;
        return unsubscribe(tx.db, watch.id, userId);
      }),

    async change(watchId, { params, channelId }) {
      await db
        .update(watchRequests)
        .set({ params, ...(channelId !== null && { channelId }) })
        .where(eq(watchRequests.id, watchId));
      const [watch] = await selectWatches(db).where(eq(watchRequests.id, watchId));
      if (watch === undefined) throw new Error(`watch ${watchId} vanished`);
      return toWatch(watch);
    },

    followers: (watchId) => db.$count(watchSubscribers, eq(watchSubscribers.watchId, watchId)),

    async active() {
      return (await selectWatches(db).where(eq(watchRequests.active, true)).orderBy(watchRequests.id)).map(
        toWatch,
      );
    },

    claimDue: (newest, claim) => claimDue(db, newest, claim),

    async giveBack(by) {
      await db
        .update(watchRequests)
        .set({ claimedUntil: null })
        .where(and(eq(watchRequests.claimedBy, by), isNotNull(watchRequests.claimedUntil)));
    },

    async of(userId) {
      const rows = await selectWatches(db)
        .innerJoin(watchSubscribers, eq(watchSubscribers.watchId, watchRequests.id))
        .where(and(eq(watchRequests.active, true), eq(watchSubscribers.userId, userId)))
        .orderBy(symbols.ticker, watchRequests.id);
      return rows.map(toWatch);
    },
  };
}

/** A scanner that was seen within this time takes part in the work. */
const SEEN_MS = 30_000;

/**
 * Each takes what it had the last time, for its indicators are warm there. Those of one ticker stay together,
 * so that it is asked for once.
 */
async function claimDue(
  db: NodePgDatabase,
  newest: ReadonlyMap<SignalTimeframe, number>,
  { by, now, leaseMs, except = new Set() }: Claim & { readonly except?: ReadonlySet<number> },
): Promise<WatchShare> {
  const [share] = await query<WatchShare & { readonly watches: readonly WatchRow[] }>(
    db,
    sql`WITH due AS MATERIALIZED (
          SELECT w.id, w.claimed_until > ${at(now)} AS is_claimed
          FROM watch_requests w JOIN unnest(
            ${sql.param([...newest.keys()])}::text[],
            ${sql.param([...newest.values()].map((ts) => new Date(ts).toISOString()))}::timestamptz[]
          ) AS closed (timeframe, newest) USING (timeframe)
          WHERE w.active AND coalesce(w.last_scanned_ts < closed.newest, true)
            AND w.id <> ALL(${sql.param([...except])}::bigint[])
        ), claimed AS (
          UPDATE watch_requests SET claimed_by = ${by}, claimed_until = ${at(now + leaseMs)}
          WHERE id IN (
            SELECT id FROM watch_requests
            WHERE id IN (SELECT id FROM due) AND active
              AND (claimed_until IS NULL OR claimed_until <= ${at(now)})
            ORDER BY claimed_by IS NOT DISTINCT FROM ${by} DESC, claimed_by IS NULL DESC, symbol_id, id
            LIMIT (
              SELECT ceil((SELECT count(*) FROM due)::numeric / greatest(1, count(*))) FROM processes
              WHERE 'scanner' = ANY(roles) AND seen_at > ${at(now - SEEN_MS)}
            )
            FOR UPDATE SKIP LOCKED
          )
          RETURNING *
        ), watches AS (
          SELECT c.id, c.symbol_id AS "symbolId", s.ticker, c.timeframe, c.params, c.channel_id AS "channelId",
                 c.created_by AS "createdBy", ${msOf(sql`c.last_scanned_ts`)} AS "lastScannedTs"
          FROM claimed c JOIN symbols s ON s.id = c.symbol_id
        )
        SELECT (SELECT coalesce(json_agg(watches ORDER BY id), '[]') FROM watches) AS watches,
               (SELECT count(*)::int FROM due) AS due,
               (SELECT coalesce(bool_or(is_claimed), false) FROM due) AS "othersScan",
               ARRAY(SELECT id::float8 FROM watch_requests WHERE active) AS active`,
  );
  if (share === undefined) throw new Error('no share was answered');
  return { ...share, watches: share.watches.map(toWatch) };
}

function selectWatches(db: NodePgDatabase) {
  return db
    .select({
      id: watchRequests.id,
      symbolId: watchRequests.symbolId,
      ticker: symbols.ticker,
      timeframe: watchRequests.timeframe,
      params: watchRequests.params,
      channelId: watchRequests.channelId,
      createdBy: watchRequests.createdBy,
      lastScannedTs: watchRequests.lastScannedTs,
    })
    .from(watchRequests)
    .innerJoin(symbols, eq(symbols.id, watchRequests.symbolId))
    .$dynamic();
}

type WatchRow = Awaited<ReturnType<typeof selectWatches>>[number];

function toWatch(row: WatchRow): Watch {
  return {
    ...row,
    params: { ...UNSAID, ...row.params },
    channelId: row.channelId ?? '',
    createdBy: row.createdBy ?? '',
  };
}

/** The one active row of a ticker and timeframe: as it is, woken up, or made. */
async function ensureActive(
  db: NodePgDatabase,
  symbolId: number,
  request: NewWatch,
): Promise<{ readonly id: number; readonly outcome: 'created' | 'resumed' | null }> {
  const { timeframe, params, channelId, startAfter } = request;
  const same = and(eq(watchRequests.symbolId, symbolId), eq(watchRequests.timeframe, timeframe));
  const [newest] = await db
    .select({ id: watchRequests.id, active: watchRequests.active })
    .from(watchRequests)
    .where(same)
    .orderBy(sql`active DESC NULLS LAST, id DESC`)
    .limit(1);
  if (newest?.active) return { id: newest.id, outcome: null };
  const fresh = { params, channelId, lastScannedTs: startAfter, createdBy: request.userId };
  if (newest !== undefined) {
    await db
      .update(watchRequests)
      .set({ ...fresh, active: true })
      .where(eq(watchRequests.id, newest.id));
    return { id: newest.id, outcome: 'resumed' };
  }
  const [made] = await db
    .insert(watchRequests)
    .values({ symbolId, timeframe, ...fresh })
    .returning({ id: watchRequests.id });
  if (made === undefined) throw new Error(`the watch of ${request.ticker} was not written`);
  return { id: made.id, outcome: 'created' };
}

/** @returns whether the person was new. */
async function subscribe(db: NodePgDatabase, watchId: number, userId: string): Promise<boolean> {
  const added = await db
    .insert(watchSubscribers)
    .values({ watchId, userId })
    .onConflictDoNothing()
    .returning();
  return added.length > 0;
}

async function unsubscribe(
  db: NodePgDatabase,
  watchId: number,
  userId: string,
): Promise<'left' | 'stopped' | null> {
  const gone = await db
    .delete(watchSubscribers)
    .where(and(eq(watchSubscribers.watchId, watchId), eq(watchSubscribers.userId, userId)))
    .returning();
  if (gone.length === 0) return null;
  const stopped = await db
    .update(watchRequests)
    .set({ active: false })
    .where(
      and(
        eq(watchRequests.id, watchId),
        sql`NOT EXISTS (SELECT FROM watch_subscribers WHERE watch_id = ${watchId})`,
      ),
    )
    .returning({ id: watchRequests.id });
  return stopped.length > 0 ? 'stopped' : 'left';
}

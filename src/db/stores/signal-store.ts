import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { QuietScan, SignalFilter, SignalStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { signals } from '../schema/signals.ts';
import { symbols } from '../schema/symbols.ts';
import { query } from '../sql.ts';
import { writeCards } from './card-writer.ts';
import { IS_WHOLE, insertSignals, SIGNAL_COLUMNS, toSignal } from './signal-rows.ts';
import { symbolId, symbolStore } from './symbol-store.ts';

/** Where cards of models on trial lie, and of series that nobody watches: no channels of Discord's, so they meet no other card. */
const SHADOW_CHANNEL = 'shadow';
const UNWATCHED_CHANNEL = 'unwatched';

/** Signals and what a scan writes with them, in Postgres. */
export function signalStore(connection: Connection): SignalStore {
  const { db, transaction } = connection;
  const instruments = symbolStore(connection);
  return {
    recordScan: (record) =>
      transaction(async (tx) => {
        const moved = await moveCursors(tx.db, [record]);
        if (moved.size === 0) return 'lost';
        const { watch, origin, runId, shadow } = record;
        const context = { symbolId: watch.symbolId, origin, runId };
        const added = await insertSignals(tx.db, record.signals, context);
        const cards = await writeCards(tx.db, watch, { added, cards: record.cards });
        if (shadow === undefined || shadow.signals.length === 0) return { signals: added.length, cards };
        const unshown = await insertSignals(tx.db, shadow.signals, context);
        await writeCards(
          tx.db,
          { ...watch, channelId: SHADOW_CHANNEL },
          { added: unshown, cards: shadow.cards },
        );
        return { signals: added.length + unshown.length, cards };
      }),

    recordQuiet: (scans) => moveCursors(db, scans),

    async recordReplay(series, found, run) {
      const symbolId = await instruments.resolve(series.ticker);
      return transaction(async (tx) => {
        const added = await insertSignals(tx.db, found, { symbolId, ...run });
        return added.length;
      });
    },

    async recordGiven({ ticker, timeframe, channelId, origin, runId, ...found }) {
      const symbolId = await instruments.resolve(ticker);
      return transaction(async (tx) => {
        const added = await insertSignals(tx.db, found.signals, { symbolId, origin, runId });
        const series = { symbolId, timeframe, channelId: channelId ?? UNWATCHED_CHANNEL };
        return {
          signals: added.length,
          cards: await writeCards(tx.db, series, { added, cards: found.cards }),
        };
      });
    },

    list: (filter) => list(db, filter),

    async find(id) {
      const [row] = await db
        .select(SIGNAL_COLUMNS)
        .from(signals)
        .innerJoin(symbols, eq(symbols.id, signals.symbolId))
        .where(and(IS_WHOLE, eq(signals.id, id)));
      return row === undefined ? null : toSignal(row);
    },
  };
}

/**
 * Taking the cursor is taking the scan: it fails when another process did, and holds others off until we commit.
 * Rows are locked in the order of their ids, so that two who move many never wait in a circle.
 *
 * @returns ids of the watches whose cursors moved.
 */
async function moveCursors(db: NodePgDatabase, scans: readonly QuietScan[]): Promise<Set<number>> {
  const ids = scans.map(({ watch }) => watch.id);
  const moved = await query<{ id: number }>(
    db,
    sql`WITH scan AS (
          SELECT * FROM unnest(
            ${sql.param(ids)}::bigint[],
            ${sql.param(scans.map(({ watch }) => toIso(watch.lastScannedTs)))}::timestamptz[],
            ${sql.param(scans.map(({ scannedTo }) => toIso(scannedTo)))}::timestamptz[]
          ) AS scan (id, before, scanned_to)
        ), locked AS (
          SELECT id FROM watch_requests WHERE id = ANY(${sql.param(ids)}::bigint[]) ORDER BY id FOR UPDATE
        )
        UPDATE watch_requests w SET last_scanned_ts = scan.scanned_to
        FROM locked JOIN scan USING (id)
        WHERE w.id = locked.id AND w.active AND w.last_scanned_ts IS NOT DISTINCT FROM scan.before
        RETURNING w.id::float8 AS id`,
  );
  return new Set(moved.map(({ id }) => id));
}

function toIso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

async function list(db: NodePgDatabase, { ticker, timeframe, side, before, limit }: SignalFilter) {
  const rows = await db
    .select(SIGNAL_COLUMNS)
    .from(signals)
    .innerJoin(symbols, eq(symbols.id, signals.symbolId))
    .where(
      and(
        IS_WHOLE,
        ticker === undefined ? undefined : sql`${signals.symbolId} = ANY(ARRAY[${symbolId(ticker)}])`,
        timeframe === undefined ? undefined : eq(signals.timeframe, timeframe),
        side === undefined ? undefined : eq(signals.side, side),
        before === undefined ? undefined : lt(signals.firedAt, before),
      ),
    )
    // An order that only the index on ticker and time can give: by time alone, looking for a ticker that has
    // been silent for a year would walk through that year.
    .orderBy(
      ...(ticker === undefined ? [] : [desc(signals.symbolId)]),
      desc(signals.firedAt),
      desc(signals.id),
    )
    .limit(limit);
  return rows.flatMap((row) => toSignal(row) ?? []);
}

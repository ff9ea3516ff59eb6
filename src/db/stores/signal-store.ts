import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ScanRecord, SignalFilter, SignalStore, WrittenScan } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { signals } from '../schema/signals.ts';
import { symbols } from '../schema/symbols.ts';
import { query } from '../sql.ts';
import { type CardGroup, writeCards } from './card-writer.ts';
import { IS_WHOLE, insertSignals, SIGNAL_COLUMNS, type SignalGroup, toSignal } from './signal-rows.ts';
import { symbolId, symbolStore } from './symbol-store.ts';

/** Where cards of models on trial lie, and of series that nobody watches: no channels of Discord's, so they meet no other card. */
const SHADOW_CHANNEL = 'shadow';
const UNWATCHED_CHANNEL = 'unwatched';

const NOTHING: WrittenScan = { signals: 0, cards: 0 };

/** Signals and what a scan writes with them, in Postgres. */
export function signalStore(connection: Connection): SignalStore {
  const { db, transaction } = connection;
  const instruments = symbolStore(connection);

  const recordScans: SignalStore['recordScans'] = async (records) => {
    const quiet = records.every(
      ({ signals, shadow }) => signals.length + (shadow?.signals.length ?? 0) === 0,
    );
    if (!quiet) return transaction((tx) => writeScans(tx.db, records));
    const moved = await moveCursors(db, records);
    return records.map(({ watch }) => (moved.has(watch.id) ? NOTHING : 'lost'));
  };

  return {
    async recordScan(record) {
      const [written = 'lost'] = await recordScans([record]);
      return written;
    },

    recordScans,

    async recordReplay(series, found, run) {
      const symbolId = await instruments.resolve(series.ticker);
      return transaction(async (tx) => {
        const [added = []] = await insertSignals(tx.db, [{ signals: found, context: { symbolId, ...run } }]);
        return added.length;
      });
    },

    async recordGiven({ ticker, timeframe, channelId, origin, runId, ...found }) {
      const symbolId = await instruments.resolve(ticker);
      return transaction(async (tx) => {
        const context = { symbolId, origin, runId };
        const series = { symbolId, timeframe, channelId: channelId ?? UNWATCHED_CHANNEL };
        const [written = NOTHING] = await writeGroups(tx.db, [{ ...found, series, context }]);
        return written;
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

/** Of the watches whose cursors this process moves, each one's signals, alerts and cards. */
async function writeScans(
  db: NodePgDatabase,
  records: readonly ScanRecord[],
): Promise<(WrittenScan | 'lost')[]> {
  const moved = await moveCursors(db, records);
  const ours = records.filter(({ watch }) => moved.has(watch.id));
  const groups = ours.flatMap(toGroups);
  const written = await writeGroups(db, groups);
  return records.map(({ watch }) => {
    if (!moved.has(watch.id)) return 'lost';
    const its = written.filter((_, index) => groups[index]?.watchId === watch.id);
    return its.reduce(add, NOTHING);
  });
}

/** Signals of one series with the cards that show them in one channel. */
interface Group extends SignalGroup, Pick<CardGroup, 'series' | 'cards'> {}

/** What of a scan people are shown and what of it is on trial lie apart. */
function toGroups({ watch, signals, cards, shadow, origin, runId }: ScanRecord) {
  const context = { symbolId: watch.symbolId, origin, runId };
  const shown = { watchId: watch.id, series: watch, context, signals, cards };
  const unshown = { ...shown, ...shadow, series: { ...watch, channelId: SHADOW_CHANNEL } };
  return [shown, ...(shadow === undefined ? [] : [unshown])].filter((group) => group.signals.length > 0);
}

async function writeGroups(db: NodePgDatabase, groups: readonly Group[]): Promise<WrittenScan[]> {
  const added = await insertSignals(db, groups);
  const cards = await writeCards(
    db,
    groups.map((group, index) => ({ ...group, added: added[index] ?? [] })),
  );
  return groups.map((_, index) => ({ signals: added[index]?.length ?? 0, cards: cards[index] ?? 0 }));
}

function add(total: WrittenScan, more: WrittenScan): WrittenScan {
  return { signals: total.signals + more.signals, cards: total.cards + more.cards };
}

/**
 * Taking the cursor is taking the scan: it fails when another process did, and holds others off until we commit.
 * Rows are locked in the order of their ids, so that two who move many never wait in a circle.
 *
 * @returns ids of the watches whose cursors moved.
 */
async function moveCursors(
  db: NodePgDatabase,
  scans: readonly Pick<ScanRecord, 'watch' | 'scannedTo'>[],
): Promise<Set<number>> {
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

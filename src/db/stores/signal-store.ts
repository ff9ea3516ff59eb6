import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ScanRecord, SignalFilter, SignalStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { signals } from '../schema/signals.ts';
import { symbols } from '../schema/symbols.ts';
import { at, query } from '../sql.ts';
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
        if (!(await moveCursor(tx.db, record))) return 'lost';
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

/** Taking the cursor is taking the scan: it fails when another process did, and holds others off until we commit. */
async function moveCursor(db: NodePgDatabase, { watch, scannedTo }: ScanRecord): Promise<boolean> {
  const before = watch.lastScannedTs === null ? sql`NULL` : at(watch.lastScannedTs);
  const moved = await query(
    db,
    sql`UPDATE watch_requests SET last_scanned_ts = ${at(scannedTo)}
        WHERE id = ${watch.id} AND active AND last_scanned_ts IS NOT DISTINCT FROM ${before}
        RETURNING id`,
  );
  return moved.length > 0;
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

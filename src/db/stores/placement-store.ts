import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { HeldCard, PlaceableCard, PlacementStore, PlaceRequest } from '../../app/ports.ts';
import type { NewOutboxMessage } from '../../domain/outbox.ts';
import { byStrength, type Placement, type ShownCard } from '../../domain/place-cards.ts';
import type { Connection } from '../client.ts';
import { at, lockWord, msOf, query } from '../sql.ts';
import { activeMutes } from './mute-store.ts';
import { addToOutbox } from './outbox-store.ts';

/** Of a watch that is gone, or that another program wrote without saying. */
const COOLDOWN_MINUTES = 30;

/** Who sees which card, in Postgres: one process decides at a time. */
export function placementStore({ db, transaction }: Connection): PlacementStore {
  return {
    async place(request, rule) {
      if ((await readUnplaced(db, request)).length === 0) return 0;
      return transaction(async (tx) => {
        await lockWord(tx.db, 'place cards');
        const cards = await readUnplaced(tx.db, request);
        const shown = await readShown(tx.db, cards, request.now);
        const mutes = (await activeMutes(tx.db, request.now)).filter(({ userId }) => userId === null);
        const placed = rule(cards, { shown, mutes });
        await writePlacements(tx.db, placed, request.now);
        const listed = new Set(placed.flatMap(({ state, cardId }) => (state === 'listed' ? cardId : [])));
        await writeLists(
          tx.db,
          cards.filter(({ cardId }) => listed.has(cardId)),
        );
        return placed.length;
      });
    },

    held: () => query<HeldCard>(db, selectPlaceable(sql`c.state = 'held'`)),

    async release(cardId, gapPrice) {
      const released = await query(
        db,
        sql`UPDATE cards SET state = 'new', gap_price = ${gapPrice} WHERE id = ${cardId} AND state = 'held' RETURNING id`,
      );
      return released.length > 0;
    },

    drop: (cardIds, reason, line) =>
      transaction(async (tx) => {
        const dropped = await query(
          tx.db,
          sql`UPDATE cards SET state = 'suppressed', suppressed_reason = ${reason}
              WHERE id = ANY(${sql.param([...cardIds])}::bigint[]) AND state = 'held' RETURNING id`,
        );
        if (dropped.length > 0) await addToOutbox(tx.db, line);
      }),

    async open(cardId, { by, at: openedAt }) {
      const opened = await query(
        db,
        sql`UPDATE cards SET state = 'pending', opened_by = ${by}, opened_at = ${at(openedAt)}
            WHERE id = ${cardId} AND state = 'listed' RETURNING id`,
      );
      return opened.length > 0;
    },
  };
}

function readUnplaced(db: NodePgDatabase, { firedBy }: PlaceRequest): Promise<PlaceableCard[]> {
  const settled = firedBy === undefined ? sql`` : sql`AND c.fired_at <= ${at(firedBy)}`;
  return query<PlaceableCard>(db, selectPlaceable(sql`c.state = 'new' ${settled}`));
}

function selectPlaceable(where: SQL): SQL {
  return sql`
    SELECT c.id::float8 AS "cardId", y.ticker, c.timeframe, c.side, c.channel_id AS "channelId",
      ${msOf(sql`c.fired_at`)} AS "firedAt", coalesce(h.score, 0)::float8 AS score, h.price::float8 AS price,
      h.detectors AS "detectorIds", h.detectors[1] AS "detectorId", h.levels,
      coalesce((w.params->>'cooldownMinutes')::float8, ${COOLDOWN_MINUTES}::float8) AS "cooldownMinutes"
    FROM cards c
    JOIN symbols y ON y.id = c.symbol_id
    JOIN LATERAL (
      SELECT max(s.score) AS score,
        array_agg(s.detector_id ORDER BY s.score DESC NULLS LAST, s.detector_id) AS detectors,
        (array_agg(s.price_at_signal ORDER BY s.score DESC NULLS LAST, s.detector_id))[1] AS price,
        (array_agg(a.payload->'levels' ORDER BY s.score DESC NULLS LAST, s.detector_id))[1] AS levels
      FROM alerts a JOIN signals s ON s.id = a.signal_id AND s.fired_at = a.signal_fired_at
      WHERE a.card_id = c.id AND a.kind = 'signal'
    ) h ON h.detectors IS NOT NULL
    LEFT JOIN watch_requests w ON w.symbol_id = c.symbol_id AND w.timeframe = c.timeframe AND w.active
    WHERE ${where} ORDER BY c.id`;
}

/** The newest shown card of each ticker and channel in question, and all that were placed in the last minute. */
function readShown(db: NodePgDatabase, cards: readonly PlaceableCard[], now: number): Promise<ShownCard[]> {
  const tickers = [...new Set(cards.map(({ ticker }) => ticker))];
  const shown = sql`c.kind = 'signal' AND c.state IN ('pending', 'sending', 'sent', 'failed', 'listed', 'held')`;
  const columns = sql`y.ticker, c.channel_id AS "channelId", ${msOf(sql`c.fired_at`)} AS "firedAt",
    ${msOf(sql`c.placed_at`)} AS "placedAt"`;
  return query<ShownCard>(
    db,
    sql`SELECT ${columns} FROM cards c JOIN symbols y ON y.id = c.symbol_id
        WHERE ${shown} AND c.placed_at > ${at(now - 60_000)}
        UNION
        SELECT * FROM (
          SELECT DISTINCT ON (c.symbol_id, c.channel_id) ${columns}
          FROM cards c JOIN symbols y ON y.id = c.symbol_id
          WHERE ${shown} AND y.ticker = ANY(${sql.param(tickers)}::text[])
          ORDER BY c.symbol_id, c.channel_id, c.fired_at DESC
        ) newest`,
  );
}

async function writePlacements(db: NodePgDatabase, placed: readonly Placement[], now: number): Promise<void> {
  const reasons = placed.map((each) => (each.state === 'suppressed' ? each.reason : null));
  await db.execute(
    sql`UPDATE cards SET state = p.state, suppressed_reason = p.reason,
          placed_at = CASE WHEN p.state = 'held' THEN NULL ELSE ${at(now)} END,
          held_reason = coalesce(held_reason,
            CASE p.state WHEN 'held' THEN 'closing_bell' WHEN 'listed' THEN 'flood' END)
        FROM unnest(${sql.param(placed.map(({ cardId }) => cardId))}::bigint[],
          ${sql.param(placed.map(({ state }) => state))}::text[], ${sql.param(reasons)}::text[]) AS p (id, state, reason)
        WHERE cards.id = p.id AND cards.state = 'new'`,
  );
}

/** One message for the listed cards of each channel; its first card names the occasion. */
async function writeLists(db: NodePgDatabase, cards: readonly PlaceableCard[]): Promise<void> {
  const channels = Map.groupBy(cards, ({ channelId }) => channelId);
  for (const [channelId, group] of channels) {
    await addToOutbox(db, listOf(channelId, group));
  }
}

function listOf(channelId: string, group: readonly PlaceableCard[]): NewOutboxMessage {
  const lines = group
    .toSorted(byStrength)
    .map(({ cardId, ticker, timeframe, side, price, score, detectorId }) => ({
      cardId,
      ticker,
      timeframe,
      side,
      price,
      score,
      detectorId,
    }));
  const key = `list:${channelId}:${Math.min(...lines.map(({ cardId }) => cardId))}`;
  const firedAt = Math.max(...group.map((card) => card.firedAt));
  return { key, channelId, cardId: null, content: { kind: 'list', firedAt, cards: lines } };
}

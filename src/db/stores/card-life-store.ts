import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { CardLifeStore, FollowedCard } from '../../app/ports.ts';
import type { Candle } from '../../domain/candle.ts';
import type { CardEvent, CardState } from '../../domain/card.ts';
import { expiringTouch } from '../../domain/card-life.ts';
import type { Connection } from '../client.ts';
import { at, msOf, query } from '../sql.ts';
import { addToOutbox } from './outbox-store.ts';

/** The last candle of a horizon may be this late before the horizon is called over without it. */
const LATE_MS = 15 * 60_000;

/** What happens to shown cards, in Postgres. */
export function cardLifeStore({ db, transaction }: Connection): CardLifeStore {
  return {
    async followed(now) {
      const cards = await readDue(db, now);
      const followed: FollowedCard[] = [];
      for (const { symbolId, ...card } of cards)
        followed.push({ ...card, candles: await readPath(db, symbolId, card) });
      return followed;
    },

    record: (cardId, { events, followedTo, closedAt }) =>
      transaction(async (tx) => {
        const [card] = await query<{ state: CardState; channelId: string }>(
          tx.db,
          sql`SELECT state, channel_id AS "channelId" FROM cards WHERE id = ${cardId} FOR NO KEY UPDATE`,
        );
        if (card === undefined) return [];
        const added = await addUpdates(tx.db, cardId, events);
        const touches = added.filter(({ kind }) => kind !== 'horizon');
        const last = touches.at(-1);
        if (last !== undefined && card.state === 'sent') {
          const content = { kind: 'touch', events: touches } as const;
          const key = `touch:${cardId}:${last.kind}`;
          await addToOutbox(tx.db, { key, channelId: card.channelId, cardId, content });
        }
        const expiry = expiringTouch(added);
        await tx.db.execute(
          sql`UPDATE cards SET
                followed_to = ${followedTo === null ? sql`followed_to` : at(followedTo)},
                closed_at = coalesce(closed_at, ${closedAt === null ? null : at(closedAt)}),
                expired_by = CASE WHEN expired_at IS NULL THEN ${expiry?.by ?? null} ELSE expired_by END,
                expired_at = coalesce(expired_at, ${expiry === null ? null : at(expiry.at)}),
                revision = revision + ${added.length === 0 ? 0 : 1}
              WHERE id = ${cardId}`,
        );
        return added;
      }),

    async expire(now) {
      const expired = await query<{ state: CardState }>(
        db,
        sql`UPDATE cards SET expired_at = expires_at, expired_by = 'time', revision = revision + 1
            WHERE kind = 'signal' AND state IN ('sent', 'listed') AND closed_at IS NULL
              AND expired_at IS NULL AND expires_at <= ${at(now)}
            RETURNING state`,
      );
      return expired.filter(({ state }) => state === 'sent').length;
    },
  };
}

type DueCard = Omit<FollowedCard, 'candles'> & { readonly symbolId: number };

/** Cards with a candle that was not looked at, and those whose last candle should be there by now. */
function readDue(db: NodePgDatabase, now: number): Promise<DueCard[]> {
  return query<DueCard>(
    db,
    sql`SELECT c.id::float8 AS id, c.symbol_id::float8 AS "symbolId", c.timeframe, c.side,
          ${msOf(sql`c.fired_at`)} AS "firedAt", ${msOf(sql`c.horizon_at`)} AS "horizonAt", a.levels
        FROM cards c
        JOIN LATERAL (
          SELECT a.payload->'levels' AS levels
          FROM alerts a JOIN signals s ON s.id = a.signal_id AND s.fired_at = a.signal_fired_at
          WHERE a.card_id = c.id AND a.kind = 'signal'
          ORDER BY s.score DESC NULLS LAST, s.detector_id, s.id LIMIT 1
        ) a ON a.levels IS NOT NULL
        WHERE c.kind = 'signal' AND c.state IN ('sent', 'listed') AND c.closed_at IS NULL
          AND (c.horizon_at <= ${at(now - LATE_MS)} OR EXISTS (
            SELECT FROM candles k
            WHERE k.symbol_id = c.symbol_id AND k.timeframe = c.timeframe
              AND k.ts >= c.fired_at AND k.ts < c.horizon_at AND (c.followed_to IS NULL OR k.ts > c.followed_to)
          ))
        ORDER BY c.id`,
  );
}

function readPath(
  db: NodePgDatabase,
  symbolId: number,
  { timeframe, firedAt, horizonAt }: Pick<FollowedCard, 'timeframe' | 'firedAt' | 'horizonAt'>,
): Promise<Candle[]> {
  return query<Candle>(
    db,
    sql`SELECT ${msOf(sql`ts`)} AS ts, open::float8, high::float8, low::float8, close::float8, volume::float8
        FROM candles
        WHERE symbol_id = ${symbolId} AND timeframe = ${timeframe}
          AND ts >= ${at(firedAt)} AND ts < ${at(horizonAt)}
        ORDER BY ts`,
  );
}

/** One update for each signal of the card and event; a signal that joined late gets those before it too. */
async function addUpdates(
  db: NodePgDatabase,
  cardId: number,
  events: readonly CardEvent[],
): Promise<CardEvent[]> {
  if (events.length === 0) return [];
  const known = await query<{ event: string }>(
    db,
    sql`SELECT DISTINCT event FROM alerts WHERE card_id = ${cardId} AND kind = 'update'`,
  );
  await db.execute(
    sql`INSERT INTO alerts (signal_id, signal_fired_at, channel, payload, delivered, card_id, kind, event)
        SELECT a.signal_id, a.signal_fired_at, a.channel, told, false, a.card_id, 'update', told->>'kind'
        FROM alerts a, jsonb_array_elements(${JSON.stringify(events)}::jsonb) AS told
        WHERE a.card_id = ${cardId} AND a.kind = 'signal'
        ON CONFLICT (signal_id, event) WHERE kind = 'update' DO NOTHING`,
  );
  return events.filter(({ kind }) => !known.some(({ event }) => event === kind));
}

import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { CardStore } from '../../app/ports.ts';
import { CARD_STATES } from '../../domain/card.ts';
import type { Connection } from '../client.ts';
import { at, msOf, query } from '../sql.ts';
import { readDetails } from './card-details.ts';
import { cardFates } from './card-fates.ts';

/** Cards and their delivery, in Postgres: a claim is a lease in the row, never a lock held over HTTP. */
export function cardStore(connection: Connection): CardStore {
  const { db } = connection;
  const changed = async (statement: SQL) => (await query(db, statement)).length > 0;

  return {
    ...cardFates(connection),

    async claim(request) {
      for (;;) {
        const claimed = await takeNext(db, request);
        if (claimed === null) return null;
        const details = await readDetails(db, claimed.id);
        if (details !== null) return { details, resumed: claimed.resumed };
        // Its signals were deleted by hand: there is nothing to show, and the next card must not wait for it.
        await changed(
          sql`UPDATE cards SET state = 'failed', last_error = 'its signals are gone' WHERE id = ${claimed.id} RETURNING id`,
        );
      }
    },

    markSent: (cardId, { by, messageId, at: sentAt }) =>
      changed(
        sql`WITH sent AS (
              UPDATE cards SET state = 'sent', message_id = ${messageId}, sent_at = ${at(sentAt)},
                claimed_by = NULL, claimed_until = NULL, last_error = NULL
              WHERE id = ${cardId} AND state = 'sending' AND claimed_by = ${by}
              RETURNING id
            ), delivered AS (
              UPDATE alerts SET delivered = true, message_id = ${messageId}
              FROM sent WHERE alerts.card_id = sent.id AND alerts.kind = 'signal'
            )
            SELECT id FROM sent`,
      ),

    markFailed: (cardId, { by, error, retryAt }) =>
      changed(
        sql`UPDATE cards SET state = ${retryAt === null ? 'failed' : 'pending'}, last_error = ${error},
              deliver_after = ${retryAt === null ? sql`deliver_after` : at(retryAt)},
              claimed_by = NULL, claimed_until = NULL
            WHERE id = ${cardId} AND state = 'sending' AND claimed_by = ${by}
            RETURNING id`,
      ),

    async suppress(cardId, reason) {
      await changed(
        sql`UPDATE cards SET state = 'suppressed', suppressed_reason = ${reason},
              claimed_by = NULL, claimed_until = NULL
            WHERE id = ${cardId} AND state IN ('pending', 'sending')
            RETURNING id`,
      );
    },

    details: (cardId) => readDetails(db, cardId),

    async setMentioned(cardId, by, userIds) {
      await changed(
        sql`UPDATE cards SET mentioned = ${sql.param([...userIds])}::text[]
            WHERE id = ${cardId} AND state = 'sending' AND claimed_by = ${by} RETURNING id`,
      );
    },

    async outdated(limit) {
      const rows = await query<{ id: number }>(
        db,
        sql`SELECT id::float8 AS id FROM cards WHERE state = 'sent' AND shown_revision < revision
            ORDER BY id LIMIT ${limit}`,
      );
      const details = await Promise.all(rows.map(({ id }) => readDetails(db, id)));
      return details.filter((each) => each !== null);
    },

    async markShown({ card, signals, events }) {
      const ids = signals.map(({ id }) => id);
      const kinds = events.map(({ kind }) => kind);
      await changed(
        sql`WITH shown AS (
              UPDATE cards SET shown_revision = ${card.revision}
              WHERE id = ${card.id} AND state = 'sent' AND shown_revision < ${card.revision}
              RETURNING id, message_id
            )
            UPDATE alerts SET delivered = true, message_id = shown.message_id
            FROM shown
            WHERE alerts.card_id = shown.id AND NOT alerts.delivered
              AND alerts.signal_id = ANY(${sql.param(ids)}::bigint[])
              AND (alerts.kind = 'signal' OR alerts.event = ANY(${sql.param(kinds)}::text[]))
            RETURNING alerts.id`,
      );
    },

    async counts() {
      const rows = await query<{ state: (typeof CARD_STATES)[number]; n: number; oldest: number | null }>(
        db,
        sql`SELECT state, count(*)::int AS n, ${msOf(sql`min(coalesce(opened_at, fired_at))`)} AS oldest
            FROM cards WHERE kind = 'signal' GROUP BY state`,
      );
      const of = (state: string) => rows.find((row) => row.state === state);
      const [pending, sending] = [of('pending')?.oldest, of('sending')?.oldest];
      const waiting = [pending, sending].filter((each) => typeof each === 'number');
      const numbers = Object.fromEntries(CARD_STATES.map((state) => [state, of(state)?.n ?? 0]));
      return {
        ...(numbers as Record<(typeof CARD_STATES)[number], number>),
        oldestPendingAt: waiting.length === 0 ? null : Math.min(...waiting),
      };
    },
  };
}

/** Claims the oldest card that is due; what it shows from now on counts as shown. */
async function takeNext(
  db: NodePgDatabase,
  { by, now, leaseMs }: Parameters<CardStore['claim']>[0],
): Promise<{ readonly id: number; readonly resumed: boolean } | null> {
  const [claimed] = await query<{ id: number; resumed: boolean }>(
    db,
    sql`UPDATE cards SET
          state = 'sending', claimed_by = ${by}, claimed_until = ${at(now + leaseMs)},
          attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, ${at(now)}),
          shown_revision = revision
        WHERE id = (
          SELECT id FROM cards
          WHERE (state = 'pending' AND (deliver_after IS NULL OR deliver_after <= ${at(now)}))
             OR (state = 'sending' AND claimed_until <= ${at(now)})
          ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING id::float8 AS id, attempts > 1 AS resumed`,
  );
  return claimed ?? null;
}

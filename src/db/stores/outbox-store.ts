import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { OutboxStore } from '../../app/ports.ts';
import type { NewOutboxMessage, OutboxMessage } from '../../domain/outbox.ts';
import type { Connection } from '../client.ts';
import { outbox } from '../schema/outbox.ts';
import { at, msOf, query } from '../sql.ts';

/** Messages that are no cards, in Postgres; claimed and given back like cards. */
export function outboxStore({ db }: Connection): OutboxStore {
  const changed = async (statement: SQL) => (await query(db, statement)).length > 0;

  return {
    add: (message) => addToOutbox(db, message),

    async claim({ by, now, leaseMs }) {
      const [claimed] = await query<OutboxMessage & { resumed: boolean }>(
        db,
        sql`UPDATE outbox SET state = 'sending', claimed_by = ${by}, claimed_until = ${at(now + leaseMs)},
              attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, ${at(now)})
            WHERE id = (
              SELECT id FROM outbox
              WHERE (state = 'pending' AND (deliver_after IS NULL OR deliver_after <= ${at(now)}))
                 OR (state = 'sending' AND claimed_until <= ${at(now)})
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            RETURNING ${COLUMNS}, attempts > 1 AS resumed`,
      );
      if (claimed === undefined) return null;
      const { resumed, ...message } = claimed;
      return { message, resumed };
    },

    /** A touch reply delivers the updates it tells of. */
    markSent: (id, { by, messageId, at: sentAt }) =>
      changed(
        sql`WITH sent AS (
              UPDATE outbox SET state = 'sent', message_id = ${messageId}, sent_at = ${at(sentAt)},
                claimed_by = NULL, claimed_until = NULL, last_error = NULL
              WHERE id = ${id} AND state = 'sending' AND claimed_by = ${by}
              RETURNING id, card_id, content
            ), delivered AS (
              UPDATE alerts SET delivered = true, message_id = ${messageId}
              FROM sent, jsonb_array_elements(sent.content->'events') AS told
              WHERE sent.content->>'kind' = 'touch' AND alerts.card_id = sent.card_id
                AND alerts.kind = 'update' AND alerts.event = told->>'kind'
            )
            SELECT id FROM sent`,
      ),

    markFailed: (id, { by, error, retryAt }) =>
      changed(
        sql`UPDATE outbox SET state = ${retryAt === null ? 'failed' : 'pending'}, last_error = ${error},
              deliver_after = ${retryAt === null ? sql`deliver_after` : at(retryAt)},
              claimed_by = NULL, claimed_until = NULL
            WHERE id = ${id} AND state = 'sending' AND claimed_by = ${by} RETURNING id`,
      ),

    async suppress(id, reason) {
      await changed(
        sql`UPDATE outbox SET state = 'suppressed', suppressed_reason = ${reason},
              claimed_by = NULL, claimed_until = NULL
            WHERE id = ${id} AND state IN ('pending', 'sending') RETURNING id`,
      );
    },

    find: (id) => findMessage(db, id),
  };
}

async function findMessage(
  db: NodePgDatabase,
  id: number,
): Promise<(OutboxMessage & { readonly messageId: string | null }) | null> {
  const [found] = await query<OutboxMessage & { messageId: string | null }>(
    db,
    sql`SELECT ${COLUMNS}, message_id AS "messageId" FROM outbox WHERE id = ${id}`,
  );
  return found ?? null;
}

const COLUMNS = sql`id::float8 AS id, key, channel_id AS "channelId", card_id::float8 AS "cardId", content,
  attempts, ${msOf(sql`first_attempt_at`)} AS "firstAttemptAt"`;

/** Puts a message into the outbox inside a transaction; one with the same key is left as it is. */
export async function addToOutbox(db: NodePgDatabase, message: NewOutboxMessage): Promise<void> {
  await db.insert(outbox).values(message).onConflictDoNothing();
}

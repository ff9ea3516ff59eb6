import { sql } from 'drizzle-orm';
import type { CardFate, CardStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { msOf, query } from '../sql.ts';

/** What became of the cards of signals, in Postgres. */
export function cardFates({ db }: Connection): Pick<CardStore, 'fatesOf'> {
  return {
    fatesOf: (signalIds) =>
      query<CardFate>(
        db,
        sql`SELECT a.signal_id::float8 AS "signalId", c.id::float8 AS "cardId", c.channel_id AS "channelId",
              c.message_id AS "messageId", c.state, c.suppressed_reason AS "suppressedReason",
              c.held_reason AS "heldReason", ${msOf(sql`c.sent_at`)} AS "sentAt"
            FROM alerts a JOIN cards c ON c.id = a.card_id
            WHERE a.signal_id = ANY(${sql.param([...signalIds])}::bigint[]) AND a.kind = 'signal'
            ORDER BY c.id, a.signal_id`,
      ),
  };
}

import { sql } from 'drizzle-orm';
import type { Backlog, BacklogStore } from '../../app/ops/ops-ports.ts';
import type { Connection } from '../client.ts';
import { at, msOf, query } from '../sql.ts';

const DAY = 86_400_000;
/** A signal without any label is looked for this far back: the index on time makes it a short walk. */
const UNLABELLED_DAYS = 31;

interface BacklogRow {
  readonly cards: number;
  readonly cardsSince: number | null;
  readonly messages: number;
  readonly messagesSince: number | null;
  readonly unlabelledSince: number | null;
}

/** What is waiting to be done, in Postgres. */
export function backlogStore({ db }: Connection): BacklogStore {
  return {
    async read(now): Promise<Backlog> {
      // What failed waits for another attempt; what was never tried may just not be due.
      const open = sql`state IN ('pending', 'sending')
        AND (attempts > 0 OR deliver_after IS NULL OR deliver_after <= ${at(now)})`;
      const [row] = await query<BacklogRow>(
        db,
        sql`SELECT c.n AS cards, c.since AS "cardsSince", o.n AS messages, o.since AS "messagesSince",
              (SELECT ${msOf(sql`min(s.fired_at)`)} FROM signals s
               WHERE s.fired_at >= ${at(now - UNLABELLED_DAYS * DAY)} AND s.price_at_signal > 0 AND s.side IS NOT NULL
                 AND NOT EXISTS (SELECT FROM outcomes l WHERE l.signal_id = s.id AND l.signal_fired_at = s.fired_at)
              ) AS "unlabelledSince"
            FROM (SELECT count(*)::int AS n, ${msOf(sql`min(coalesce(due_at, placed_at, created_at))`)} AS since
                  FROM cards WHERE ${open}) c,
                 (SELECT count(*)::int AS n, ${msOf(sql`min(coalesce(first_attempt_at, deliver_after, created_at))`)} AS since
                  FROM outbox WHERE ${open}) o`,
      );
      if (row === undefined) throw new Error('a SELECT of aggregates answers one row');
      return {
        cards: { waiting: row.cards, oldestDueAt: row.cardsSince },
        messages: { waiting: row.messages, oldestDueAt: row.messagesSince },
        oldestUnlabelledAt: row.unlabelledSince,
      };
    },
  };
}

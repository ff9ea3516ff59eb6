import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { SnoozeStore } from '../../app/ports.ts';
import type { Connection } from '../client.ts';
import { cardSnoozes } from '../schema/card-snoozes.ts';
import { at, msOf, query } from '../sql.ts';

/** People who want a card back within this time of each other share one reminder. */
const SHARED = sql`interval '10 minutes'`;

/** Who snoozed what until when, in Postgres; a reminder is a card that is due later. */
export function snoozeStore({ db, transaction }: Connection): SnoozeStore {
  return {
    set: ({ cardId, userId, dueAt, now }) =>
      transaction(async (tx) => {
        // Choices about one card come one after the other, so that two people share what they can.
        const [card] = await query(
          tx.db,
          sql`SELECT id FROM cards WHERE id = ${cardId} AND kind = 'signal' FOR NO KEY UPDATE`,
        );
        if (card === undefined) return null;
        const reminder =
          (await findReminder(tx.db, cardId, dueAt)) ?? (await makeReminder(tx.db, cardId, dueAt));
        const wish = { reminderId: reminder.id, snoozedAt: now };
        await tx.db
          .insert(cardSnoozes)
          .values({ cardId, userId, ...wish })
          .onConflictDoUpdate({ target: [cardSnoozes.cardId, cardSnoozes.userId], set: wish });
        return reminder.dueAt;
      }),

    async dueAt(cardId, userId) {
      const [row] = await query<{ dueAt: number }>(
        db,
        sql`SELECT ${msOf(sql`r.due_at`)} AS "dueAt" FROM card_snoozes s JOIN cards r ON r.id = s.reminder_id
            WHERE s.card_id = ${cardId} AND s.user_id = ${userId} AND r.state IN ('pending', 'sending')`,
      );
      return row?.dueAt ?? null;
    },

    async waiting(reminderId) {
      const rows = await query<{ userId: string }>(
        db,
        sql`SELECT s.user_id AS "userId" FROM card_snoozes s
            WHERE s.reminder_id = ${reminderId} AND 'snooze' = (
              SELECT d.action FROM decisions d WHERE d.card_id = s.card_id AND d.decided_by = s.user_id
              ORDER BY d.decided_at DESC, d.id DESC LIMIT 1
            )
            ORDER BY s.snoozed_at, s.user_id`,
      );
      return rows.map(({ userId }) => userId);
    },
  };
}

interface ReminderRow {
  readonly id: number;
  readonly dueAt: number;
}

/** The waiting reminder of a card that is due closest to a moment, if close enough. */
async function findReminder(db: NodePgDatabase, cardId: number, dueAt: number): Promise<ReminderRow | null> {
  const [row] = await query<ReminderRow>(
    db,
    sql`SELECT id::float8 AS id, ${msOf(sql`due_at`)} AS "dueAt" FROM cards
        WHERE original_id = ${cardId} AND state = 'pending' AND attempts = 0
          AND due_at BETWEEN ${at(dueAt)} - ${SHARED} AND ${at(dueAt)} + ${SHARED}
        ORDER BY abs(extract(epoch FROM due_at - ${at(dueAt)})) LIMIT 1`,
  );
  return row ?? null;
}

async function makeReminder(db: NodePgDatabase, cardId: number, dueAt: number): Promise<ReminderRow> {
  const [row] = await query<{ id: number }>(
    db,
    sql`INSERT INTO cards (symbol_id, timeframe, fired_at, side, channel_id, kind, due_at, deliver_after, original_id)
        SELECT symbol_id, timeframe, fired_at, side, channel_id, 'reminder', ${at(dueAt)}, ${at(dueAt)}, id
        FROM cards WHERE id = ${cardId}
        ON CONFLICT ON CONSTRAINT cards_once_key DO UPDATE SET original_id = excluded.original_id
        RETURNING id::float8 AS id`,
  );
  if (row === undefined) throw new Error(`no reminder was made of card ${cardId}`);
  return { id: row.id, dueAt };
}

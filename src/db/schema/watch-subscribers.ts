import { sql } from 'drizzle-orm';
import { bigint, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';
import { watchRequests } from './watch-requests.ts';

/** Who follows a watch. */
export const watchSubscribers = pgTable(
  'watch_subscribers',
  {
    watchId: bigint('watch_id', { mode: 'number' })
      .notNull()
      .references(() => watchRequests.id, { onDelete: 'cascade' }),
    userId: text('user_id').notNull(),
    createdAt: epochMs('created_at').notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ name: 'watch_subscribers_pkey', columns: [table.watchId, table.userId] }),
    index('watch_subscribers_user_id_idx').on(table.userId),
  ],
);

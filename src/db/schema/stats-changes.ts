import { bigint, date, index, pgTable } from 'drizzle-orm/pg-core';

/** New York days whose roll-ups are out of date, written by triggers; whoever rolls a day up takes its rows away. */
export const statsChanges = pgTable(
  'stats_changes',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    day: date('day').notNull(),
  },
  (table) => [index('stats_changes_day_idx').on(table.day)],
);

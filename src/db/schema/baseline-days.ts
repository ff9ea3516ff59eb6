import { date, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea } from '../columns.ts';

/** What followed the random moments of a New York day that no signal is near: what detectors are held against. */
export const baselineDays = pgTable(
  'baseline_days',
  {
    day: date('day').notNull(),
    timeframe: text('timeframe').notNull(),
    side: text('side').notNull(),
    horizonBars: integer('horizon_bars').notNull(),
    labelVersion: integer('label_version').notNull(),
    /** `RateCells` of the day, four bytes a number: see `packed-days.ts`. */
    strata: bytea('strata').notNull(),
  },
  (table) => [
    index('baseline_days_horizon_idx').on(table.labelVersion, table.horizonBars),
    primaryKey({
      name: 'baseline_days_pkey',
      columns: [table.day, table.timeframe, table.side, table.horizonBars, table.labelVersion],
    }),
  ],
);

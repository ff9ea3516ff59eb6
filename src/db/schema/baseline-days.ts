import { date, index, integer, json, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/** Of each stratum that occurs: how many were measured, and how many of them touched TP1 before the stop. */
export type Strata = Readonly<Record<string, readonly [n: number, hits: number]>>;

/** What followed the random moments of a New York day that no signal is near: what detectors are held against. */
export const baselineDays = pgTable(
  'baseline_days',
  {
    day: date('day').notNull(),
    timeframe: text('timeframe').notNull(),
    side: text('side').notNull(),
    horizonBars: integer('horizon_bars').notNull(),
    labelVersion: integer('label_version').notNull(),
    strata: json('strata').$type<Strata>().notNull(),
  },
  (table) => [
    index('baseline_days_horizon_idx').on(table.labelVersion, table.horizonBars),
    primaryKey({
      name: 'baseline_days_pkey',
      columns: [table.day, table.timeframe, table.side, table.horizonBars, table.labelVersion],
    }),
  ],
);

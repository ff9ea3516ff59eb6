import { date, index, integer, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea } from '../columns.ts';

const sum = (name: string) => numeric(name).notNull();

/** What followed the signals of a New York day, summed: `/stats detectors` reads days, never millions of outcomes. */
export const outcomeDays = pgTable(
  'outcome_days',
  {
    day: date('day').notNull(),
    origin: text('origin').notNull(),
    detectorId: text('detector_id').notNull(),
    detectorVersion: text('detector_version').notNull(),
    timeframe: text('timeframe').notNull(),
    side: text('side').notNull(),
    horizonTf: text('horizon_tf').notNull(),
    horizonBars: integer('horizon_bars').notNull(),
    labelVersion: integer('label_version').notNull(),
    /** Outcomes that were measured. */
    n: integer('n').notNull(),
    tp1First: integer('tp1_first').notNull(),
    stopFirst: integer('stop_first').notNull(),
    ambiguous: integer('ambiguous').notNull(),
    hitTp1: integer('hit_tp1').notNull(),
    /** Seconds from the signal to TP1, over those that touched it. */
    secondsToTp1: sum('seconds_to_tp1'),
    /** Raw fractions, not signed by side. */
    retClose: sum('ret_close'),
    maxRunUp: sum('max_run_up'),
    maxDrawdown: sum('max_drawdown'),
    /** Outcomes whose levels say what R is, and R of leaving at the first barrier or at the horizon's end. */
    withR: integer('with_r').notNull(),
    sumR: sum('sum_r'),
    /** `ret_close` of each, for the median: see `packed-days.ts`. */
    returns: bytea('returns').notNull(),
    /** `RateCells` of the day, four bytes a number: see `packed-days.ts`. */
    strata: bytea('strata').notNull(),
    /** Not measured: entered beyond its levels, or without all its candles. */
    invalidEntry: integer('invalid_entry').notNull(),
    dataMissing: integer('data_missing').notNull(),
  },
  (table) => [
    index('outcome_days_horizon_idx').on(table.labelVersion, table.horizonBars),
    primaryKey({
      name: 'outcome_days_pkey',
      columns: [
        table.day,
        table.origin,
        table.detectorId,
        table.detectorVersion,
        table.timeframe,
        table.side,
        table.horizonTf,
        table.horizonBars,
        table.labelVersion,
      ],
    }),
  ],
);

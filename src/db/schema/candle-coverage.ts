import { bigint, check, date, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs, oneOf } from '../columns.ts';
import { symbols } from './symbols.ts';

/** Sessions that were fetched or imported: a candle absent inside one means that nothing traded. */
export const candleCoverage = pgTable(
  'candle_coverage',
  {
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    timeframe: text('timeframe', { enum: TIMEFRAMES }).notNull(),
    /** New York date. */
    sessionDate: date('session_date', { mode: 'string' }).notNull(),
    /** Candles that close at or before this are all stored. */
    coveredThrough: epochMs('covered_through').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'candle_coverage_pkey',
      columns: [table.symbolId, table.timeframe, table.sessionDate],
    }),
    check('candle_coverage_timeframe_check', oneOf('timeframe', TIMEFRAMES)),
  ],
);

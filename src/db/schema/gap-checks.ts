import { bigint, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs } from '../columns.ts';
import { symbols } from './symbols.ts';

/** How far each series has been held against the calendar. */
export const gapChecks = pgTable(
  'gap_checks',
  {
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    timeframe: text('timeframe', { enum: TIMEFRAMES }).notNull(),
    checkedFrom: epochMs('checked_from').notNull(),
    checkedTo: epochMs('checked_to').notNull(),
  },
  (table) => [primaryKey({ name: 'gap_checks_pkey', columns: [table.symbolId, table.timeframe] })],
);

import { sql } from 'drizzle-orm';
import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs } from '../columns.ts';
import { symbols } from './symbols.ts';

/** Candles added or changed inside coverage: outcomes they touch were computed without them. */
export const candleRevisions = pgTable(
  'candle_revisions',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    timeframe: text('timeframe', { enum: TIMEFRAMES }).notNull(),
    ts: epochMs('ts').notNull(),
    revisedAt: epochMs('revised_at').notNull().default(sql`now()`),
    /** Open, high, low, close, volume, vwap and source before; null for a candle that was not there. */
    before: jsonb('before'),
    after: jsonb('after').notNull(),
  },
  (table) => [index('candle_revisions_series_idx').on(table.symbolId, table.timeframe, table.ts)],
);

import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { GAP_REASONS } from '../../domain/gaps.ts';
import { TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs, oneOf } from '../columns.ts';
import { symbols } from './symbols.ts';

/** The ledger of candles that the calendar has and the table has not, with the reason; never emptied. */
export const candleGaps = pgTable(
  'candle_gaps',
  {
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    timeframe: text('timeframe', { enum: TIMEFRAMES }).notNull(),
    /** Open of the first candle that is absent. */
    fromTs: epochMs('from_ts').notNull(),
    /** End of the last one; they lie in one session. */
    toTs: epochMs('to_ts').notNull(),
    candles: integer('candles').notNull(),
    reason: text('reason', { enum: GAP_REASONS }).notNull(),
    firstSeen: epochMs('first_seen').notNull(),
    lastChecked: epochMs('last_checked').notNull(),
    /** How often it was asked for again. */
    attempts: integer('attempts').notNull().default(0),
    resolvedAt: epochMs('resolved_at'),
  },
  (table) => [
    primaryKey({ name: 'candle_gaps_pkey', columns: [table.symbolId, table.timeframe, table.fromTs] }),
    index('candle_gaps_lacking_idx')
      .on(table.symbolId, table.timeframe)
      .where(sql`resolved_at IS NULL AND reason IN ('missing', 'provider_late')`),
    check('candle_gaps_timeframe_check', oneOf('timeframe', TIMEFRAMES)),
    check('candle_gaps_reason_check', oneOf('reason', GAP_REASONS)),
    check('candle_gaps_span_check', sql`to_ts > from_ts AND candles > 0`),
  ],
);

import { bigint, boolean, check, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs, oneOf, price } from '../columns.ts';
import { symbols } from './symbols.ts';

/**
 * OHLCV bars; a hypertable on `ts` (the bar's open) where Timescale is. The primary key also serves
 * `ORDER BY ts DESC`, so there is no second index.
 */
export const candles = pgTable(
  'candles',
  {
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    timeframe: text('timeframe', { enum: TIMEFRAMES }).notNull(),
    ts: epochMs('ts').notNull(),
    open: price('open'),
    high: price('high'),
    low: price('low'),
    close: price('close'),
    volume: bigint('volume', { mode: 'number' }),
    vwap: price('vwap'),
    /** `yfinance`, `built:5m`, or the name given to an import. */
    source: text('source'),
    /** Split-adjusted. */
    isAdjusted: boolean('is_adjusted').default(true),
  },
  (table) => [
    primaryKey({ name: 'candles_pkey', columns: [table.symbolId, table.timeframe, table.ts] }),
    check('candles_timeframe_check', oneOf('timeframe', TIMEFRAMES)),
  ],
);

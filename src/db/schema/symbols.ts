import { sql } from 'drizzle-orm';
import { bigserial, boolean, check, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';

/** Instruments. Looked up by ticker; an exchange learned later is filled in place. */
export const symbols = pgTable(
  'symbols',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    ticker: text('ticker').notNull(),
    exchange: text('exchange'),
    assetType: text('asset_type').default('equity'),
    currency: text('currency').default('USD'),
    active: boolean('active').default(true),
    firstSeen: epochMs('first_seen'),
    lastSeen: epochMs('last_seen'),
  },
  (table) => [
    unique('symbols_ticker_exchange_key').on(table.ticker, table.exchange).nullsNotDistinct(),
    check('symbols_ticker_check', sql`ticker = upper(ticker)`),
  ],
);

import { sql } from 'drizzle-orm';
import { bigint, bigserial, boolean, check, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { SIGNAL_TIMEFRAMES } from '../../domain/timeframe.ts';
import type { WatchParams } from '../../domain/watch.ts';
import { epochMs, oneOf } from '../columns.ts';
import { symbols } from './symbols.ts';

/** What is scanned: at most one active row per ticker and timeframe. */
export const watchRequests = pgTable(
  'watch_requests',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    timeframe: text('timeframe', { enum: SIGNAL_TIMEFRAMES }).notNull(),
    createdAt: epochMs('created_at').notNull().default(sql`now()`),
    params: jsonb('params').$type<Partial<WatchParams>>(),
    active: boolean('active').default(true),
    /** Discord user id. */
    createdBy: text('created_by'),
    channelId: text('channel_id'),
    /** The cursor: `ts` of the last candle scanned. */
    lastScannedTs: epochMs('last_scanned_ts'),
    /** The process that scanned it last, and, while it does, until when others leave it alone. */
    claimedBy: text('claimed_by'),
    claimedUntil: epochMs('claimed_until'),
  },
  (table) => [
    uniqueIndex('watch_requests_active_key').on(table.symbolId, table.timeframe).where(sql`active`),
    check('watch_requests_timeframe_check', oneOf('timeframe', SIGNAL_TIMEFRAMES)),
  ],
);

import { sql } from 'drizzle-orm';
import { bigint, check, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { TIMEFRAMES } from '../../domain/timeframe.ts';
import { epochMs, oneOf } from '../columns.ts';

/**
 * Signals and baselines that may still lack an outcome. Triggers put in whatever is new or has lost one; the
 * next labelling takes out what lacks nothing. So finding work costs what there is to do, not all of history.
 */
export const labelQueue = pgTable(
  'label_queue',
  {
    symbolId: bigint('symbol_id', { mode: 'number' }).notNull(),
    /** Of the signal or baseline. */
    timeframe: text('timeframe', { enum: TIMEFRAMES }).notNull(),
    /** When its window begins. */
    firedAt: epochMs('fired_at').notNull(),
    kind: text('kind', { enum: ['signal', 'baseline'] }).notNull(),
    targetId: bigint('target_id', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({
      name: 'label_queue_pkey',
      columns: [table.symbolId, table.timeframe, table.firedAt, table.kind, table.targetId],
    }),
    check('label_queue_timeframe_check', oneOf('timeframe', TIMEFRAMES)),
    check('label_queue_kind_check', sql`kind IN ('signal', 'baseline')`),
  ],
);

import { sql } from 'drizzle-orm';
import { check, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs, money } from '../columns.ts';

/** How much a person risks; private. */
export const riskSettings = pgTable(
  'risk_settings',
  {
    userId: text('user_id').primaryKey(),
    /** From entry to stop, for one trade. */
    riskUsd: money('risk_usd').notNull(),
    /** Loss of one New York day beyond which a warning is said; null without one. */
    dailyLossUsd: money('daily_loss_usd'),
    updatedAt: epochMs('updated_at').notNull(),
  },
  () => [check('risk_settings_check', sql`risk_usd > 0 AND (daily_loss_usd IS NULL OR daily_loss_usd > 0)`)],
);

import { sql } from 'drizzle-orm';
import { integer, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import { SIDES } from '../../domain/signal.ts';
import { epochMs } from '../columns.ts';

/** Which cards mention a person by name; without a row none does. */
export const notifySettings = pgTable('notify_settings', {
  userId: text('user_id').primaryKey(),
  /** Empty: every ticker. */
  tickers: text('tickers').array().notNull().default(sql`'{}'`),
  sides: text('sides', { enum: SIDES }).array().notNull(),
  minScore: numeric('min_score', { mode: 'number' }).notNull(),
  /** Minutes after midnight in New York; null without quiet hours. */
  quietFrom: integer('quiet_from'),
  quietTo: integer('quiet_to'),
  updatedAt: epochMs('updated_at').notNull(),
});

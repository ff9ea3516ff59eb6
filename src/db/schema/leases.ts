import { pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';

/** Work that one process at a time may do, and has no row of its own to be claimed by: `label AAPL 5m`. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  /** `processes.id` */
  holder: text('holder').notNull(),
  /** Whoever asks after this moment may have it. */
  heldUntil: epochMs('held_until').notNull(),
});

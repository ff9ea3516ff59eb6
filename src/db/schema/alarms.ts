import { sql } from 'drizzle-orm';
import { bigint, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';

/** Something that a person should look at, from when it was seen until it was over; told once at both ends. */
export const alarms = pgTable(
  'alarms',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    /** `scan_late` */
    kind: text('kind').notNull(),
    /** What it is about, such as `AAPL 5m`; empty for the whole desk. */
    subject: text('subject').notNull(),
    raisedAt: epochMs('raised_at').notNull(),
    /** Null while it lasts. */
    endedAt: epochMs('ended_at'),
  },
  (table) => [uniqueIndex('alarms_open_key').on(table.kind, table.subject).where(sql`ended_at IS NULL`)],
);

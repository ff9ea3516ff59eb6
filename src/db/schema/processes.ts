import { sql } from 'drizzle-orm';
import { boolean, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';

/** Who works on this database: a process says so every few seconds, and is forgotten when it no longer does. */
export const processes = pgTable('processes', {
  /** The name it claims under. */
  id: text('id').primaryKey(),
  roles: text('roles').array().notNull(),
  host: text('host').notNull(),
  codeVersion: text('code_version').notNull(),
  startedAt: epochMs('started_at').notNull(),
  seenAt: epochMs('seen_at').notNull().default(sql`now()`),
  /** Whether it is the one that is connected to Discord. */
  gateway: boolean('gateway').notNull().default(false),
});

import { sql } from 'drizzle-orm';
import { jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';

/** Every version a detector ever had. Signals refer to it, so no change of a parameter rewrites history. */
export const detectorVersions = pgTable(
  'detector_versions',
  {
    id: text('id').notNull(),
    version: text('version').notNull(),
    kind: text('kind', { enum: ['rule', 'ml'] }).notNull(),
    params: jsonb('params').$type<Readonly<Record<string, number>>>(),
    /** Of code and parameters; null for a version written by somebody else's program. */
    codeHash: text('code_hash'),
    createdAt: epochMs('created_at').notNull().default(sql`now()`),
  },
  (table) => [primaryKey({ name: 'detector_versions_pkey', columns: [table.id, table.version] })],
);

import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';

/** The catalog: one row per detector, its current version. A trigger keeps every version in `detector_versions`. */
export const detectors = pgTable('detectors', {
  id: text('id').primaryKey(),
  version: text('version').notNull(),
  kind: text('kind', { enum: ['rule', 'ml'] }).notNull(),
  description: text('description'),
  params: jsonb('params').$type<Readonly<Record<string, number>>>(),
});

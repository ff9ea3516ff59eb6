import { sql } from 'drizzle-orm';
import { boolean, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

/** What each label version means. Exactly one is the default, to which `training_rows` is pinned. */
export const labelVersions = pgTable(
  'label_versions',
  {
    version: integer('version').primaryKey(),
    params: jsonb('params').notNull(),
    description: text('description').notNull(),
    isDefault: boolean('is_default').notNull().default(false),
  },
  (table) => [uniqueIndex('label_versions_default_key').on(table.isDefault).where(sql`is_default`)],
);

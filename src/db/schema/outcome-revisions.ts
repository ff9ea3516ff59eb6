import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs, oneOf } from '../columns.ts';

const LABELLED = ['signal', 'baseline'] as const;

/** Outcomes that a relabel took away, whole: no label is ever edited, and none is lost. */
export const outcomeRevisions = pgTable(
  'outcome_revisions',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    replacedAt: epochMs('replaced_at').notNull().default(sql`now()`),
    /** Discord user id, or `operator`. */
    actor: text('actor').notNull(),
    /** What the outcome is about. */
    target: text('target', { enum: LABELLED }).notNull(),
    targetId: bigint('target_id', { mode: 'number' }).notNull(),
    /** The row as it was. */
    before: jsonb('before').notNull(),
  },
  (table) => [
    index('outcome_revisions_target_idx').on(table.target, table.targetId),
    check('outcome_revisions_target_check', oneOf('target', LABELLED)),
  ],
);

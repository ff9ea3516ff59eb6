import { bigint, check, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs, oneOf } from '../columns.ts';

const DRAFT_KINDS = ['fill', 'import', 'stop'] as const;

/** What a trader typed or was asked about and is not written yet: forms, a fill far from its candle, a file to import. */
export const journalDrafts = pgTable(
  'journal_drafts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    traderId: text('trader_id').notNull(),
    kind: text('kind', { enum: DRAFT_KINDS }).notNull(),
    payload: jsonb('payload').notNull(),
    createdAt: epochMs('created_at').notNull(),
    /** Written, or given up; it cannot be used twice. */
    settledAt: epochMs('settled_at'),
  },
  () => [check('journal_drafts_kind_check', oneOf('kind', DRAFT_KINDS))],
);

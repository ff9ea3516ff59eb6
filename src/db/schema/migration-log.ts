import { bigint, boolean, check, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs, oneOf } from '../columns.ts';

const STEPS = ['preflight', 'backfill', 'parity', 'cutover', 'undo'] as const;

/** Each step of leaving MongoDB, who did it and with what figures. Append-only by trigger. */
export const migrationLog = pgTable(
  'migration_log',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    at: epochMs('at').notNull(),
    /** Who ran the command: the user of the operating system. */
    actor: text('actor').notNull(),
    step: text('step', { enum: STEPS }).notNull(),
    clean: boolean('clean').notNull(),
    /** Window it speaks about, from inclusive, to exclusive; null for the whole history. */
    fromAt: epochMs('from_at'),
    toAt: epochMs('to_at'),
    mappingHash: text('mapping_hash').notNull(),
    figures: jsonb('figures').notNull(),
  },
  (table) => [
    index('migration_log_step_idx').on(table.step, table.id),
    check('migration_log_step_check', oneOf('step', STEPS)),
  ],
);

import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { epochMs, oneOf } from '../columns.ts';

const RUN_KINDS = [
  'scan',
  'replay',
  'import',
  'label',
  'baseline',
  'verify',
  'ingest',
  'backup',
  'backfill',
  'gaps',
  'retention',
] as const;

/** One run of a scan, a replay, an import, a labelling and the like; `signals.watch_run_id` names a row of it. */
export const scanRuns = pgTable(
  'scan_runs',
  {
    id: text('id').primaryKey().default(sql`gen_random_uuid()::text`),
    kind: text('kind', { enum: RUN_KINDS }).notNull(),
    startedAt: epochMs('started_at').notNull(),
    /** Null while it runs, or when it died. */
    finishedAt: epochMs('finished_at'),
    codeVersion: text('code_version').notNull(),
    configHash: text('config_hash').notNull(),
    counts: jsonb('counts').$type<Readonly<Record<string, number>>>().notNull().default({}),
    errors: jsonb('errors').$type<readonly string[]>().notNull().default([]),
  },
  (table) => [
    index('scan_runs_kind_started_at_idx').on(table.kind, table.startedAt),
    check('scan_runs_kind_check', oneOf('kind', RUN_KINDS)),
  ],
);

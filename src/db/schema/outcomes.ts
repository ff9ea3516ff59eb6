import { sql } from 'drizzle-orm';
import { bigint, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';
import { labelChecks, labelColumns } from '../label-columns.ts';

/**
 * What the market did after a signal: one row per horizon and label version, never changed. A
 * hypertable on `signal_fired_at` where Timescale is, so that labels lie beside their signals in
 * time; a hypertable cannot refer to another, so statement triggers guard it.
 */
export const outcomes = pgTable(
  'outcomes',
  {
    signalId: bigint('signal_id', { mode: 'number' }).notNull(),
    ...labelColumns,
    /** The default means "not said": a statement trigger puts the signal's time in its place. */
    signalFiredAt: epochMs('signal_fired_at').notNull().default(sql`'epoch'::timestamptz`),
  },
  (table) => [
    primaryKey({
      name: 'outcomes_pkey',
      columns: [table.signalId, table.signalFiredAt, table.horizonTf, table.horizonBars, table.labelVersion],
    }),
    ...labelChecks('outcomes'),
  ],
);

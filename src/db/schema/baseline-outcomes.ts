import { bigint, check, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { SIDES } from '../../domain/signal.ts';
import { oneOf } from '../columns.ts';
import { labelChecks, labelColumns } from '../label-columns.ts';
import { baselines } from './baselines.ts';

/** What the market did after a baseline, for both sides, by the same label function as signals. */
export const baselineOutcomes = pgTable(
  'baseline_outcomes',
  {
    baselineId: bigint('baseline_id', { mode: 'number' })
      .notNull()
      .references(() => baselines.id, { onDelete: 'cascade' }),
    side: text('side', { enum: SIDES }).notNull(),
    ...labelColumns,
  },
  (table) => [
    primaryKey({
      name: 'baseline_outcomes_pkey',
      columns: [table.baselineId, table.side, table.horizonTf, table.horizonBars, table.labelVersion],
    }),
    check('baseline_outcomes_side_check', oneOf('side', SIDES)),
    ...labelChecks('baseline_outcomes'),
  ],
);

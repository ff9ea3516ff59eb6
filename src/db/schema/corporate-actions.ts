import { sql } from 'drizzle-orm';
import { bigint, check, date, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { epochMs, oneOf, price } from '../columns.ts';
import { symbols } from './symbols.ts';

const KINDS = ['split', 'dividend'] as const;

/** Splits and dividends as the source told of them: what moved a price without a trade. */
export const corporateActions = pgTable(
  'corporate_actions',
  {
    symbolId: bigint('symbol_id', { mode: 'number' })
      .notNull()
      .references(() => symbols.id),
    kind: text('kind', { enum: KINDS }).notNull(),
    /** New York date of the first session at the new price. */
    exDate: date('ex_date', { mode: 'string' }).notNull(),
    /** New shares for one old one. */
    ratio: numeric('ratio', { mode: 'number' }),
    /** USD a share. */
    amountUsd: price('amount_usd'),
    source: text('source').notNull(),
    seenAt: epochMs('seen_at').notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ name: 'corporate_actions_pkey', columns: [table.symbolId, table.kind, table.exDate] }),
    check('corporate_actions_kind_check', oneOf('kind', KINDS)),
    check(
      'corporate_actions_size_check',
      sql`(ratio IS NOT NULL) = (kind = 'split') AND (amount_usd IS NOT NULL) = (kind = 'dividend')`,
    ),
  ],
);

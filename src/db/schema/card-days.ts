import { date, index, integer, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

const sum = (name: string) => numeric(name).notNull();

/**
 * What people did about the cards of a New York day and what that was worth, summed. A row counts cards;
 * those of horizon 0 all cards that were shown, those of another the ones with an outcome there.
 */
export const cardDays = pgTable(
  'card_days',
  {
    day: date('day').notNull(),
    origin: text('origin').notNull(),
    timeframe: text('timeframe').notNull(),
    horizonBars: integer('horizon_bars').notNull(),
    labelVersion: integer('label_version').notNull(),
    /** Discord user id; empty for the team, whose answer is the strongest of its people's. */
    person: text('person').notNull(),
    /** `enter`, `ignore`, `watch`, `snooze`; `none` when nobody answered. */
    answer: text('answer').notNull(),
    /** Entered by a person, from the card to the click: 0 under 30 s, 1 under 2 min, 2 under 10 min, 3 later; else -1. */
    latency: integer('latency').notNull(),
    /** Why a person ignored it; empty without a reason. */
    reason: text('reason').notNull(),
    n: integer('n').notNull(),
    /** Of those with an outcome: how many gained, and R as a plan that leaves at TP1 or at the stop has it. */
    won: integer('won').notNull(),
    gainR: sum('gain_r'),
    lossR: sum('loss_r'),
    /** Entered: how much worse than the alert's price, in basis points, the market was at the click, and the fill. */
    clicks: integer('clicks').notNull(),
    clickBps: sum('click_bps'),
    fills: integer('fills').notNull(),
    fillBps: sum('fill_bps'),
  },
  (table) => [
    index('card_days_horizon_idx').on(table.labelVersion, table.horizonBars, table.day),
    primaryKey({
      name: 'card_days_pkey',
      columns: [
        table.day,
        table.origin,
        table.timeframe,
        table.horizonBars,
        table.labelVersion,
        table.person,
        table.answer,
        table.latency,
        table.reason,
      ],
    }),
  ],
);

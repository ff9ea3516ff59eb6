import { sql } from 'drizzle-orm';
import { boolean, check, integer, interval, text } from 'drizzle-orm/pg-core';
import { TIMEFRAMES } from '../domain/timeframe.ts';
import { epochMs, oneOf, price, ratio } from './columns.ts';

const FIRST_BARRIERS = ['tp1', 'stop', 'none'] as const;
const OUTCOME_STATES = ['resolved', 'data_missing', 'invalid_entry'] as const;

/** What the label function writes for one target and one horizon: the same for signals and baselines. */
export const labelColumns = {
  horizonTf: text('horizon_tf', { enum: TIMEFRAMES }).notNull(),
  horizonBars: integer('horizon_bars').notNull(),
  retClose: ratio('ret_close'),
  maxRunUp: ratio('max_run_up'),
  maxDrawdown: ratio('max_drawdown'),
  hitTp1: boolean('hit_tp1'),
  hitTp2: boolean('hit_tp2'),
  hitTp3: boolean('hit_tp3'),
  hitStop: boolean('hit_stop'),
  tToTp1: interval('t_to_tp1'),
  tToStop: interval('t_to_stop'),
  labelVersion: integer('label_version').notNull().default(1),
  computedAt: epochMs('computed_at').notNull().default(sql`now()`),
  /** Which of TP1 and the stop came first; the stop wins a tie. */
  firstBarrier: text('first_barrier', { enum: FIRST_BARRIERS }),
  /** TP1 and the stop were first touched in the same candle. */
  ambiguous: boolean('ambiguous'),
  /** Close of the horizon's last candle. */
  horizonEndTs: epochMs('horizon_end_ts'),
  /** Nothing was measured unless this is `resolved`; what is pending has no row (docs/adr/0007). */
  state: text('state', { enum: OUTCOME_STATES }).notNull().default('resolved'),
  /** What everything is measured from, USD, where a version enters elsewhere than at the signal's price. */
  entryPrice: price('entry_price'),
  /** The first barrier was passed by a gap and filled at the candle's open. */
  gapFill: boolean('gap_fill'),
  /** Return of leaving at the first barrier or at the horizon's end, in the trade's favour; worst and best of a tie. */
  retWorst: ratio('ret_worst'),
  retBest: ratio('ret_best'),
  /** Timeframe of the finer candles that settled a tie. */
  settledBy: text('settled_by', { enum: TIMEFRAMES }),
} as const;

/** What holds for every row of a table of outcomes: above all that nothing unmeasured carries a number. */
export function labelChecks(table: string) {
  return [
    check(`${table}_horizon_tf_check`, oneOf('horizon_tf', TIMEFRAMES)),
    check(`${table}_first_barrier_check`, oneOf('first_barrier', FIRST_BARRIERS)),
    check(`${table}_state_check`, oneOf('state', OUTCOME_STATES)),
    check(`${table}_settled_by_check`, oneOf('settled_by', TIMEFRAMES)),
    check(
      `${table}_measured_check`,
      sql`state = 'resolved' OR num_nonnulls(ret_close, max_run_up, max_drawdown, hit_tp1, hit_tp2, hit_tp3,
        hit_stop, t_to_tp1, t_to_stop, first_barrier, ambiguous, gap_fill, ret_worst, ret_best, settled_by) = 0`,
    ),
  ];
}

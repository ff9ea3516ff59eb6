import type { Decimal } from 'decimal.js';
import { exact, ratioOf, sumOf } from './exact.ts';
import { FILL_TAGS } from './fill.ts';

/** What one trader's exits and closed trades add up to, exactly. Groups come in any order. */
export interface JournalSums {
  /** By the New York day on which they count. */
  readonly byDay: readonly ExitGroup[];
  /** By tag, `NO_TAG` without one. */
  readonly byTag: readonly ExitGroup[];
  readonly byTicker: readonly ExitGroup[];
  /** By the New York hour, `09:00`, and weekday, `Mon`, in which the position was opened. */
  readonly byHour: readonly ExitGroup[];
  readonly byWeekday: readonly ExitGroup[];
  /** Largest fall of the exits' running total from its height, USD, positive; zero without one. */
  readonly drawdown: Decimal;
  /** Profits of closed trades, and losses as they are: negative; USD. */
  readonly gains: Decimal;
  readonly losses: Decimal;
  readonly fees: Decimal;
  /** Of closed trades that have one. */
  readonly sumR: Decimal;
  /** 1 gained, -1 lost, 0 neither: each closed trade in the order in which they closed. */
  readonly signs: readonly number[];
  /** R of each closed trade that has one, in that order. */
  readonly rs: readonly number[];
}

/** Name of the exits without a tag. */
export const NO_TAG = 'no tag';

/** Realised exits that share something, summed; together the groups of one kind are all exits. */
export interface ExitGroup {
  readonly name: string;
  readonly exits: number;
  readonly won: number;
  readonly pnl: Decimal;
}

/** The longest rows of gains and of losses, and what the row at the end is: 3 gains, -2 losses. */
export interface Streaks {
  readonly gains: number;
  readonly losses: number;
  readonly current: number;
}

export interface JournalStats {
  /** Realised, by whatever exit; also of positions that are still open. */
  readonly realised: Decimal;
  readonly exits: number;
  readonly trades: number;
  readonly won: number;
  readonly lost: number;
  /** Share of closed trades that gained, six places; null without any. */
  readonly winRate: Decimal | null;
  /** Gains over losses of closed trades; null without a loss. */
  readonly profitFactor: Decimal | null;
  /** Mean of a closed trade, USD. */
  readonly expectancy: Decimal | null;
  readonly averageR: Decimal | null;
  /** Trades that have an R. */
  readonly withR: number;
  readonly fees: Decimal;
  readonly streaks: Streaks;
  /** Largest fall of the realised total from its height, USD, positive; zero without one. */
  readonly drawdown: Decimal;
  /** Realised by New York day, oldest first. */
  readonly days: readonly { readonly day: string; readonly pnl: Decimal; readonly exits: number }[];
  readonly byTag: readonly ExitGroup[];
  /** Largest realised first. */
  readonly byTicker: readonly ExitGroup[];
  /** By the New York hour and weekday in which the position was opened. */
  readonly byHour: readonly ExitGroup[];
  readonly byWeekday: readonly ExitGroup[];
  /** R of each closed trade that has one, in the order in which they closed. */
  readonly rs: readonly number[];
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Statistics of one trader's journal. */
export function journalStats(sums: JournalSums): JournalStats {
  const { gains, losses, fees, drawdown, sumR, signs, rs, byDay, byTag, byTicker, byHour, byWeekday } = sums;
  const count = exact(signs.length);
  const won = signs.filter((sign) => sign > 0).length;
  const ordered = byName(byDay);
  return {
    realised: sumOf(byDay.map(({ pnl }) => pnl)),
    exits: byDay.reduce((sum, { exits }) => sum + exits, 0),
    trades: signs.length,
    won,
    lost: signs.filter((sign) => sign < 0).length,
    winRate: ratioOf(exact(won), count),
    profitFactor: ratioOf(gains, losses.abs()),
    expectancy: ratioOf(gains.plus(losses), count),
    averageR: ratioOf(sumR, exact(rs.length)),
    withR: rs.length,
    fees,
    streaks: streaksOf(signs),
    drawdown,
    days: ordered.map(({ name, pnl, exits }) => ({ day: name, pnl, exits })),
    byTag: inOrder(byTag, [...FILL_TAGS, NO_TAG]),
    byTicker: byName(byTicker).toSorted((a, b) => b.pnl.comparedTo(a.pnl)),
    byHour: byName(byHour),
    byWeekday: inOrder(byWeekday, WEEKDAYS),
    rs,
  };
}

/** A trade that gained and lost nothing ends a row without beginning one. */
function streaksOf(signs: readonly number[]): Streaks {
  let [current, gains, losses] = [0, 0, 0];
  for (const sign of signs) {
    current = sign !== 0 && Math.sign(current) === sign ? current + sign : sign;
    gains = Math.max(gains, current);
    losses = Math.max(losses, -current);
  }
  return { gains, losses, current };
}

function byName(groups: readonly ExitGroup[]): ExitGroup[] {
  return groups.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function inOrder(groups: readonly ExitGroup[], names: readonly string[]): ExitGroup[] {
  return groups.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

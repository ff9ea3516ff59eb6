import type { Decimal } from 'decimal.js';
import { newYorkClock, newYorkDate } from '../new-york-time.ts';
import { exact, ratioOf, sumOf, ZERO } from './exact.ts';
import type { FillTag } from './fill.ts';

/** A realised exit. */
export interface RealisedExit {
  readonly ticker: string;
  readonly openedAt: number;
  readonly exitedAt: number;
  /** New York day on which it counts. */
  readonly day: string;
  readonly tag: FillTag | null;
  readonly pnl: Decimal;
  readonly r: Decimal | null;
}

/** A closed round trip. */
export interface ClosedTrade {
  readonly pnl: Decimal;
  readonly feesUsd: Decimal;
  readonly r: Decimal | null;
}

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

/**
 * Statistics of one trader's journal.
 *
 * @param exits in the order in which they happened. @param trades in the order in which they closed.
 */
export function journalStats(exits: readonly RealisedExit[], trades: readonly ClosedTrade[]): JournalStats {
  const gains = trades.filter(({ pnl }) => pnl.greaterThan(0));
  const losses = trades.filter(({ pnl }) => pnl.lessThan(0));
  const count = exact(trades.length);
  const rs = trades.flatMap(({ r }) => (r === null ? [] : [r]));
  const total = sumOf(trades.map(({ pnl }) => pnl));
  return {
    realised: sumOf(exits.map(({ pnl }) => pnl)),
    exits: exits.length,
    trades: trades.length,
    won: gains.length,
    lost: losses.length,
    winRate: ratioOf(exact(gains.length), count),
    profitFactor: ratioOf(sumOf(gains.map(({ pnl }) => pnl)), sumOf(losses.map(({ pnl }) => pnl)).abs()),
    expectancy: ratioOf(total, count),
    averageR: ratioOf(sumOf(rs), exact(rs.length)),
    withR: rs.length,
    fees: sumOf(trades.map(({ feesUsd }) => feesUsd)),
    streaks: streaksOf(trades.map(({ pnl }) => pnl)),
    drawdown: drawdownOf(exits.map(({ pnl }) => pnl)),
    days: daysOf(exits),
    byTag: group(exits, ({ tag }) => tag ?? 'no tag'),
    byTicker: group(exits, ({ ticker }) => ticker).toSorted((a, b) => b.pnl.comparedTo(a.pnl)),
    byHour: byName(group(exits, ({ openedAt }) => `${newYorkClock(openedAt).slice(0, 2)}:00`)),
    byWeekday: group(exits, ({ openedAt }) => weekdayOf(openedAt)).toSorted(
      (a, b) => WEEKDAYS.indexOf(a.name) - WEEKDAYS.indexOf(b.name),
    ),
    rs: rs.map((r) => r.toNumber()),
  };
}

/** A trade that gained and lost nothing ends a row without beginning one. */
function streaksOf(results: readonly Decimal[]): Streaks {
  let [current, gains, losses] = [0, 0, 0];
  for (const result of results) {
    const sign = result.isZero() ? 0 : result.isNegative() ? -1 : 1;
    current = sign !== 0 && Math.sign(current) === sign ? current + sign : sign;
    gains = Math.max(gains, current);
    losses = Math.max(losses, -current);
  }
  return { gains, losses, current };
}

function drawdownOf(results: readonly Decimal[]): Decimal {
  let [total, top, worst] = [ZERO, ZERO, ZERO];
  for (const result of results) {
    total = total.plus(result);
    if (total.greaterThan(top)) top = total;
    const fall = top.minus(total);
    if (fall.greaterThan(worst)) worst = fall;
  }
  return worst;
}

function daysOf(exits: readonly RealisedExit[]): JournalStats['days'] {
  return [...Map.groupBy(exits, ({ day }) => day)]
    .map(([day, own]) => ({ day, pnl: sumOf(own.map(({ pnl }) => pnl)), exits: own.length }))
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

function group(exits: readonly RealisedExit[], nameOf: (exit: RealisedExit) => string): ExitGroup[] {
  return [...Map.groupBy(exits, nameOf)].map(([name, own]) => ({
    name,
    exits: own.length,
    won: own.filter(({ pnl }) => pnl.greaterThan(0)).length,
    pnl: sumOf(own.map(({ pnl }) => pnl)),
  }));
}

function byName(groups: readonly ExitGroup[]): ExitGroup[] {
  return groups.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function weekdayOf(at: number): string {
  return WEEKDAYS[new Date(`${newYorkDate(at)}T12:00:00Z`).getUTCDay()] ?? '';
}

import type { Decimal } from 'decimal.js';
import type { DecisionStats, Worth } from '../../domain/decision-stats.ts';
import {
  type Bars,
  type Curve,
  calendarWeeks,
  type DayCalendar,
  distributionOfR,
  HIGHEST_BIN,
  LOWEST_BIN,
} from '../../domain/figure.ts';
import { ZERO } from '../../domain/ledger/exact.ts';
import type { ExitGroup, JournalStats } from '../../domain/ledger/journal-stats.ts';
import { dollars, signedUsd } from './money.ts';
import { signedR, withMinus, withSign } from './signed.ts';

/** Weeks that a calendar has room for. */
const WEEKS = 5;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What was realised, added up day by day; null while nothing is. */
export function equityFigure({ days, realised, exits, trades }: JournalStats, title: string): Curve | null {
  if (days.length === 0) return null;
  let total = ZERO;
  const points = days.map(({ day, pnl }) => {
    total = total.plus(pnl);
    return { label: shortDay(day), value: total.toNumber() };
  });
  return {
    kind: 'curve',
    title,
    value: signedUsd(realised),
    note: `${counted(exits, 'exit')}, ${counted(trades, 'closed trade')}; fees included`,
    points: [{ label: 'start', value: 0 }, ...points],
  };
}

/** The last five weeks up to a New York day. */
export function calendarFigure({ days }: JournalStats, today: string): DayCalendar {
  const byDay = new Map(days.map(({ day, pnl }) => [day, pnl]));
  const weeks = calendarWeeks(today, WEEKS).map((week) =>
    week.map((day) => {
      const pnl = byDay.get(day);
      return { day, value: pnl?.toNumber() ?? null, text: pnl === undefined ? '' : wholeDollars(pnl) };
    }),
  );
  const shown = weeks.flat().flatMap(({ day }) => byDay.get(day) ?? []);
  return {
    kind: 'calendar',
    title: 'Five weeks, day by day',
    value: signedUsd(shown.reduce<Decimal>((sum, pnl) => sum.plus(pnl), ZERO)),
    note: 'Realised in USD on the New York day of the exit',
    weeks,
  };
}

/** `−2…−1`, short enough for ten bars on a phone; the outermost hold all beyond them. */
function binLabel(from: number): string {
  const [low, high] = [from, from + 1].map((r) => withMinus(String(r)));
  if (from === LOWEST_BIN) return `< ${high}`;
  return from === HIGHEST_BIN ? `≥ ${low}` : `${low}…${high}`;
}

/** How far closed trades went; null while none has an R. */
export function rFigure({ rs }: JournalStats): Bars | null {
  if (rs.length === 0) return null;
  return {
    kind: 'bars',
    title: 'How far trades went, in R',
    value: counted(rs.length, 'trade'),
    note: 'Each bar is one R wide',
    bars: distributionOfR(rs).map(({ from, count }) => ({
      label: binLabel(from),
      value: count,
      text: count === 0 ? '' : String(count),
      tone: from < 0 ? 'loss' : 'gain',
    })),
  };
}

/** What was realised by the hour in which positions were opened; null while nothing is. */
export function hourFigure({ byHour }: JournalStats): Bars | null {
  if (byHour.length === 0) return null;
  return {
    kind: 'bars',
    title: 'By the hour you opened',
    value: 'USD',
    note: 'Realised, by the New York hour in which the position was opened',
    bars: byHour.map(groupBar),
  };
}

/** What the team's answers were worth. */
export function decisionFigure({ team }: DecisionStats, title: string): Bars | null {
  const answers: readonly (readonly [string, Worth])[] = [
    ['entered', team.enter],
    ['ignored', team.ignore],
    ['watched', team.watch],
    ['snoozed', team.snooze],
    ['no answer', team.none],
  ];
  const shown = answers.filter(([, { labelled }]) => labelled > 0);
  if (shown.length === 0) return null;
  return {
    kind: 'bars',
    title,
    value: 'in R',
    note: 'Out at TP1, at the stop, or at the end: every card by the same plan',
    bars: shown.map(([label, { sumR, labelled }]) => ({
      label: `${label} (${labelled})`,
      value: sumR,
      text: signedR(sumR),
      tone: sumR < 0 ? 'loss' : 'gain',
    })),
  };
}

/** `1 exit`, `3 exits`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function groupBar({ name, pnl }: ExitGroup): Bars['bars'][number] {
  return {
    label: name,
    value: pnl.toNumber(),
    text: wholeDollars(pnl),
    tone: pnl.isNegative() ? 'loss' : 'gain',
  };
}

function wholeDollars(amount: Decimal): string {
  const whole = dollars(amount.toDecimalPlaces(0)).replace('.00', '');
  return withSign(whole, amount.isNegative());
}

function shortDay(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${Number(day.slice(8))}`;
}

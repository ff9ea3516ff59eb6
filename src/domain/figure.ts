/*
 * Pictures of statistics, beside the charts of candles. What they show is decided here; how it looks,
 * in src/chart.
 */

/** A value over time or trades: an equity curve. */
export interface Curve {
  readonly kind: 'curve';
  readonly title: string;
  /** The last value, in words. */
  readonly value: string;
  readonly note: string;
  /** Oldest first, at least one. */
  readonly points: readonly { readonly label: string; readonly value: number }[];
}

/** A number per name: a distribution, or one bar per group. */
export interface Bars {
  readonly kind: 'bars';
  readonly title: string;
  readonly value: string;
  readonly note: string;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    /** Written at the bar. */
    readonly text: string;
    readonly tone: 'gain' | 'loss' | 'neutral';
  }[];
}

/** Days of trading weeks, Monday to Friday. */
export interface DayCalendar {
  readonly kind: 'calendar';
  readonly title: string;
  readonly value: string;
  readonly note: string;
  /** Oldest first; each has five days. */
  readonly weeks: readonly (readonly CalendarDay[])[];
}

export interface CalendarDay {
  /** New York date. */
  readonly day: string;
  /** Null when nothing was realised. */
  readonly value: number | null;
  readonly text: string;
}

export type Figure = Curve | Bars | DayCalendar;

const DAY = 86_400_000;

/** The weeks of a calendar that end with the week of a day, oldest first. */
export function calendarWeeks(lastDay: string, weeks: number): string[][] {
  const last = Date.parse(`${lastDay}T00:00:00Z`);
  const monday = last - ((new Date(last).getUTCDay() + 6) % 7) * DAY;
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 5 }, (_, day) =>
      new Date(monday + ((week - weeks + 1) * 7 + day) * DAY).toISOString().slice(0, 10),
    ),
  );
}

/** First numbers of the outermost bins, which hold all beyond them. */
export const LOWEST_BIN = -5;
export const HIGHEST_BIN = 4;

/** How often each whole R occurred: half-open bins, everything beyond ±5 in the outermost. */
export function distributionOfR(rs: readonly number[]): { readonly from: number; readonly count: number }[] {
  if (rs.length === 0) return [];
  const bins = rs.map((r) => Math.max(LOWEST_BIN, Math.min(HIGHEST_BIN, Math.floor(r))));
  const [low, high] = [Math.min(...bins, -2), Math.max(...bins, 1)];
  return Array.from({ length: high - low + 1 }, (_, index) => {
    const from = low + index;
    return { from, count: bins.filter((bin) => bin === from).length };
  });
}

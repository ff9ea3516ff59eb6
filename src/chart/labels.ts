import { newYorkClock, newYorkDate } from '../domain/calendar.ts';
import type { Candle } from '../domain/candle.ts';
import type { Timeframe } from '../domain/timeframe.ts';

const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const subCents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 4, maximumFractionDigits: 4 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A price as a trader reads it, to its tick: `4,012.34`, `0.5526`. */
export function formatPrice(price: number): string {
  return (Math.abs(price) < 1 ? subCents : cents).format(price);
}

/** Shares, shortened: `1.2M`. */
export function formatVolume(volume: number): string {
  return compact.format(volume);
}

/** `Jun 15` of a New York date `2022-06-15`. */
function dayLabel(date: string): string {
  return `${monthLabel(date)} ${Number(date.slice(8))}`;
}

function monthLabel(date: string): string {
  return MONTHS[Number(date.slice(5, 7)) - 1] ?? date;
}

/** The moment a candle closed, in New York: `Jun 15, 2022 15:55 ET`; a daily candle's is its date. */
export function closeLabel(closedAt: number, timeframe: Timeframe): string {
  const date = newYorkDate(closedAt);
  const day = `${dayLabel(date)}, ${date.slice(0, 4)}`;
  return timeframe === '1d' ? day : `${day} ${newYorkClock(closedAt)} ET`;
}

/** Marks of the time axis. */
export interface TimeAxis {
  /** One text per candle, empty where nothing is written. */
  readonly labels: readonly string[];
  /** Candles that begin a session, by index. */
  readonly sessionStarts: ReadonlySet<number>;
  /** Candles that begin a new session (or week, or month, where sessions are too many), by index. */
  readonly separators: ReadonlySet<number>;
}

interface Period {
  readonly of: (date: string) => string;
  readonly label: (date: string) => string;
}

const SESSION: Period = { of: (date) => date, label: dayLabel };
const WEEK: Period = { of: weekOf, label: dayLabel };
const MONTH: Period = {
  of: (date) => date.slice(0, 7),
  label: (date) => (date.slice(5, 7) === '01' ? date.slice(0, 4) : monthLabel(date)),
};
const YEAR: Period = { of: (date) => date.slice(0, 4), label: (date) => date.slice(0, 4) };

const MAX_SEPARATORS = 20;
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240];

/**
 * Dates at separators first, then clock times of New York where they fit between them.
 *
 * @param slotsPerLabel candles that one label needs, at least 1.
 */
export function timeAxis(candles: readonly Candle[], timeframe: Timeframe, slotsPerLabel: number): TimeAxis {
  const dates = candles.map((candle) => newYorkDate(candle.ts));
  const periods = timeframe === '1d' ? [MONTH, YEAR] : [SESSION, WEEK, MONTH, YEAR];
  const startsOf = (period: Period) =>
    dates.flatMap((date, index) => {
      const before = dates[index - 1];
      return before !== undefined && period.of(before) !== period.of(date) ? [index] : [];
    });
  const period = periods.find((candidate) => startsOf(candidate).length <= MAX_SEPARATORS) ?? YEAR;
  const separators = startsOf(period);
  const minor = timeframe === '1d' ? startsOf(WEEK) : clockMarks(candles, dates, slotsPerLabel);

  const labels = candles.map(() => '');
  // The first label begins at the edge instead of standing in the middle of its candle.
  const middle = (index: number) => (index === 0 ? slotsPerLabel * 0.4 : index);
  const placed: number[] = [];
  const place = (indexes: readonly number[], textAt: (index: number) => string) => {
    for (const index of indexes) {
      if (placed.some((other) => Math.abs(middle(other) - middle(index)) < slotsPerLabel)) continue;
      placed.push(index);
      labels[index] = textAt(index);
    }
  };
  place(separators, (index) => period.label(dates[index] ?? ''));
  place([0], (index) => dayLabel(dates[index] ?? ''));
  place(minor, (index) =>
    timeframe === '1d' ? dayLabel(dates[index] ?? '') : newYorkClock(candles[index]?.ts ?? 0),
  );
  return { labels, sessionStarts: new Set(startsOf(SESSION)), separators: new Set(separators) };
}

/** The Monday before or on a date. */
function weekOf(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}

/** Candles that are the first at or past a round clock time within their session, no more than there is room for. */
function clockMarks(candles: readonly Candle[], dates: readonly string[], slotsPerLabel: number): number[] {
  const clock = candles.map(({ ts }) => clockMinutes(ts));
  const marksOf = (step: number) =>
    clock.flatMap((minutes, index) => {
      const before = clock[index - 1];
      if (before === undefined || dates[index - 1] !== dates[index]) return [];
      return Math.floor(minutes / step) > Math.floor(before / step) ? [index] : [];
    });
  const room = candles.length / slotsPerLabel;
  return CLOCK_STEPS.map(marksOf).find((marks) => marks.length <= room) ?? [];
}

function clockMinutes(ts: number): number {
  const [hours, minutes] = newYorkClock(ts).split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

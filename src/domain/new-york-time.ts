const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Day number (days since 1970-01-01) of the n-th Sunday of a month, 0 = January; -1 = the last one. */
function sundayOf(year: number, month: number, nth: number): number {
  if (nth < 0) {
    const last = Date.UTC(year, month + 1, 0) / DAY;
    return last - new Date(last * DAY).getUTCDay();
  }
  const first = Date.UTC(year, month, 1) / DAY;
  return first + ((7 - new Date(first * DAY).getUTCDay()) % 7) + 7 * (nth - 1);
}

/** First and last moment of daylight saving time in New York, by the rules in force since 1976. */
function daylightOf(year: number): readonly [number, number] {
  const april = sundayOf(year, 3, year < 1987 ? -1 : 1);
  const start = year < 2007 ? april : sundayOf(year, 2, 2);
  const end = year < 2007 ? sundayOf(year, 9, -1) : sundayOf(year, 10, 1);
  return [start * DAY + 7 * HOUR, end * DAY + 6 * HOUR];
}

const daylight = new Map<number, readonly [number, number]>();

function daylightIn(year: number): readonly [number, number] {
  const known = daylight.get(year);
  if (known !== undefined) return known;
  const found = daylightOf(year);
  daylight.set(year, found);
  return found;
}

/**
 * New York minus UTC in milliseconds, by rule rather than by `Intl`, which costs microseconds a call.
 * Right from 1976 on.
 */
export function newYorkOffset(ts: number): number {
  const [start, end] = daylightIn(new Date(ts).getUTCFullYear());
  return ts >= start && ts < end ? -4 * HOUR : -5 * HOUR;
}

/** Exchange date of a moment, `YYYY-MM-DD` in New York. */
export function newYorkDate(ts: number): string {
  return new Date(ts + newYorkOffset(ts)).toISOString().slice(0, 10);
}

/** Wall clock of a moment in New York, `HH:MM`, 24 hours. */
export function newYorkClock(ts: number): string {
  return new Date(ts + newYorkOffset(ts)).toISOString().slice(11, 16);
}

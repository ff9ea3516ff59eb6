import { FIRST_YEAR, HALF_DAYS, HOLIDAYS, LAST_YEAR, ONE_OFF_CLOSURES } from './calendar-table.ts';
import { OraError } from './errors.ts';
import { newYorkOffset } from './new-york-time.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from './timeframe.ts';

export { newYorkClock, newYorkDate } from './new-york-time.ts';

/*
 * The NYSE's days and hours, and the grid of candles that hangs on them. Days are looked up by
 * number (days since 1970-01-01 in New York); a session always lies inside one UTC day.
 *
 * A function that takes a `timeframe` knows, for '1d', every weekday outside the table as a session
 * with standard hours: daily history reaches back to 1993, and a candle lies only where one traded.
 */

/** One day of trading on the NYSE. All times UTC, epoch ms. */
export interface Session {
  /** Exchange date, `YYYY-MM-DD` in New York. */
  readonly date: string;
  /** Regular open, 09:30 New York. */
  readonly open: number;
  /** Regular close, 16:00 New York, 13:00 on a half day. */
  readonly close: number;
  /** 0 = Sunday … 6 = Saturday. */
  readonly dayOfWeek: number;
  readonly isHalfDay: boolean;
}

/** The parts of a trading day. */
export type SessionKind = 'pre' | 'regular' | 'after';

/** When one candle opens and closes, epoch ms. */
export interface CandleSpan {
  readonly ts: number;
  readonly end: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const PRE_MARKET_MS = 330 * MINUTE; // 04:00 to 09:30
const OPEN_TO_END_OF_DAY_MS = 630 * MINUTE; // 09:30 to 20:00
const FIRST_DAY = Date.UTC(FIRST_YEAR, 0, 1) / DAY;
const LAST_DAY = Date.UTC(LAST_YEAR, 11, 31) / DAY;

function datesOf(table: Readonly<Record<number, string>>): string[] {
  return Object.entries(table).flatMap(([year, days]) => days.split(' ').map((day) => `${year}-${day}`));
}

const closed = new Set([...datesOf(HOLIDAYS), ...ONE_OFF_CLOSURES]);
const halfDays = new Set(datesOf(HALF_DAYS));

function makeSession(day: number): Session | null {
  const noon = new Date(day * DAY + DAY / 2);
  const dayOfWeek = noon.getUTCDay();
  const date = noon.toISOString().slice(0, 10);
  if (dayOfWeek === 0 || dayOfWeek === 6 || closed.has(date)) return null;

  const midnight = day * DAY - newYorkOffset(noon.getTime());
  const isHalfDay = halfDays.has(date);
  const close = midnight + (isHalfDay ? 780 : 960) * MINUTE;
  return { date, open: midnight + 570 * MINUTE, close, dayOfWeek, isHalfDay };
}

const table = Array.from({ length: LAST_DAY - FIRST_DAY + 1 }, (_, index) => makeSession(FIRST_DAY + index));

const outside = new Map<number, Session | null>();

function sessionOfDay(day: number, timeframe?: Timeframe): Session | null {
  const known = table[day - FIRST_DAY];
  if (known !== undefined) return known;
  if (timeframe === '1d') return weekdaySession(day);
  throw new OraError(
    'data_missing',
    `${new Date(day * DAY).toISOString().slice(0, 10)} lies outside the exchange calendar, which covers ${FIRST_YEAR} to ${LAST_YEAR}.`,
  );
}

/** A weekday outside the table, remembered: long daily histories ask for the same ones again and again. */
function weekdaySession(day: number): Session | null {
  const known = outside.get(day);
  if (known !== undefined) return known;
  const session = makeSession(day);
  outside.set(day, session);
  return session;
}

function newYorkDay(ts: number): number {
  return Math.floor((ts + newYorkOffset(ts)) / DAY);
}

/** First session at or beyond a day, looking forward or back. */
function seekSession(day: number, step: 1 | -1, timeframe?: Timeframe): Session {
  for (let at = day; ; at += step) {
    const session = sessionOfDay(at, timeframe);
    if (session !== null) return session;
  }
}

/**
 * The session of an exchange date, null on weekends and holidays.
 * @throws OraError `bad_input` when the text is no date, `data_missing` outside 2010 to 2028 (but for '1d').
 */
export function sessionOn(date: string, timeframe?: Timeframe): Session | null {
  const at = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date) {
    throw new OraError('bad_input', `"${date}" is not a date. Write it as 2026-11-27.`);
  }
  return sessionOfDay(at / DAY, timeframe);
}

/**
 * The session whose regular hours contain a moment (open included, close excluded), else null.
 * @throws OraError `data_missing` outside 2010 to 2028 (but for '1d').
 */
export function sessionAt(ts: number, timeframe?: Timeframe): Session | null {
  const session = sessionOfDay(newYorkDay(ts), timeframe);
  return session !== null && ts >= session.open && ts < session.close ? session : null;
}

/**
 * Sessions whose regular hours overlap `from` to `to` (`close > from` and `open < to`), oldest first.
 * @throws OraError `data_missing` outside 2010 to 2028 (but for '1d').
 */
export function sessionsBetween(from: number, to: number, timeframe?: Timeframe): Session[] {
  const found: Session[] = [];
  for (let day = newYorkDay(from); day <= newYorkDay(to); day++) {
    const session = sessionOfDay(day, timeframe);
    if (session !== null && session.close > from && session.open < to) found.push(session);
  }
  return found;
}

/**
 * The last session that has opened by `now`.
 * @throws OraError `data_missing` outside 2010 to 2028 (but for '1d').
 */
export function latestSession(now: number, timeframe?: Timeframe): Session {
  const today = newYorkDay(now);
  const session = seekSession(today, -1, timeframe);
  return session.open <= now ? session : seekSession(today - 1, -1, timeframe);
}

/** The session after one. @throws OraError `data_missing` beyond 2028 (but for '1d'). */
export function nextSession(session: Session, timeframe?: Timeframe): Session {
  return seekSession(newYorkDay(session.open) + 1, 1, timeframe);
}

/** The session before one. @throws OraError `data_missing` before 2010 (but for '1d'). */
export function previousSession(session: Session, timeframe?: Timeframe): Session {
  return seekSession(newYorkDay(session.open) - 1, -1, timeframe);
}

/**
 * Which part of the trading day a moment lies in: pre 04:00 to 09:30, regular, after from the close to
 * 20:00. Null at night, on weekends and on holidays.
 */
export function sessionKindAt(ts: number): SessionKind | null {
  const session = sessionOfDay(newYorkDay(ts));
  if (session === null || ts < session.open - PRE_MARKET_MS) return null;
  if (ts < session.open) return 'pre';
  if (ts < session.close) return 'regular';
  return ts < session.open + OPEN_TO_END_OF_DAY_MS ? 'after' : null;
}

/** All candles of a session, anchored at its open; the last one may be shorter. Oldest first. */
export function candleSpans(session: Session, timeframe: Timeframe): CandleSpan[] {
  const length = TIMEFRAME_MINUTES[timeframe] * MINUTE;
  const spans: CandleSpan[] = [];
  for (let ts = session.open; ts < session.close; ts += length) {
    spans.push({ ts, end: Math.min(ts + length, session.close) });
  }
  return spans;
}

/**
 * The candle that opens exactly at `ts`, null when no regular candle does.
 * @throws OraError `data_missing` outside 2010 to 2028 (but for '1d').
 */
export function spanAt(ts: number, timeframe: Timeframe): CandleSpan | null {
  const session = sessionAt(ts, timeframe);
  const length = TIMEFRAME_MINUTES[timeframe] * MINUTE;
  if (session === null || (ts - session.open) % length !== 0) return null;
  return { ts, end: Math.min(ts + length, session.close) };
}

/** The regular candle that closes exactly at a moment; null when none does. @throws as `spanAt`. */
export function spanClosingAt(moment: number, timeframe: Timeframe): CandleSpan | null {
  const session = sessionAt(moment - 1, timeframe);
  if (session === null) return null;
  return candleSpans(session, timeframe).find(({ end }) => end === moment) ?? null;
}

/** When a stored candle closes. @throws Error when no regular candle opens at `ts`: such a row is never stored. */
export function candleEnd(ts: number, timeframe: Timeframe): number {
  const span = spanAt(ts, timeframe);
  if (span === null) throw new Error(`no ${timeframe} candle opens at ${new Date(ts).toISOString()}`);
  return span.end;
}

/** The newest candle that is closed: its end plus the grace has passed. */
export function lastClosedSpan(timeframe: Timeframe, now: number, graceMs: number): CandleSpan {
  const at = now - graceMs;
  const session = latestSession(at, timeframe);
  const today = candleSpans(session, timeframe).findLast((span) => span.end <= at);
  const before = () => candleSpans(previousSession(session, timeframe), timeframe).at(-1);
  const span = today ?? before();
  if (span === undefined) throw new Error(`session ${session.date} has no ${timeframe} candle`);
  return span;
}

/** Closed candles that open after `ts`, oldest first: what a scan has yet to catch up with. */
export function closedSpansAfter(
  ts: number,
  timeframe: Timeframe,
  now: number,
  graceMs: number,
): CandleSpan[] {
  const at = now - graceMs;
  return sessionsBetween(ts, at, timeframe)
    .flatMap((session) => candleSpans(session, timeframe))
    .filter((span) => span.ts > ts && span.end <= at);
}

/** The first moment after `after` at which a candle of the timeframe ends (grace not added). */
export function nextCandleClose(timeframe: Timeframe, after: number): number {
  for (let day = newYorkDay(after); ; day++) {
    const session = seekSession(day, 1, timeframe);
    const span = candleSpans(session, timeframe).find(({ end }) => end > after);
    if (span !== undefined) return span.end;
  }
}

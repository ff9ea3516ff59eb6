import { latestSession, nextSession, previousSession, type Session, sessionOn } from './calendar.ts';
import { newYorkDate } from './new-york-time.ts';
import type { Side } from './signal.ts';
import type { SignalTimeframe } from './timeframe.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** 09:00 in New York. */
const BEFORE_OPEN_MS = 30 * MINUTE;
/** 16:15 in New York, 13:15 on a half day. */
const AFTER_CLOSE_MS = 15 * MINUTE;

export type DigestKind = 'morning' | 'evening';

/** A digest that is due, and stays so until the next one is. */
export interface DueDigest {
  readonly kind: DigestKind;
  readonly session: Session;
  /** Epoch ms. */
  readonly dueAt: number;
}

/** When the digest before a session's open is due. */
export function morningDigestAt(session: Session): number {
  return session.open - BEFORE_OPEN_MS;
}

/** When the digest after a session's close is due. */
export function eveningDigestAt(session: Session): number {
  return session.close + AFTER_CLOSE_MS;
}

/**
 * The digest of this moment: a session's morning from 09:00 until its close, its evening from a quarter of
 * an hour later until the next morning. A desk that was away sends the one of the moment and no older one;
 * null for that quarter of an hour.
 */
export function dueDigest(now: number): DueDigest | null {
  const today = sessionOn(newYorkDate(now));
  if (today !== null && now >= morningDigestAt(today)) {
    if (now < today.close) return { kind: 'morning', session: today, dueAt: morningDigestAt(today) };
    if (now >= eveningDigestAt(today))
      return { kind: 'evening', session: today, dueAt: eveningDigestAt(today) };
    return null;
  }
  const last = latestSession(now);
  const session = last.open > now ? previousSession(last) : last;
  return { kind: 'evening', session, dueAt: eveningDigestAt(session) };
}

/** The first session of the week that ends with a session; null when the week goes on after it. */
export function weekEndingWith(session: Session): Session | null {
  const isOfThisWeek = (other: Session) => mondayOf(other) === mondayOf(session);
  if (isOfThisWeek(nextSession(session))) return null;
  let first = session;
  while (isOfThisWeek(previousSession(first))) first = previousSession(first);
  return first;
}

function mondayOf({ date, dayOfWeek }: Session): number {
  return Date.parse(date) - (dayOfWeek - 1) * DAY;
}

/** What the day before the open looks like. Positions without sizes: everybody reads it. */
export interface MorningDigest {
  readonly kind: 'morning';
  /** `YYYY-MM-DD` in New York. */
  readonly date: string;
  readonly closesAt: number;
  readonly isHalfDay: boolean;
  readonly watches: number;
  /** Watches that the last session left behind: their newest candles never came. */
  readonly behind: readonly { readonly ticker: string; readonly timeframe: SignalTimeframe }[];
  readonly positions: readonly { readonly traderId: string; readonly ticker: string; readonly side: Side }[];
  /** Whether it was late: the session had begun, and its prices are of the day. */
  readonly hasOpened: boolean;
  /** Largest first; empty without quotes. */
  readonly gaps: readonly PriceGap[];
  /** Tickers of which no quote was to be had. */
  readonly unquoted: number;
  readonly held: readonly {
    readonly ticker: string;
    readonly timeframe: SignalTimeframe;
    readonly side: Side;
    readonly price: number;
  }[];
}

/** A price of now, before the open unless the digest is late, against the last close. */
export interface PriceGap {
  readonly ticker: string;
  /** USD. */
  readonly close: number;
  /** Middle of bid and ask, USD. */
  readonly now: number;
}

/** What became of the signals of a day or a week. */
export interface DigestFigures {
  readonly signals: number;
  /** Cards by what became of them. */
  readonly sent: number;
  readonly listed: number;
  readonly held: number;
  readonly failed: number;
  readonly suppressed: Readonly<Record<string, number>>;
  /** Posted cards that somebody decided about, and those that nobody did. */
  readonly decided: number;
  readonly undecided: number;
  readonly entered: number;
  /** Posted cards whose levels were touched. */
  readonly touched: {
    readonly tp1: number;
    readonly tp2: number;
    readonly tp3: number;
    readonly stop: number;
  };
  /** Posted cards that nobody entered and whose TP1 or stop was touched: which first, and what it came to. */
  readonly missed: { readonly won: number; readonly lost: number; readonly r: number };
  /** Entries without a fill or without a stop. */
  readonly unfilled: number;
  readonly stopless: number;
}

/** What the day came to. */
export interface EveningDigest {
  readonly kind: 'evening';
  readonly date: string;
  readonly isHalfDay: boolean;
  readonly day: DigestFigures;
  /** After the last session of a week, with the date of its first. */
  readonly week: (DigestFigures & { readonly from: string }) | null;
}

export type Digest = MorningDigest | EveningDigest;

import {
  candleEnd,
  candleSpans,
  newYorkDate,
  type Session,
  sessionOn,
  sessionsBetween,
} from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import { TIMEFRAME_MINUTES, type Timeframe } from '../../domain/timeframe.ts';
import type { SessionCoverage } from '../ports.ts';

/** How long a source may be late with the newest candle before its absence means that nothing traded. */
export const PROVIDER_LATE_MS = 10 * 60_000;

/** A series and the present it is seen from. */
export interface CoverageQuestion {
  readonly timeframe: Timeframe;
  readonly now: number;
  readonly graceMs: number;
}

/**
 * Where fetching must begin, always the open of a candle: `reachFrom` when nothing is covered, null when everything
 * closed is. Coverage that came with smaller candles may end within one of these.
 */
export function firstUncovered(
  covered: readonly SessionCoverage[],
  question: CoverageQuestion & { readonly reachFrom: number },
): number | null {
  const [oldest] = covered;
  if (oldest === undefined) return question.reachFrom;
  const through = throughByDate(covered);
  const begin = sessionOn(oldest.date, question.timeframe)?.open ?? question.reachFrom;
  for (const session of sessionsBetween(begin, question.now, question.timeframe)) {
    const closed = lastEndWithin(session, question);
    const have = through.get(session.date) ?? session.open;
    if (closed !== null && have < closed)
      return candleSpans(session, question.timeframe).findLast(({ ts }) => ts <= have)?.ts ?? have;
  }
  return null;
}

/** Whether what is covered begins later than the source reaches: built, imported, or younger than the reach. */
export function beginsLate(
  covered: readonly SessionCoverage[],
  { timeframe, reachFrom }: { readonly timeframe: Timeframe; readonly reachFrom: number },
): boolean {
  const [oldest] = covered;
  const open = oldest && sessionOn(oldest.date, timeframe)?.open;
  // The session in which the reach begins is never whole.
  return open !== undefined && sessionsBetween(reachFrom, open, timeframe).length > 1;
}

/**
 * What an answer proves: a session is covered from its open, or from where it was covered before,
 * through its newest closed candle; while the source may still be late, only through the newest candle it gave.
 *
 * @param candles what the answer held from `from` on, oldest first.
 */
export function provenCoverage(
  candles: readonly Candle[],
  question: CoverageQuestion & {
    readonly from: number;
    /** The answer was asked for up to here; left out, up to now. */
    readonly to?: number;
    readonly covered: readonly SessionCoverage[];
  },
): SessionCoverage[] {
  const { timeframe, now, from } = question;
  const newest = candles.at(-1);
  const newestEnd = newest === undefined ? from : candleEnd(newest.ts, timeframe);
  const before = throughByDate(question.covered);
  return sessionsBetween(from, question.to ?? now, timeframe).flatMap((session) => {
    const closed = lastEndWithin(session, question);
    const begins = Math.max(session.open, before.get(session.date) ?? 0);
    if (closed === null || begins < Math.min(from, session.close)) return [];
    const coveredThrough =
      closed + PROVIDER_LATE_MS <= now ? closed : Math.min(closed, Math.max(newestEnd, session.open));
    return coveredThrough > session.open ? [{ date: session.date, coveredThrough }] : [];
  });
}

/**
 * Where building a larger timeframe must begin: the open of the first of its candles that the smaller one covers
 * and it does not; null when it is built as far as it can be.
 */
export function firstUnbuilt(
  base: readonly SessionCoverage[],
  built: readonly SessionCoverage[],
  timeframe: Timeframe,
): number | null {
  const through = throughByDate(built);
  for (const { date, coveredThrough } of base) {
    const have = through.get(date) ?? 0;
    const session = have >= coveredThrough ? null : sessionOn(date, timeframe);
    if (session === null) continue;
    const behind = candleSpans(session, timeframe).find(({ end }) => end > have);
    if (behind !== undefined && behind.end <= coveredThrough) return behind.ts;
  }
  return null;
}

/** The last session, by date, up to which all are covered whole from the oldest on; null when the oldest is not. */
export function wholeThrough(covered: readonly SessionCoverage[], timeframe: Timeframe): string | null {
  const [oldest, newest] = [covered[0], covered.at(-1)];
  if (oldest === undefined || newest === undefined) return null;
  const [first, last] = [sessionOn(oldest.date, timeframe), sessionOn(newest.date, timeframe)];
  if (first === null || last === null) return null;
  const through = throughByDate(covered);
  const sessions = sessionsBetween(first.open, last.close, timeframe);
  const broken = sessions.findIndex(({ date, close }) => (through.get(date) ?? 0) < close);
  return sessions.at(broken === -1 ? -1 : broken - 1 - sessions.length)?.date ?? null;
}

/** Coverage after an answer; it only ever grows. Oldest first. */
export function joinCoverage(
  known: readonly SessionCoverage[],
  more: readonly SessionCoverage[],
): SessionCoverage[] {
  const through = throughByDate(known);
  for (const { date, coveredThrough } of more)
    through.set(date, Math.max(coveredThrough, through.get(date) ?? 0));
  return [...through]
    .map(([date, coveredThrough]) => ({ date, coveredThrough }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Whether a moment's candle is known to be there, or known to be absent. */
export function isCovered(
  coverage: readonly SessionCoverage[],
  span: { readonly ts: number; readonly end: number },
): boolean {
  const date = newYorkDate(span.ts);
  return coverage.some((session) => session.date === date && session.coveredThrough >= span.end);
}

function throughByDate(coverage: readonly SessionCoverage[]): Map<string, number> {
  return new Map(coverage.map(({ date, coveredThrough }) => [date, coveredThrough]));
}

/** End of the session's newest closed candle, null before its first has closed. */
function lastEndWithin(
  { open, close }: Session,
  { timeframe, now, graceMs }: CoverageQuestion,
): number | null {
  const at = now - graceMs;
  if (at >= close) return close;
  const length = TIMEFRAME_MINUTES[timeframe] * 60_000;
  const closed = Math.floor((at - open) / length);
  return closed > 0 ? open + closed * length : null;
}

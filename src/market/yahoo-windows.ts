import { candleSpans, latestSession, previousSession } from '../domain/calendar.ts';
import type { FetchedTimeframe } from '../domain/timeframe.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/**
 * How far back Yahoo reaches, in days (public probes 2020 to 2026; texts of its 422 errors). It
 * refuses 1m from day 30 on. Of daily candles it has all; ten years are what a scan can use.
 */
export const REACH_DAYS: Readonly<Record<FetchedTimeframe, number>> = {
  '1m': 29,
  '5m': 60,
  '15m': 60,
  '1h': 730,
  '1d': 3650,
};

/** How far back it keeps candles: the same, but for daily ones, of which it has all. */
export const HISTORY_DAYS: Readonly<Record<FetchedTimeframe, number>> = { ...REACH_DAYS, '1d': 36_500 };

/** What a backfill asks for at once: its lead and a long weekend still fit into one request, and little is lost when it is killed. */
export const BACKFILL_DAYS: Readonly<Record<FetchedTimeframe, number>> = {
  '1m': 3,
  '5m': 30,
  '15m': 30,
  '1h': 180,
  '1d': 1825,
};

/** Longest range of one request, in days. */
const REQUEST_DAYS: Readonly<Record<FetchedTimeframe, number>> = { ...HISTORY_DAYS, '1m': 7 };

/**
 * Candles asked for before the first one wanted. The first row of an answer has volume 0 though it
 * traded, so it is dropped; one candle would do, but a thin ticker has not traded in every one.
 */
const LEAD_CANDLES: Readonly<Record<FetchedTimeframe, number>> = {
  '1m': 60,
  '5m': 12,
  '15m': 4,
  '1h': 2,
  '1d': 2,
};

/** Yahoo measures its reach by its own clock: stay this far inside. */
const REACH_MARGIN = HOUR;

/** One request: candles from `wantedFrom` (inclusive) to `to` are kept, asked for is from `askFrom` on. */
export interface YahooWindow {
  readonly askFrom: number;
  readonly wantedFrom: number;
  readonly to: number;
}

/** The requests that together bring `from` to `to`, oldest first, none beyond Yahoo's reach at `now`. */
export function planWindows(request: {
  readonly timeframe: FetchedTimeframe;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}): YahooWindow[] {
  const { timeframe, from, to, now } = request;
  const reach = now - HISTORY_DAYS[timeframe] * DAY + REACH_MARGIN;
  const windows: YahooWindow[] = [];
  let wantedFrom = Math.max(from, reach);
  while (wantedFrom + SECOND <= to) {
    const askFrom = Math.max(reach, leadStart(wantedFrom, timeframe));
    const end = Math.min(to, askFrom + REQUEST_DAYS[timeframe] * DAY);
    windows.push({ askFrom, wantedFrom, to: end });
    wantedFrom = end;
  }
  return windows;
}

/** Open of the candle that lies `LEAD_CANDLES` before a moment, sessions counted back to back. */
function leadStart(ts: number, timeframe: FetchedTimeframe): number {
  let session = latestSession(ts - 1, timeframe);
  let left = LEAD_CANDLES[timeframe];
  for (;;) {
    const before = candleSpans(session, timeframe).filter((span) => span.ts < ts);
    const found = before.at(-left);
    if (found !== undefined) return found.ts;
    left -= before.length;
    session = previousSession(session, timeframe);
  }
}

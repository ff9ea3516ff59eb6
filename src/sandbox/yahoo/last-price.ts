import {
  candleEnd,
  latestSession,
  newYorkDate,
  previousSession,
  type Session,
  sessionKindAt,
  sessionOn,
} from '../../domain/calendar.ts';
import { FETCHED_TIMEFRAMES } from '../../domain/timeframe.ts';
import type { Prices } from './prices.ts';

const SESSIONS_BACK = 5;

/** The price a ticker last traded at by `now`, USD; null when it has not traded in five sessions. */
export function lastPrice(prices: Prices, ticker: string, now: number): number | null {
  let session = latestSession(now);
  for (let back = 0; back < SESSIONS_BACK; back++) {
    for (const timeframe of FETCHED_TIMEFRAMES) {
      const newest = prices.candles(ticker, timeframe, session.open, Math.min(session.close, now + 1)).at(-1);
      if (newest !== undefined) return candleEnd(newest.ts, timeframe) <= now ? newest.close : newest.open;
    }
    session = previousSession(session);
  }
  return null;
}

/** What a ticker is quoted at: before the open, in extended hours, what it will open at, as the chart shows too. */
export function quotedPrice(prices: Prices, ticker: string, now: number): number | null {
  const session = sessionKindAt(now) === 'pre' ? sessionOn(newYorkDate(now)) : null;
  return (session && openOf(prices, ticker, session)) ?? lastPrice(prices, ticker, now);
}

/** First price of a session, USD; null without a candle. */
function openOf(prices: Prices, ticker: string, { open }: Session): number | null {
  for (const timeframe of FETCHED_TIMEFRAMES) {
    const [first] = prices.candles(ticker, timeframe, open, open + 1);
    if (first !== undefined) return first.open;
  }
  return null;
}

import { candleEnd, latestSession, previousSession } from '../../domain/calendar.ts';
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

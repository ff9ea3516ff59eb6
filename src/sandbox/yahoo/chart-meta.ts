import { latestSession } from '../../domain/calendar.ts';
import type { FetchedTimeframe } from '../../domain/timeframe.ts';
import { lastPrice } from './last-price.ts';
import type { Prices } from './prices.ts';

const HOUR = 3600;

/** The `meta` of an answer, with every field the library's schema asks for. Times in epoch seconds. */
export function chartMeta(prices: Prices, ticker: string, timeframe: FetchedTimeframe, now: number): object {
  const session = latestSession(now);
  const open = session.open / 1000;
  const close = session.close / 1000;
  const isSummer = isDaylight(session.open);
  const zone = { timezone: isSummer ? 'EDT' : 'EST', gmtoffset: isSummer ? -4 * HOUR : -5 * HOUR };
  const price = lastPrice(prices, ticker, now) ?? 0;
  const isIndex = ticker.startsWith('^');
  return {
    currency: 'USD',
    symbol: ticker,
    exchangeName: isIndex ? 'CXI' : 'NMS',
    fullExchangeName: isIndex ? 'Cboe Indices' : 'NasdaqGS',
    instrumentType: isIndex ? 'INDEX' : 'EQUITY',
    firstTradeDate: Math.floor(prices.span().from / 1000),
    regularMarketTime: Math.floor(Math.min(now, session.close) / 1000),
    hasPrePostMarketData: !isIndex,
    ...zone,
    exchangeTimezoneName: 'America/New_York',
    regularMarketPrice: price,
    chartPreviousClose: lastPrice(prices, ticker, session.open - 1) ?? price,
    priceHint: 2,
    currentTradingPeriod: {
      pre: { ...zone, start: open - 5.5 * HOUR, end: open },
      regular: { ...zone, start: open, end: close },
      post: { ...zone, start: close, end: open + 10.5 * HOUR },
    },
    dataGranularity: timeframe,
    range: '',
    validRanges: ['1d', '5d', '1mo', '3mo', '6mo', '1y', '2y', '5y', '10y', 'ytd', 'max'],
  };
}

/** 09:30 in New York is 13:30 UTC in summer and 14:30 in winter. */
function isDaylight(sessionOpen: number): boolean {
  return new Date(sessionOpen).getUTCHours() === 13;
}

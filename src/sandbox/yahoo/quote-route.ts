import type { Answer } from './faults.ts';
import { json } from './json.ts';
import { quotedPrice } from './last-price.ts';
import type { Prices } from './prices.ts';

/** Half of the spread as a part of the price: about one basis point between bid and ask. */
const HALF_SPREAD = 0.00005;
const CRUMB = 'sandbox-crumb';

/** Answers `GET /quote/{symbol}`, the page whose cookie the library wants before it asks for a crumb. */
export function answerQuotePage(): Answer {
  const cookie = 'A3=sandbox; Domain=.yahoo.com; Path=/; Max-Age=86400; Secure; HttpOnly';
  return {
    status: 200,
    headers: { 'content-type': 'text/html', 'set-cookie': cookie },
    body: '<html></html>',
  };
}

/** Answers `GET /v1/test/getcrumb`. */
export function answerCrumb(): Answer {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: CRUMB };
}

/** Answers `GET /v7/finance/quote`. Unknown symbols are left out, as Yahoo does. */
export function answerQuotes(query: URLSearchParams, prices: Prices, now: number): Answer {
  if (query.get('crumb') !== CRUMB) {
    const error = { code: 'Unauthorized', description: 'Invalid Crumb' };
    return json(401, { finance: { result: null, error } });
  }
  const result = (query.get('symbols') ?? '').split(',').flatMap((symbol) => {
    const price = quotedPrice(prices, symbol, now);
    return price === null ? [] : [quoteOf(symbol, price)];
  });
  return json(200, { quoteResponse: { result, error: null } });
}

/** An index has no bid and no ask: Yahoo says 0. */
function quoteOf(symbol: string, price: number): object {
  const isIndex = symbol.startsWith('^');
  const half = Math.max(0.01, Math.round(price * HALF_SPREAD * 100) / 100);
  return {
    language: 'en-US',
    region: 'US',
    quoteType: isIndex ? 'INDEX' : 'EQUITY',
    symbol,
    currency: 'USD',
    regularMarketPrice: price,
    bid: isIndex ? 0 : Number((price - half).toFixed(2)),
    ask: isIndex ? 0 : Number((price + half).toFixed(2)),
  };
}

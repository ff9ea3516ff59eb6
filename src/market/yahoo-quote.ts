import { ExtendedCookieJar } from 'yahoo-finance2/lib/cookieJar';
import { getCrumbClear } from 'yahoo-finance2/lib/getCrumb';
import { z } from 'zod';
import type { QuoteSource } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';
import type { Quote } from '../domain/quote.ts';
import { parseTicker } from '../domain/ticker.ts';
import { translateError } from './yahoo-errors.ts';
import { createYahooFetch, type YahooFetchOptions } from './yahoo-fetch.ts';
import { createYahooLibrary } from './yahoo-library.ts';
import { toYahooSymbol } from './yahoo-url.ts';

const DEADLINE_MS = 1500;

const BidAsk = z.object({ symbol: z.string(), bid: z.number().positive(), ask: z.number().positive() });

/**
 * Bid and ask from Yahoo: a favour, not a promise. They need a cookie and a crumb that Yahoo often
 * refuses, so they have a fetch of their own, whose failures never make candles wait.
 */
export function createYahooQuotes(options: YahooFetchOptions): QuoteSource {
  const { log } = options;
  const fetch = createYahooFetch({ ...options, spacingMs: 0, attempts: 1 });
  const cookieJar = new ExtendedCookieJar();
  const library = createYahooLibrary(log, cookieJar);
  async function quoteAll(tickers: readonly string[]): Promise<ReadonlyMap<string, Quote>> {
    try {
      const wanted = new Map(tickers.map((ticker) => [toYahooSymbol(parseTicker(ticker)), ticker]));
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const answers: unknown = await library.quote(
        [...wanted.keys()],
        {},
        { fetch, fetchOptions: { signal }, validateResult: false },
      );
      return readQuotes(answers, wanted);
    } catch (error) {
      log.debug({ tickers, reason: translateError(error, tickers.join(' ')).message }, 'no quote');
      // A crumb that went stale is kept by the library until its cookie expires, a year later.
      if (!(error instanceof OraError)) await getCrumbClear(cookieJar);
      return new Map();
    }
  }

  return {
    quote: async (ticker) => (await quoteAll([ticker])).get(ticker) ?? null,
    quoteAll,
  };
}

/** Left out is one of which either is missing or zero (an index, or out of hours), or they cross. */
function readQuotes(answers: unknown, wanted: ReadonlyMap<string, string>): Map<string, Quote> {
  const quotes = new Map<string, Quote>();
  for (const answer of z.array(z.unknown()).parse(answers)) {
    const { data } = BidAsk.safeParse(answer);
    const ticker = wanted.get(data?.symbol ?? '');
    if (data !== undefined && ticker !== undefined && data.ask >= data.bid)
      quotes.set(ticker, { bid: data.bid, ask: data.ask });
  }
  return quotes;
}

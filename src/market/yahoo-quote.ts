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

const BidAsk = z.object({ bid: z.number().positive(), ask: z.number().positive() });

/**
 * Bid and ask from Yahoo: a favour, not a promise. They need a cookie and a crumb that Yahoo often
 * refuses, so they have a fetch of their own, whose failures never make candles wait.
 */
export function createYahooQuotes(options: YahooFetchOptions): QuoteSource {
  const { log } = options;
  const fetch = createYahooFetch({ ...options, spacingMs: 0, attempts: 1 });
  const cookieJar = new ExtendedCookieJar();
  const library = createYahooLibrary(log, cookieJar);
  return {
    async quote(ticker) {
      try {
        const symbol = toYahooSymbol(parseTicker(ticker));
        const signal = AbortSignal.timeout(DEADLINE_MS);
        const answer = await library.quote(
          symbol,
          {},
          { fetch, fetchOptions: { signal }, validateResult: false },
        );
        return readQuote(answer);
      } catch (error) {
        log.debug({ ticker, reason: translateError(error, ticker).message }, 'no quote');
        // A crumb that went stale is kept by the library until its cookie expires, a year later.
        if (!(error instanceof OraError)) await getCrumbClear(cookieJar);
        return null;
      }
    },
  };
}

/** Null when either is missing or zero (an index, or out of hours), or they cross. */
function readQuote(answer: unknown): Quote | null {
  const parsed = BidAsk.safeParse(answer);
  return parsed.success && parsed.data.ask >= parsed.data.bid ? parsed.data : null;
}

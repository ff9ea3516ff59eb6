import { ExtendedCookieJar } from 'yahoo-finance2/lib/cookieJar';
import type { FetchedSeries, FetchRequest, Logger, MarketSource, QuoteSource } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';
import { parseTicker } from '../domain/ticker.ts';
import { keepWanted, readChart, type YahooChart } from './yahoo-chart.ts';
import { isEmptyRange, translateError } from './yahoo-errors.ts';
import { createYahooFetch } from './yahoo-fetch.ts';
import { createYahooLibrary } from './yahoo-library.ts';
import { createYahooQuotes } from './yahoo-quote.ts';
import { toYahooSymbol } from './yahoo-url.ts';
import { planWindows, REACH_DAYS, type YahooWindow } from './yahoo-windows.ts';

export interface YahooOptions {
  /** `YAHOO_BASE_URL`: `REAL_YAHOO`, or a local one. */
  readonly baseUrl: string;
  readonly log: Logger;
  /** Shortest time between the starts of two requests, ms. */
  readonly spacingMs: number;
  /** Deadline of one attempt of one request, headers and body together, ms. */
  readonly timeoutMs: number;
  /** The present, epoch ms, from which Yahoo's reach counts back: in the sandbox, the replay's clock. */
  readonly now: () => number;
  /** Wait before the first repetition, ms. */
  readonly backoffMs?: number;
}

/**
 * Candles and quotes from Yahoo Finance through `yahoo-finance2`. What it defends against is
 * described where it does: `yahoo-fetch.ts` (transport), `yahoo-windows.ts` (reach and the first
 * row), `yahoo-chart.ts` (rows), `yahoo-errors.ts` (refusals).
 *
 * @throws OraError `config` when `baseUrl` is not one that may be used.
 */
export function createYahooSource(options: YahooOptions): MarketSource & QuoteSource {
  const chartFetch = createYahooFetch(options);
  const library = createYahooLibrary(options.log, new ExtendedCookieJar());
  const quotes = createYahooQuotes(options);

  async function ask(request: FetchRequest, window: YahooWindow): Promise<YahooChart | null> {
    try {
      const answer = await library.chart(
        toYahooSymbol(parseTicker(request.ticker)),
        {
          interval: request.timeframe,
          period1: Math.ceil(window.askFrom / 1000),
          period2: Math.floor(window.to / 1000),
          includePrePost: false,
          events: 'split',
          return: 'object',
        },
        {
          fetch: chartFetch,
          validateResult: false,
          ...(request.signal && { fetchOptions: { signal: request.signal } }),
        },
      );
      return readChart(answer);
    } catch (error) {
      if (isEmptyRange(error)) return null;
      throw translateError(error, request.ticker);
    }
  }

  return {
    name: 'yfinance',
    spacingMs: options.spacingMs,
    reachDays: REACH_DAYS,
    async fetch(request) {
      const windows = planWindows({ ...request, now: options.now() });
      const answers: [YahooWindow, YahooChart | null][] = [];
      for (const window of windows) {
        const chart = await ask(request, window);
        requireUsd(request.ticker, chart);
        answers.push([window, chart]);
      }
      return joinAnswers(request, answers);
    },
    quote: quotes.quote,
  };
}

function requireUsd(ticker: string, chart: YahooChart | null): void {
  if (chart === null || chart.currency === 'USD') return;
  const currency = chart.currency ?? 'no currency';
  throw new OraError('bad_input', `"${ticker}" is quoted in ${currency}. Only tickers in USD are supported.`);
}

function joinAnswers(
  request: FetchRequest,
  answers: readonly (readonly [YahooWindow, YahooChart | null])[],
): FetchedSeries {
  const [first] = answers;
  const charts = answers.flatMap(([, chart]) => chart ?? []);
  const last = charts.at(-1);
  return {
    rows: answers.flatMap(([window, chart]) => keepWanted(chart?.rows ?? [], window, request.timeframe)),
    reachedFrom: first === undefined ? request.to : reachedFrom(...first),
    splits: charts.flatMap(({ splits }) => splits).filter(({ at }) => at >= request.from),
    exchange: last?.exchange ?? null,
    currency: last?.currency ?? null,
  };
}

/** Where the answer begins in truth: behind its first row when that was no candle of the lead. */
function reachedFrom(window: YahooWindow, chart: YahooChart | null): number {
  const begin = chart?.rows[0]?.ts;
  return begin === undefined || begin < window.wantedFrom ? window.wantedFrom : begin + 1;
}

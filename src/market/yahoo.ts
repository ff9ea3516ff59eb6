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
import { BACKFILL_DAYS, HISTORY_DAYS, planWindows, REACH_DAYS, type YahooWindow } from './yahoo-windows.ts';

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

  async function ask(request: FetchRequest, window: YahooWindow): Promise<Asked> {
    let asOf: number | null = null;
    const fetch: typeof globalThis.fetch = async (...call) => {
      const response = await chartFetch(...call);
      asOf = sourceTime(response.headers);
      return response;
    };
    try {
      const answer = await library.chart(
        toYahooSymbol(parseTicker(request.ticker)),
        {
          interval: request.timeframe,
          period1: Math.ceil(window.askFrom / 1000),
          period2: Math.floor(window.to / 1000),
          includePrePost: false,
          events: 'div|split',
          return: 'object',
        },
        {
          fetch,
          validateResult: false,
          ...(request.signal && { fetchOptions: { signal: request.signal } }),
        },
      );
      return { window, chart: readChart(answer), asOf };
    } catch (error) {
      if (isEmptyRange(error)) return { window, chart: null, asOf };
      throw translateError(error, request.ticker);
    }
  }

  return {
    name: 'yfinance',
    spacingMs: options.spacingMs,
    reachDays: REACH_DAYS,
    historyDays: HISTORY_DAYS,
    requestDays: BACKFILL_DAYS,
    async fetch(request) {
      const windows = planWindows({ ...request, now: options.now() });
      const answers: Asked[] = [];
      for (const window of windows) {
        const answer = await ask(request, window);
        requireUsd(request.ticker, answer.chart);
        answers.push(answer);
      }
      return joinAnswers(request, answers);
    },
    ...quotes,
  };
}

/** One request and its answer: `chart` null where Yahoo has nothing, `asOf` its own clock. */
interface Asked {
  readonly window: YahooWindow;
  readonly chart: YahooChart | null;
  readonly asOf: number | null;
}

/** When the answer was made, by the clock of who made it; null when it does not say. It says whole seconds. */
function sourceTime(headers: Headers): number | null {
  const at = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(at) ? null : at + 999;
}

function requireUsd(ticker: string, chart: YahooChart | null): void {
  if (chart === null || chart.currency === 'USD') return;
  const currency = chart.currency ?? 'no currency';
  throw new OraError('bad_input', `"${ticker}" is quoted in ${currency}. Only tickers in USD are supported.`);
}

function joinAnswers(request: FetchRequest, answers: readonly Asked[]): FetchedSeries {
  const [first] = answers;
  const charts = answers.flatMap(({ chart }) => chart ?? []);
  const last = charts.at(-1);
  return {
    rows: answers.flatMap(({ window, chart }) => keepWanted(chart?.rows ?? [], window, request.timeframe)),
    asOf: answers.at(-1)?.asOf ?? null,
    reachedFrom: first === undefined ? request.to : reachedFrom(first),
    splits: charts.flatMap(({ splits }) => splits),
    dividends: charts.flatMap(({ dividends }) => dividends),
    exchange: last?.exchange ?? null,
    currency: last?.currency ?? null,
  };
}

/** Where the answer begins in truth: behind its first row when that was no candle of the lead. */
function reachedFrom({ window, chart }: Asked): number {
  const begin = chart?.rows[0]?.ts;
  return begin === undefined || begin < window.wantedFrom ? window.wantedFrom : begin + 1;
}

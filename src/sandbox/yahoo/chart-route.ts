import { MARKET_TICKER, VOLATILITY_TICKER } from '../../domain/ticker.ts';
import { FETCHED_TIMEFRAMES, type FetchedTimeframe } from '../../domain/timeframe.ts';
import { chartMeta } from './chart-meta.ts';
import { chartRows, type YahooDefects } from './chart-rows.ts';
import type { Answer } from './faults.ts';
import { json } from './json.ts';
import type { Prices } from './prices.ts';

const DAY = 86_400;
/** The market itself exists whatever was recorded; it may just have no candles. */
const ALWAYS_KNOWN: readonly string[] = [MARKET_TICKER, VOLATILITY_TICKER];
const INTERVALS = '1m, 2m, 5m, 15m, 30m, 60m, 90m, 1h, 4h, 1d, 5d, 1wk, 1mo, 3mo';

/** Days per request and days of reach, as Yahoo's own refusals state them. */
const LIMITS: Readonly<
  Partial<Record<FetchedTimeframe, { readonly request: number; readonly reach: number }>>
> = {
  '1m': { request: 7, reach: 30 },
  '5m': { request: 60, reach: 60 },
  '15m': { request: 60, reach: 60 },
  '1h': { request: 730, reach: 730 },
};

export interface ChartContext {
  readonly prices: Prices;
  readonly now: number;
  readonly defects: YahooDefects;
}

/** Answers `GET /v8/finance/chart/{symbol}`. */
export function answerChart(symbol: string, query: URLSearchParams, context: ChartContext): Answer {
  const { prices, now } = context;
  if (!ALWAYS_KNOWN.includes(symbol) && !prices.tickers().includes(symbol)) return notFound();
  const interval = query.get('interval') ?? '1d';
  const timeframe = FETCHED_TIMEFRAMES.find((known) => known === interval);
  if (timeframe === undefined) {
    return refuse(
      422,
      `Invalid input - interval=${interval} is not supported. Valid intervals: [${INTERVALS}]`,
    );
  }
  const from = Number(query.get('period1') ?? Math.floor(now / 1000) - DAY);
  const to = Number(query.get('period2') ?? Math.floor(now / 1000));
  const refusal = checkRange(timeframe, from, to, context);
  if (refusal !== null) return refusal;
  const rows = chartRows({
    ...context,
    ticker: symbol,
    timeframe,
    from: from * 1000,
    to: to * 1000,
    includePrePost: query.get('includePrePost') === 'true',
  });
  const quote = {
    open: rows.map(({ open }) => open),
    high: rows.map(({ high }) => high),
    low: rows.map(({ low }) => low),
    close: rows.map(({ close }) => close),
    volume: rows.map(({ volume }) => volume),
  };
  const result = {
    meta: chartMeta(prices, symbol, timeframe, now),
    ...(rows.length > 0 && { timestamp: rows.map(({ ts }) => ts / 1000) }),
    indicators: {
      quote: [rows.length > 0 ? quote : {}],
      ...(timeframe === '1d' && { adjclose: [rows.length > 0 ? { adjclose: quote.close } : {}] }),
    },
  };
  return json(200, { chart: { result: [result], error: null } });
}

/** Range limits, in seconds; null when the range may be asked for. */
function checkRange(
  timeframe: FetchedTimeframe,
  from: number,
  to: number,
  context: ChartContext,
): Answer | null {
  if (from >= to) {
    const dates = `startDate = ${from}, endDate = ${to}`;
    return refuse(400, `Invalid input - start date cannot be after end date. ${dates}`);
  }
  if (to * 1000 <= context.prices.span().from) {
    return refuse(400, `Data doesn't exist for startDate = ${from}, endDate = ${to}`);
  }
  const limit = LIMITS[timeframe];
  if (limit === undefined) return null;
  const beginning = `${timeframe} data not available for startTime=${from} and endTime=${to}.`;
  if (from < context.now / 1000 - limit.reach * DAY) {
    return refuse(422, `${beginning} The requested range must be within the last ${limit.reach} days.`);
  }
  if (to - from > limit.request * DAY) {
    const allowed = `Only ${limit.request} days worth of ${timeframe} granularity data are allowed to be fetched per request.`;
    return refuse(422, `${beginning} ${allowed}`);
  }
  return null;
}

function notFound(): Answer {
  return refuse(404, 'No data found, symbol may be delisted');
}

const CODES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  422: 'Unprocessable Entity',
};

function refuse(status: number, description: string): Answer {
  return json(status, { chart: { result: null, error: { code: CODES[status], description } } });
}

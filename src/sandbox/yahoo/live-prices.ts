import type { Logger } from '../../app/ports.ts';
import { newYorkDate } from '../../domain/calendar.ts';
import { checkCandles } from '../../domain/check-candles.ts';
import type { FetchedTimeframe } from '../../domain/timeframe.ts';
import { createYahooSource } from '../../market/yahoo.ts';
import type { Prices } from './prices.ts';
import { createStoredPrices, type StoredSeries } from './stored-prices.ts';

const TICKERS = ['SPY', 'QQQ', 'AAPL', 'MSFT', 'NVDA', 'TSLA', 'AMD', '^VIX'];
const TIMEFRAMES: readonly FetchedTimeframe[] = ['5m', '1h', '1d'];
const PROBE_MS = 3000;
const REST_MS = 8000;
const DAY = 86_400_000;

/**
 * The last sessions as the real Yahoo tells them, null when it does not answer within three
 * seconds. A ticker that fails afterwards is left out.
 */
export async function fetchLivePrices(options: {
  readonly now: number;
  readonly log: Logger;
  /** Where the real Yahoo is. */
  readonly baseUrl: string;
}): Promise<Prices | null> {
  const { now, log, baseUrl } = options;
  const source = createYahooSource({ baseUrl, log, spacingMs: 50, timeoutMs: PROBE_MS, now: () => now });
  const fetchSeries = async (ticker: string, timeframe: FetchedTimeframe, signal: AbortSignal) => {
    const from = now - source.reachDays[timeframe] * DAY;
    const { rows } = await source.fetch({ ticker, timeframe, from, to: now, signal });
    return checkCandles(rows, { timeframe, now, graceMs: 60_000 }).candles;
  };
  try {
    await fetchSeries('SPY', '5m', AbortSignal.timeout(PROBE_MS));
  } catch (error) {
    log.debug({ error }, 'the real yahoo does not answer');
    return null;
  }

  const rest = AbortSignal.timeout(REST_MS);
  const series = new Map<string, StoredSeries>();
  const fetchTicker = async (ticker: string) => {
    const frames = await Promise.all(
      TIMEFRAMES.map(async (timeframe) => [timeframe, await fetchSeries(ticker, timeframe, rest)] as const),
    );
    series.set(ticker, new Map(frames));
  };
  const results = await Promise.allSettled(TICKERS.map(fetchTicker));
  const failed = TICKERS.filter((_, index) => results[index]?.status === 'rejected');
  if (failed.length > 0) log.warn({ failed }, 'live prices lack tickers');
  if (!series.has('SPY')) return null;
  return createStoredPrices(
    series,
    ({ to }) =>
      `Prices are recordings from Yahoo Finance, fetched just now: sessions up to ${newYorkDate(to)}.`,
  );
}

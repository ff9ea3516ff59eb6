import { candleEnd } from '../domain/calendar.ts';
import type { Candle } from '../domain/candle.ts';
import { OraError } from '../domain/errors.ts';
import { parseTicker } from '../domain/ticker.ts';
import { parseSignalTimeframe, type SignalTimeframe } from '../domain/timeframe.ts';
import { bringInCandles } from './bring-in-candles.ts';
import type { Services } from './services.ts';

/** Candles on a chart unless the person asks for more or fewer. */
export const DEFAULT_CHART_CANDLES = 90;
/** Candles before the first drawn one: a whole 1m session, so that neither averages nor VWAP are cut short. */
export const CHART_WARMUP_CANDLES = 390;

export interface DrawnChart {
  readonly png: Uint8Array;
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  readonly lastCandle: Candle;
  /** Close time of the last candle, epoch ms. */
  readonly closedAt: number;
}

/**
 * Draws the newest closed candles of a ticker, brought in first when they are not stored.
 *
 * @throws OraError `bad_input`, `not_found` for an unknown ticker, `data_missing` when it has no candles.
 */
export async function drawChart(
  services: Services,
  input: {
    readonly ticker: string;
    readonly timeframe: string;
    readonly candles?: number;
    readonly now: number;
  },
): Promise<DrawnChart> {
  const ticker = parseTicker(input.ticker);
  const timeframe = parseSignalTimeframe(input.timeframe);
  await bringInCandles(services, { ticker, timeframes: [timeframe], now: input.now });
  const shown = input.candles ?? DEFAULT_CHART_CANDLES;
  const candles = await services.stores.candles.read(
    { ticker, timeframe },
    { last: shown + CHART_WARMUP_CANDLES },
  );
  const lastCandle = candles.at(-1);
  if (lastCandle === undefined) {
    throw new OraError('data_missing', `There are no ${timeframe} candles of ${ticker} to draw yet.`);
  }
  const png = await services.charts.draw({
    ticker,
    timeframe,
    candles,
    shown,
    levels: null,
    side: null,
    firedAt: null,
  });
  return { png, ticker, timeframe, lastCandle, closedAt: candleEnd(lastCandle.ts, timeframe) };
}

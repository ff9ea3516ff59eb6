import { candleEnd } from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import type { Levels } from '../../domain/card.ts';
import { OraError } from '../../domain/errors.ts';
import { levelsFor } from '../../domain/levels.ts';
import type { SeriesKey } from '../../domain/series-key.ts';
import type { Signal } from '../../domain/signal.ts';
import { parseTicker } from '../../domain/ticker.ts';
import { parseSignalTimeframe, type SignalTimeframe, TIMEFRAME_MINUTES } from '../../domain/timeframe.ts';
import { bringInCandles } from '../candles/bring-in-candles.ts';
import type { Services } from '../services.ts';

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
  /** What it is drawn around; null for the newest candles. */
  readonly signal: Signal | null;
}

const DAY = 86_400_000;
/** Of the candles that are drawn around a signal, the share that came after it. */
const SHARE_AFTER = 1 / 3;

export interface DrawChartInput {
  readonly ticker: string;
  readonly timeframe: string;
  readonly candles?: number;
  /** A signal's number: it is marked, with its levels, and the chart ends a while after it. */
  readonly signal?: string;
  readonly now: number;
}

/**
 * Draws the newest closed candles of a ticker, brought in first when they are not stored; or those around a
 * signal.
 *
 * @throws OraError `bad_input`, also for a signal of another series; `not_found` for an unknown ticker or
 * signal, `data_missing` when it has no candles.
 */
export async function drawChart(services: Services, input: DrawChartInput): Promise<DrawnChart> {
  const series = { ticker: parseTicker(input.ticker), timeframe: parseSignalTimeframe(input.timeframe) };
  const { ticker, timeframe } = series;
  const signal = input.signal === undefined ? null : await findSignal(services, input.signal, series);
  await bringInCandles(services, { ticker, timeframes: [timeframe], now: input.now });
  const shown = input.candles ?? DEFAULT_CHART_CANDLES;
  const candles = await readCandles(services, series, { shown, around: signal?.firedAt ?? null });
  const lastCandle = candles.at(-1);
  if (lastCandle === undefined) {
    throw new OraError('data_missing', `There are no ${timeframe} candles of ${ticker} to draw yet.`);
  }
  const png = await services.charts.draw({
    ticker,
    timeframe,
    candles,
    shown,
    levels: signal && levelsOf(signal, services),
    side: signal?.side ?? null,
    firedAt: signal?.firedAt ?? null,
  });
  return { png, ticker, timeframe, lastCandle, closedAt: candleEnd(lastCandle.ts, timeframe), signal };
}

async function findSignal(
  { stores }: Pick<Services, 'stores'>,
  text: string,
  { ticker, timeframe }: { readonly ticker: string; readonly timeframe: string },
): Promise<Signal> {
  const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
  const found = id === null ? null : await stores.signals.find(id);
  if (found === null) {
    throw new OraError('not_found', 'There is no such signal. Pick one of those suggested as you type.');
  }
  if (found.ticker === ticker && found.timeframe === timeframe) return found;
  throw new OraError(
    'bad_input',
    `That signal is of ${found.ticker} ${found.timeframe}, not of ${ticker} ${timeframe}. Pick another.`,
  );
}

/** As the card had them: nothing that came later moves a level. */
function levelsOf(
  { priceAtSignal, side, features }: Signal,
  { settings }: Pick<Services, 'settings'>,
): Levels {
  return levelsFor(priceAtSignal, { side, atr14: features.atr14, rule: settings.levelRule });
}

async function readCandles(
  { stores }: Pick<Services, 'stores'>,
  series: SeriesKey,
  { shown, around }: { readonly shown: number; readonly around: number | null },
): Promise<readonly Candle[]> {
  const most = shown + CHART_WARMUP_CANDLES;
  if (around === null) return stores.candles.read(series, { last: most });
  const after = Math.floor(shown * SHARE_AFTER);
  // A session is a quarter of a day, five of seven days have one, and a long weekend may lie between.
  const to = around + after * TIMEFRAME_MINUTES[series.timeframe] * 60_000 * 6 + 5 * DAY;
  const following = (await stores.candles.read(series, { from: around, to })).slice(0, after);
  const before = await stores.candles.read(series, { to: around - 1, last: most - following.length });
  return [...before, ...following];
}

import { candleEnd } from '../domain/calendar.ts';
import type { RawCandle } from '../domain/candle.ts';
import { OraError } from '../domain/errors.ts';
import { VOLATILITY_TICKER } from '../domain/ticker.ts';
import type { FetchedTimeframe, SignalTimeframe } from '../domain/timeframe.ts';
import type { Prices } from './yahoo/prices.ts';

type PlayedTimeframe = SignalTimeframe & FetchedTimeframe;

/** What is played, and between which moments. */
export interface Stage {
  /** Tickers that have such candles, to be watched. */
  readonly tickers: readonly string[];
  readonly timeframe: PlayedTimeframe;
  /** Epoch ms: everything before it is history. */
  readonly start: number;
  /** Epoch ms: when the last of its candles closes. */
  readonly until: number;
}

/** Candles that are history when the playing begins; of fewer than twice as many, half are. */
const HISTORY_CANDLES = 500;
const ENOUGH_CANDLES = 2 * HISTORY_CANDLES;
/** In the order they are liked. */
const PLAYED: readonly PlayedTimeframe[] = ['5m', '15m', '1h', '1m'];
const MONTH = 30 * 86_400_000;

/**
 * Chooses the candles to be played: 5m where there are enough of them, else those there are most of.
 *
 * @param from epoch ms; what is older is left out.
 * @throws OraError `bad_input` when no timeframe has two candles.
 */
export function chooseStage(prices: Prices, from: number): Stage {
  let best: Opening = { timeframe: '5m', tickers: [], candles: [] };
  for (const timeframe of PLAYED) {
    const opening = openingOf(prices, timeframe, from);
    if (opening.candles.length > best.candles.length) best = opening;
    if (best.candles.length === ENOUGH_CANDLES) break;
  }
  const { timeframe, tickers, candles } = best;
  const last = candles[Math.floor(candles.length / 2) - 1];
  if (last === undefined) {
    throw new OraError(
      'bad_input',
      'These candles are too few to be played. Use a folder with more of them.',
    );
  }
  const until = Math.max(...tickers.map((ticker) => lastCloseOf(prices, { ticker, timeframe, from })));
  return { tickers, timeframe, start: candleEnd(last.ts, timeframe), until };
}

/** What a timeframe has to offer. */
interface Opening {
  readonly timeframe: PlayedTimeframe;
  readonly tickers: readonly string[];
  /** The first ones of the ticker that has most of them, oldest first; never more than enough. */
  readonly candles: readonly RawCandle[];
}

function openingOf(prices: Prices, timeframe: PlayedTimeframe, from: number): Opening {
  const openings = prices
    .tickers()
    .filter((ticker) => ticker !== VOLATILITY_TICKER)
    .map((ticker) => ({
      ticker,
      candles: candlesFrom(prices, { ticker, timeframe, from }).take(ENOUGH_CANDLES).toArray(),
    }))
    .filter(({ candles }) => candles.length > 0);
  const [longest] = openings.toSorted((a, b) => b.candles.length - a.candles.length);
  return { timeframe, tickers: openings.map(({ ticker }) => ticker), candles: longest?.candles ?? [] };
}

interface Series {
  readonly ticker: string;
  readonly timeframe: PlayedTimeframe;
  readonly from: number;
}

/** A month at a time, for a simulated market makes its candles when it is asked. */
function* candlesFrom(prices: Prices, { ticker, timeframe, from }: Series): Generator<RawCandle, void> {
  const { to } = prices.span();
  for (let at = from; at < to; at += MONTH) {
    yield* prices.candles(ticker, timeframe, at, Math.min(at + MONTH, to));
  }
}

/** Epoch ms; `from` for a series without a candle. */
function lastCloseOf(prices: Prices, { ticker, timeframe, from }: Series): number {
  for (let { to } = prices.span(); to > from; to -= MONTH) {
    const newest = prices.candles(ticker, timeframe, Math.max(from, to - MONTH), to).at(-1);
    if (newest !== undefined) return candleEnd(newest.ts, timeframe);
  }
  return from;
}

import type { SignalTimeframe } from '../src/domain/timeframe.ts';
import type { Prices } from '../src/sandbox/yahoo/prices.ts';
import { createSimulatedPrices } from '../src/sandbox/yahoo/simulated-prices.ts';

/** A market, and the moment from which the desk is watched in it. */
export interface World {
  readonly prices: Prices;
  /** Up to here the desk has watched in peace, epoch ms. */
  readonly start: number;
  readonly tickers: readonly string[];
  /** In which each of them is watched; 5m alone unless said otherwise. */
  readonly timeframes?: readonly SignalTimeframe[];
  /**
   * When candles close after the start, epoch ms, where that is on trial: written by hand, not worked out by
   * the calendar that the desk goes by. Without it, every five minutes of the calendar's sessions.
   */
  readonly closes?: readonly number[];
}

/** The candles that most faults meet: each of the three closes after the start fires something. */
export const WORLD: World = {
  prices: createSimulatedPrices(7),
  start: Date.UTC(2026, 10, 20, 18, 25),
  tickers: ['AMZN', 'NVDA', 'TSLA'],
};

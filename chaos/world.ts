import type { Prices } from '../src/sandbox/yahoo/prices.ts';
import { createSimulatedPrices } from '../src/sandbox/yahoo/simulated-prices.ts';

/** The candles that every fault meets: each of the three closes after the start fires something. */
export const WORLD: { readonly prices: Prices; readonly start: number; readonly tickers: readonly string[] } =
  {
    prices: createSimulatedPrices(7),
    start: Date.UTC(2026, 10, 20, 18, 25),
    tickers: ['AMZN', 'NVDA', 'TSLA'],
  };

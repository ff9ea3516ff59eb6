import { RSI } from 'trading-signals';
import type { Feature } from './feature.ts';
import { WARM_UP_CANDLES } from './history.ts';

/** Wilder's relative strength index of the close, 14 candles, 0 to 100; 50 while the price never moved. */
export const rsi: Feature = {
  keys: ['rsi14'],
  start() {
    const rsi14 = new RSI(14);
    let previous = Number.POSITIVE_INFINITY;
    let hasRisen = false;
    return ({ candle, count }, out) => {
      const value = rsi14.add(candle.close);
      hasRisen ||= candle.close > previous;
      previous = candle.close;
      // Without a loss the library says 100, even when there was no gain either.
      out.rsi14 = count < WARM_UP_CANDLES ? null : value === 100 && !hasRisen ? 50 : value;
    };
  },
};

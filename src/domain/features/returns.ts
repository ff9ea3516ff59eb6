import type { Feature } from './feature.ts';
import { createWindow } from './window.ts';

/**
 * Close-to-close returns over 1 and 5 candles as fractions, and the population standard deviation of
 * the last 20 one-candle log returns (per candle, not a year). Overnight moves are included.
 */
export const returns: Feature = {
  keys: ['ret_1', 'ret_5', 'realized_vol_20'],
  start() {
    const logReturns = createWindow(20);
    const closes = new Float64Array(5);
    let previous: number | null = null;
    return ({ candle: { close }, count }, out) => {
      const slot = count % 5;
      const fifth = closes[slot];
      closes[slot] = close;
      if (previous !== null) {
        logReturns.push(Math.log(close / previous));
        out.ret_1 = close / previous - 1;
      }
      if (count > 5 && fifth !== undefined) out.ret_5 = close / fifth - 1;
      out.realized_vol_20 = logReturns.deviation();
      previous = close;
    };
  },
};

import type { Feature } from './feature.ts';
import { createWindow } from './window.ts';

/** Volume over the mean volume of the 20 candles before; null when they had none. */
export const relativeVolume: Feature = {
  keys: ['rel_vol_20'],
  start() {
    const volumes = createWindow(20);
    return ({ candle }, out) => {
      const mean = volumes.mean();
      out.rel_vol_20 = mean === null || mean === 0 ? null : candle.volume / mean;
      volumes.push(candle.volume);
    };
  },
};

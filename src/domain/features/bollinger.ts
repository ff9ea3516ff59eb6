import type { Feature } from './feature.ts';
import { createWindow } from './window.ts';

/** Bands closer than this share of their middle are rounding, not width. */
const FLAT = 1e-12;

/**
 * Bollinger bands, 20 candles, 2 population deviations: width as a share of the middle, where the
 * close lies in them (0 = lower, 1 = upper band; null when they are flat), and how far it lies above
 * the middle, which is SMA20, as a fraction.
 */
export const bollinger: Feature = {
  keys: ['bb_width', 'bb_pct', 'trend_sma20_pct'],
  start() {
    const closes = createWindow(20);
    return ({ candle }, out) => {
      closes.push(candle.close);
      const middle = closes.mean();
      const deviation = closes.deviation();
      if (middle === null || deviation === null) return;
      const width = 4 * deviation;
      const isFlat = width <= middle * FLAT;
      out.bb_width = isFlat ? 0 : width / middle;
      out.trend_sma20_pct = candle.close / middle - 1;
      out.bb_pct = isFlat ? null : (candle.close - middle) / width + 0.5;
    };
  },
};

import type { Feature } from './feature.ts';
import { createWindow } from './window.ts';

/** How far the close lies above its mean of 50 and 200 candles, as a fraction. The 20 are the Bollinger bands' middle. */
export const trend: Feature = {
  keys: ['trend_sma50_pct', 'trend_sma200_pct'],
  start() {
    const closes50 = createWindow(50);
    const closes200 = createWindow(200);
    return ({ candle: { close } }, out) => {
      closes50.push(close);
      closes200.push(close);
      out.trend_sma50_pct = above(close, closes50.mean());
      out.trend_sma200_pct = above(close, closes200.mean());
    };
  },
};

function above(close: number, mean: number | null): number | null {
  return mean === null ? null : close / mean - 1;
}

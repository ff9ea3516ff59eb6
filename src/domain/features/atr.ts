import { ATR } from 'trading-signals';
import type { Feature } from './feature.ts';
import { WARM_UP_CANDLES } from './history.ts';

/** Wilder's average true range, 14 candles, USD. */
export const atr: Feature = {
  keys: ['atr14'],
  start() {
    const atr14 = new ATR(14);
    return ({ candle, count }, out) => {
      const value = atr14.add(candle);
      out.atr14 = count < WARM_UP_CANDLES ? null : value;
    };
  },
};

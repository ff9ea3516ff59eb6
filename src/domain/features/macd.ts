import { EMA, MACD } from 'trading-signals';
import type { Feature } from './feature.ts';
import { WARM_UP_CANDLES } from './history.ts';

/** MACD(12, 26) minus its 9-candle signal line, USD. */
export const macd: Feature = {
  keys: ['macd_hist'],
  start() {
    const indicator = new MACD(new EMA(12), new EMA(26), new EMA(9));
    return ({ candle, count }, out) => {
      const result = indicator.add(candle.close);
      out.macd_hist = count < WARM_UP_CANDLES || result === null ? null : result.histogram;
    };
  },
};

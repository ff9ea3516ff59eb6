import { HIGHER_TIMEFRAMES } from '../timeframe.ts';
import type { Feature } from './feature.ts';

/** Sum of the trend signs of the larger timeframes; null when one of them has not 50 candles, or there is none. */
export const multiTimeframe: Feature = {
  keys: ['multi_tf_confirmation'],
  start({ timeframe, context }) {
    const higher = HIGHER_TIMEFRAMES[timeframe];
    return ({ closedAt }, out) => {
      let sum: number | null = higher.length === 0 ? null : 0;
      for (const larger of higher) {
        const sign = context.trendSign(larger, closedAt);
        sum = sum === null || sign === null ? null : sum + sign;
      }
      out.multi_tf_confirmation = sum;
    };
  },
};

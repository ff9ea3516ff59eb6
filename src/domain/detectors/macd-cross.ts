import { over, present, under } from './condition.ts';
import { ruleOf } from './rule.ts';
import { scoreOf, strength } from './score.ts';

const params = {
  /** Swing of the histogram over the cross that counts in full, in ATR14. */
  fullSwingAtr: 0.2,
};

/** Score: how far the histogram swung from the last candle on the other side, measured in ATR14. */
export const macdCross = ruleOf({
  id: 'macd_cross_v1',
  version: '1',
  kind: 'rule',
  description: 'The MACD histogram changes sign in the direction of the 200-candle trend.',
  params,
  look() {
    /** Histogram of the last candle that was not exactly 0. */
    let before: number | null = null;
    return ({ features: { macd_hist: now, atr14, trend_sma200_pct: trend } }) => {
      const last = before;
      if (now !== null && now !== 0) before = now;

      const range = present('ATR', atr14, 'usd');
      const score = () =>
        scoreOf(strength(Math.abs((now ?? 0) - (last ?? 0)) / (atr14 ?? 1), 0, params.fullSwingAtr));
      return [
        {
          side: 'long',
          conditions: [
            under('MACD histogram before', last, 0, 'usd'),
            over('MACD histogram', now, 0, 'usd'),
            over('close vs SMA 200', trend, 0, 'fraction'),
            range,
          ],
          score,
        },
        {
          side: 'short',
          conditions: [
            over('MACD histogram before', last, 0, 'usd'),
            under('MACD histogram', now, 0, 'usd'),
            under('close vs SMA 200', trend, 0, 'fraction'),
            range,
          ],
          score,
        },
      ];
    };
  },
});

import { atLeast, over, present, under } from './condition.ts';
import { ruleOf } from './rule.ts';
import { scoreOf, strength } from './score.ts';

const params = {
  lookback: 20,
  minRelativeVolume: 1.5,
  fullRelativeVolume: 4,
  /** How far beyond the extreme counts in full, in ATR14. */
  fullDistanceAtr: 1,
};

/** Score: mean of how much volume came and how far the close got, from just enough to full. */
export const breakout = ruleOf({
  id: 'breakout_v1',
  version: '1',
  kind: 'rule',
  description: 'Close beyond the high or low of the 20 candles before, on volume, with the 50-candle trend.',
  params,
  look() {
    const highs: number[] = [];
    const lows: number[] = [];
    return ({ candle: { high, low, close }, features }) => {
      const top = highs.length < params.lookback ? null : Math.max(...highs);
      const bottom = lows.length < params.lookback ? null : Math.min(...lows);
      highs.push(high);
      lows.push(low);
      if (highs.length > params.lookback) highs.shift();
      if (lows.length > params.lookback) lows.shift();

      const { atr14, rel_vol_20: volume, trend_sma50_pct: trend } = features;
      const alike = [
        atLeast('volume vs usual', volume, params.minRelativeVolume, 'times'),
        present('ATR', atr14, 'usd'),
      ];
      const score = (distance: number) =>
        scoreOf(
          strength(volume ?? 0, params.minRelativeVolume, params.fullRelativeVolume),
          strength(distance / (atr14 ?? 1), 0, params.fullDistanceAtr),
        );
      return [
        {
          side: 'long',
          conditions: [
            over('close vs 20-candle high', close, top, 'usd'),
            over('close vs SMA 50', trend, 0, 'fraction'),
            ...alike,
          ],
          score: () => score(close - (top ?? close)),
        },
        {
          side: 'short',
          conditions: [
            under('close vs 20-candle low', close, bottom, 'usd'),
            under('close vs SMA 50', trend, 0, 'fraction'),
            ...alike,
          ],
          score: () => score((bottom ?? close) - close),
        },
      ];
    };
  },
});

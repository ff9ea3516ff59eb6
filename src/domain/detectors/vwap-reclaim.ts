import { atLeast, over, present, under } from './condition.ts';
import { ruleOf } from './rule.ts';
import { scoreOf, strength } from './score.ts';

const params = {
  minRelativeVolume: 1.2,
  fullRelativeVolume: 3,
  /** How far past VWAP counts in full, in ATR14. */
  fullDistanceAtr: 0.5,
  /** Longest time between two candle opens of one session, ms: 6.5 hours. */
  sessionMs: 23_400_000,
};

/**
 * A cross is seen within one session only: over night VWAP begins anew, and a gap is no reclaim.
 * Score: mean of how much volume came and how far past VWAP the close got, from just enough to full.
 */
export const vwapReclaim = ruleOf({
  id: 'vwap_reclaim_v1',
  version: '1',
  kind: 'rule',
  description: 'The close crosses VWAP on more volume than usual: upwards long, downwards short.',
  params,
  look() {
    /** The last candle that closed off VWAP. */
    let before: { readonly ts: number; readonly dist: number } | null = null;
    return ({ candle: { ts, close }, features: { vwap_dist: dist, rel_vol_20: volume, atr14 } }) => {
      const last = before !== null && ts - before.ts < params.sessionMs ? before.dist : null;
      if (dist !== null && dist !== 0) before = { ts, dist };

      const alike = [
        atLeast('volume vs usual', volume, params.minRelativeVolume, 'times'),
        present('ATR', atr14, 'usd'),
      ];
      const score = () => {
        const vwapUsd = close / (1 + (dist ?? 0));
        return scoreOf(
          strength(volume ?? 0, params.minRelativeVolume, params.fullRelativeVolume),
          strength(Math.abs(close - vwapUsd) / (atr14 ?? 1), 0, params.fullDistanceAtr),
        );
      };
      return [
        {
          side: 'long',
          conditions: [
            under('close vs VWAP before', last, 0, 'fraction'),
            over('close vs VWAP', dist, 0, 'fraction'),
            ...alike,
          ],
          score,
        },
        {
          side: 'short',
          conditions: [
            over('close vs VWAP before', last, 0, 'fraction'),
            under('close vs VWAP', dist, 0, 'fraction'),
            ...alike,
          ],
          score,
        },
      ];
    };
  },
});

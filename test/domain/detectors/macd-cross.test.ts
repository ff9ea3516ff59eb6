import { describe, expect, it } from 'vitest';
import { macdCross } from '../../../src/domain/detectors/macd-cross.ts';
import { watchPath } from '../../support/detectors.ts';

const watchHistogram = (values: readonly (number | null)[], trend: number | null = 0.01) =>
  watchPath(
    macdCross,
    values.map((macd_hist) => ({ features: { macd_hist, atr14: 1, trend_sma200_pct: trend } })),
  ).map((seen) => seen?.side ?? null);

describe('macd_cross_v1', () => {
  it('goes long when the histogram turns positive over a rising 200-candle trend', () => {
    expect(watchHistogram([-0.2, -0.1, 0.05, 0.1])).toEqual([null, null, 'long', null]);
  });

  it('goes short when it turns negative under a falling trend', () => {
    expect(watchHistogram([0.2, -0.05, -0.1], -0.01)).toEqual([null, 'short', null]);
  });

  it.each([0, -0.01, null])('stays silent on the same upward cross with the trend at %s', (trend) => {
    expect(watchHistogram([-0.2, 0.05], trend)).toEqual([null, null]);
  });

  it('takes an exact 0 for no side: the cross comes with the candle after', () => {
    expect(watchHistogram([-0.2, 0, 0.05])).toEqual([null, null, 'long']);
    expect(watchHistogram([-0.2, 0, -0.05, 0])).toEqual([null, null, null, null]);
  });

  it('stays silent on the first value, which crossed nothing', () => {
    expect(watchHistogram([null, 0.05])).toEqual([null, null]);
  });

  it('scores the swing in ATR', () => {
    const scoreOf = (from: number, to: number) =>
      watchPath(
        macdCross,
        [from, to].map((macd_hist) => ({ features: { macd_hist, atr14: 2, trend_sma200_pct: 0.01 } })),
      ).at(-1)?.score;

    expect(scoreOf(-0.1, 0.1)).toBeCloseTo(0.75, 9);
    expect(scoreOf(-1, 1)).toBe(1);
  });
});

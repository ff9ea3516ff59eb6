import { describe, expect, it } from 'vitest';
import { breakout } from '../../../src/domain/detectors/breakout.ts';
import type { FeatureVector } from '../../../src/domain/features/feature.ts';
import { times, watchPath } from '../../support/detectors.ts';

const quiet = times(20, { candle: { close: 100, high: 101, low: 99 } });
const loud = { atr14: 2, rel_vol_20: 1.5, trend_sma50_pct: 0.01 };
const breakTo = (close: number, features: Partial<FeatureVector> = {}, before = quiet) =>
  watchPath(breakout, [...before, { candle: { close }, features: { ...loud, ...features } }]).at(-1);

describe('breakout_v1', () => {
  it('goes long on a close over the high of the 20 candles before', () => {
    expect(breakTo(101.01)).toMatchObject({ side: 'long' });
    expect(breakTo(101), 'a close at the high is not beyond it').toBeNull();
  });

  it('goes short on a close under their low', () => {
    expect(breakTo(98.99, { trend_sma50_pct: -0.01 })).toMatchObject({ side: 'short' });
    expect(breakTo(99, { trend_sma50_pct: -0.01 })).toBeNull();
  });

  it('stays silent on the same move without volume', () => {
    expect(breakTo(101.01, { rel_vol_20: 1.49 })).toBeNull();
    expect(breakTo(101.01, { rel_vol_20: null })).toBeNull();
  });

  it('stays silent against the trend', () => {
    expect(breakTo(101.01, { trend_sma50_pct: -0.01 })).toBeNull();
    expect(breakTo(98.99)).toBeNull();
    expect(breakTo(101.01, { trend_sma50_pct: 0 })).toBeNull();
  });

  it('stays silent until it has seen 20 candles', () => {
    expect(breakTo(101.01, {}, quiet.slice(1))).toBeNull();
  });

  it('forgets a high that is more than 20 candles old', () => {
    const old = times(1, { candle: { close: 150 } });

    expect(breakTo(101.01, {}, [...old, ...quiet])).toMatchObject({ side: 'long' });
    expect(breakTo(101.01, {}, [...old, ...quiet.slice(1)])).toBeNull();
  });

  it('scores volume and distance, from just met to full', () => {
    expect(breakTo(101.000001)?.score).toBeCloseTo(0.5, 5);
    expect(breakTo(102)?.score).toBeCloseTo(0.625, 9);
    expect(breakTo(103, { rel_vol_20: 4 })?.score).toBe(1);
    expect(breakTo(150, { rel_vol_20: 40 })?.score).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { vwapReclaim } from '../../../src/domain/detectors/vwap-reclaim.ts';
import { times, watchPath } from '../../support/detectors.ts';

const step = (vwap_dist: number | null, rel_vol_20: number | null = 1.2, atr14: number | null = 1) => ({
  features: { vwap_dist, rel_vol_20, atr14 },
});
const sides = (path: Parameters<typeof watchPath>[1]) =>
  watchPath(vwapReclaim, path).map((seen) => seen?.side ?? null);

describe('vwap_reclaim_v1', () => {
  it('goes with the close that crosses VWAP', () => {
    expect(sides([step(-0.001), step(0.001), step(0.002)])).toEqual([null, 'long', null]);
    expect(sides([step(0.001), step(-0.001)])).toEqual([null, 'short']);
  });

  it('stays silent on the same cross without volume', () => {
    expect(sides([step(-0.001), step(0.001, 1.19)])).toEqual([null, null]);
    expect(sides([step(-0.001), step(0.001, null)])).toEqual([null, null]);
  });

  it('takes a close at VWAP for no side', () => {
    expect(sides([step(-0.001), step(0), step(0.001)])).toEqual([null, null, 'long']);
    expect(sides([step(-0.001), step(0), step(-0.001)])).toEqual([null, null, null]);
  });

  it('does not see a gap over night as a cross', () => {
    // 78 candles of five minutes make a session: the cross falls on its last, then on the next one's first.
    expect(sides([...times(77, step(-0.001)), step(0.001)]).at(-1)).toBe('long');
    expect(sides([...times(78, step(-0.001)), step(0.001)]).at(-1)).toBeNull();
  });

  it('stays silent without an ATR to measure by', () => {
    expect(sides([step(-0.001), step(0.001, 2, null)])).toEqual([null, null]);
  });

  it('scores volume and distance in ATR', () => {
    const scored = (dist: number, volume: number) =>
      watchPath(vwapReclaim, [
        { candle: { close: 100 }, ...step(-0.001) },
        { candle: { close: 100 * (1 + dist) }, ...step(dist, volume) },
      ]).at(-1)?.score;

    expect(scored(0.0025, 1.2)).toBeCloseTo(0.625, 9);
    expect(scored(0.005, 3)).toBeCloseTo(1, 9);
  });
});

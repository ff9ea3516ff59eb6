import { describe, expect, it } from 'vitest';
import { bbSqueeze } from '../../../src/domain/detectors/bb-squeeze.ts';
import { type PathStep, times, watchPath } from '../../support/detectors.ts';

const step = (bb_width: number | null, bb_pct: number | null, rel_vol_20: number | null = 1): PathStep => ({
  features: { bb_width, bb_pct, rel_vol_20 },
});
const wide = times(119, step(0.05, 0.5));
const squeeze = step(0.01, 0.5);
const calm = step(0.02, 0.5);
const sides = (path: readonly PathStep[]) =>
  watchPath(bbSqueeze, path)
    .map((seen) => seen?.side)
    .filter((side) => side !== undefined);

describe('bb_squeeze_v1', () => {
  it('goes with the close that leaves the bands after a squeeze', () => {
    expect(sides([...wide, squeeze, step(0.03, 1.1)])).toEqual(['long']);
    expect(sides([...wide, squeeze, step(0.03, -0.1)])).toEqual(['short']);
  });

  it('stays silent on a close at the band', () => {
    expect(sides([...wide, squeeze, step(0.03, 1), step(0.03, 0)])).toEqual([]);
  });

  it('stays silent without a squeeze', () => {
    // The narrowest bands are older than 120 candles, or the series is shorter than that.
    expect(sides([step(0.01, 0.5), ...times(119, step(0.05, 0.5)), step(0.06, 1.1)])).toEqual([]);
    expect(sides([...wide.slice(1), squeeze, step(0.03, 1.1)])).toEqual([]);
  });

  it('waits ten candles for the break, not eleven', () => {
    expect(sides([...wide, squeeze, ...times(9, calm), step(0.03, 1.1)])).toEqual(['long']);
    expect(sides([...wide, squeeze, ...times(10, calm), step(0.03, 1.1)])).toEqual([]);
  });

  it('speaks once per squeeze', () => {
    const outside = step(0.03, 1.1);

    expect(sides([...wide, squeeze, outside, outside, outside])).toEqual(['long']);
    expect(sides([...wide, squeeze, outside, step(0.005, 0.5), outside])).toEqual(['long', 'long']);
  });

  it('scores how far outside the close lies and how much volume came', () => {
    const scored = (bb_pct: number, volume: number | null) =>
      watchPath(bbSqueeze, [...wide, squeeze, step(0.03, bb_pct, volume)]).at(-1)?.score;

    expect(scored(1.125, 2)).toBeCloseTo(0.75, 9);
    expect(scored(-0.125, 2)).toBeCloseTo(0.75, 9);
    expect(scored(1.125, null), 'unknown volume counts as usual').toBeCloseTo(0.625, 9);
    expect(scored(2, 9)).toBe(1);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeRate, detectorResult, rateOf, wilson95 } from '../../src/domain/stats.ts';

describe('wilson95', () => {
  // The roots p of (share - p)^2 = z^2 p (1 - p) / n, solved apart from this code.
  it.each([
    { successes: 10, n: 50, low: 0.11244, high: 0.33037 },
    { successes: 0, n: 10, low: 0, high: 0.27753 },
    { successes: 10, n: 10, low: 0.72247, high: 1 },
    { successes: 500, n: 1000, low: 0.46907, high: 0.53093 },
  ])('puts $successes of $n between $low and $high', ({ successes, n, low, high }) => {
    const interval = wilson95(successes, n);

    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('always contains the share and stays within 0 and 1', () => {
    const counts = fc.integer({ min: 1, max: 100_000 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        const { low, high } = wilson95(successes, n);

        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(successes / n);
        expect(high).toBeGreaterThanOrEqual(successes / n);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a rate', () => {
  it('is not told under thirty observations', () => {
    expect(rateOf(11, 29)).toBeNull();
    expect(describeRate(rateOf(11, 29), 29)).toBe('N = 29: too few to say');
  });

  it('comes with its number and its interval from thirty on', () => {
    expect(describeRate(rateOf(57, 140), 140)).toBe('N = 140: 41\u00a0% (95\u00a0%: 33 to 49\u00a0%)');
    expect(rateOf(12, 30)).toMatchObject({ n: 30, share: 0.4 });
  });
});

describe('detectorResult', () => {
  const sums = {
    n: 100,
    tp1First: 40,
    hitTp1: 50,
    secondsToTp1: 30_000,
    retClose: -0.2,
    medianReturn: 0,
    maxRunUp: 1,
    maxDrawdown: -0.6,
    withR: 80,
    sumR: 8,
  };

  it('signs returns in favour of the trade', () => {
    expect(detectorResult(sums, 'long')).toMatchObject({ meanReturn: -0.002, medianReturn: 0 });
    expect(detectorResult(sums, 'short')).toMatchObject({ meanReturn: 0.002, medianReturn: 0 });
  });

  it('turns the way up into the way against a short', () => {
    expect(detectorResult(sums, 'long')).toMatchObject({ meanFavourable: 0.01, meanAdverse: -0.006 });
    expect(detectorResult(sums, 'short')).toMatchObject({ meanFavourable: 0.006, meanAdverse: -0.01 });
  });

  it('means the time over what touched TP1, and R over what has one', () => {
    expect(detectorResult(sums, 'long')).toMatchObject({ meanSecondsToTp1: 600, expectancyR: 0.1 });
    expect(detectorResult({ ...sums, hitTp1: 0, withR: 0 }, 'long')).toMatchObject({
      meanSecondsToTp1: null,
      expectancyR: null,
    });
  });

  it('says nothing at all of a sample too small', () => {
    expect(detectorResult({ ...sums, n: 29 }, 'long')).toBeNull();
  });

  it('admits that there is no baseline to compare with yet', () => {
    expect(detectorResult(sums, 'long')).toMatchObject({ baseline: null, lift: null });
  });
});

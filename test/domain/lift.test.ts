import { describe, expect, it } from 'vitest';
import { type Lift, liftOf } from '../../src/domain/lift.ts';

const STRATA = ['first calm', 'first wild', 'middle calm', 'last wild'] as const;

type Cell = readonly [day: number, stratum: number, n: number, hits: number];

function aCell(day: number, n: number, hits: number, stratum: (typeof STRATA)[number] = 'middle calm'): Cell {
  return [day, STRATA.indexOf(stratum), n, hits];
}

function compare(signals: readonly Cell[], baselines: readonly Cell[]): Lift | null {
  return liftOf(Int32Array.from(signals.flat()), Int32Array.from(baselines.flat()));
}

/** Numbers from 0 to 1, the same for the same seed. */
function lottery(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Single observations, each with a day and a rate by which it hits. */
function observe(days: number, perDay: number, rate: (day: number) => number, draw: () => number): Cell[] {
  return Array.from({ length: days }, (_, day) => {
    const hits = Array.from({ length: perDay }, () => draw() < rate(day)).filter(Boolean).length;
    return aCell(day + 1, perDay, hits);
  });
}

describe('liftOf', () => {
  it('divides and subtracts the rates', () => {
    const days = Array.from({ length: 20 }, (_, index) => index + 1);

    const lift = compare(
      days.map((day) => aCell(day, 10, 5)),
      days.map((day) => aCell(day, 20, 8)),
    );

    expect(lift).toMatchObject({ baseline: 0.4, ratio: 1.25, days: 20 });
    expect(lift?.edge).toBeCloseTo(0.1, 12);
    expect(lift?.edgeInterval.low, 'every day is alike').toBeCloseTo(0.1, 12);
    expect(lift?.edgeInterval.high).toBeCloseTo(0.1, 12);
  });

  it('weighs baselines to be as the signals are', () => {
    const days = Array.from({ length: 12 }, (_, index) => index + 1);
    const signals = days.flatMap((day) => [aCell(day, 9, 6, 'first wild'), aCell(day, 1, 0, 'middle calm')]);
    // Random moments are mostly calm, when little is hit.
    const baselines = days.flatMap((day) => [
      aCell(day, 10, 6, 'first wild'),
      aCell(day, 90, 9, 'middle calm'),
    ]);

    const lift = compare(signals, baselines);

    expect(lift?.baseline, '0.9 x 0.6 + 0.1 x 0.1').toBeCloseTo(0.55, 12);
    expect(lift?.edge, 'not 0.6 - 0.15').toBeCloseTo(0.05, 12);
  });

  it('lets a stratum without baselines take the rate of all', () => {
    const days = Array.from({ length: 12 }, (_, index) => index + 1);

    const lift = compare(
      days.map((day) => aCell(day, 4, 2, 'last wild')),
      days.map((day) => aCell(day, 10, 3, 'first calm')),
    );

    expect(lift?.baseline).toBeCloseTo(0.3, 12);
  });

  it('knows no interval when all signals are of one day', () => {
    const days = Array.from({ length: 12 }, (_, index) => aCell(index + 1, 10, 4));

    expect(compare([aCell(3, 40, 30)], days)).toBeNull();
  });

  it('takes Student’s t over the days, so that few of them say less', () => {
    // The difference of each day is its own: the jackknife is then the standard error of a mean.
    const days = Array.from({ length: 10 }, (_, index) => index + 1);
    const signals = days.map((day) => aCell(day, 10, day % 2 === 0 ? 6 : 4));

    const lift = compare(
      signals,
      days.map((day) => aCell(day, 10, 4)),
    );

    const standardError = Math.sqrt((10 * 0.1 ** 2) / 9 / 10);
    expect(lift?.edge).toBeCloseTo(0.1, 12);
    expect(lift?.edgeInterval.high, 't of 9 degrees of freedom is 2.262').toBeCloseTo(
      0.1 + 2.262 * standardError,
      3,
    );
  });

  it('contains 0 when labels are shuffled, about as often as it says', () => {
    const draw = lottery(11);
    const contains = Array.from({ length: 100 }, () => {
      const signals = observe(60, 4, () => 0.35, draw);
      const baselines = observe(60, 8, () => 0.35, draw);
      const { low = 1, high = -1 } = compare(signals, baselines)?.edgeInterval ?? {};
      return low <= 0 && high >= 0;
    }).filter(Boolean).length;

    expect(contains).toBeGreaterThanOrEqual(88);
    expect(contains).toBeLessThanOrEqual(100);
  });

  it('excludes 0 when signals are better', () => {
    const draw = lottery(5);

    const lift = compare(
      observe(60, 6, () => 0.55, draw),
      observe(60, 12, () => 0.35, draw),
    );

    expect(lift?.edgeInterval.low).toBeGreaterThan(0.05);
    expect(lift?.ratio).toBeGreaterThan(1.2);
  });

  it('is wider when what happens on one day is one event', () => {
    const width = (rate: (day: number) => number, seed: number) => {
      const draw = lottery(seed);
      const { low = 0, high = 0 } =
        compare(
          observe(40, 20, rate, draw),
          observe(40, 40, () => 0.4, draw),
        )?.edgeInterval ?? {};
      return high - low;
    };

    const apart = width(() => 0.4, 7);
    const together = width((day) => (day % 5 < 2 ? 0.95 : 0.03), 7);

    expect(together).toBeGreaterThan(apart * 2);
  });

  it('says nothing on fewer than ten days, or with nothing to compare', () => {
    const nine = Array.from({ length: 9 }, (_, index) => aCell(index + 1, 10, 5));

    expect(compare(nine, nine)).toBeNull();
    expect(compare([...nine, aCell(20, 10, 5)], [])).toBeNull();
  });
});

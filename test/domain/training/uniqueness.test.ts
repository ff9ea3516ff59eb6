import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTradingClock } from '../../../src/domain/training/trading-clock.ts';
import { createUniquenessSweep, type LabelSpan } from '../../../src/domain/training/uniqueness.ts';
import { aSession, at } from '../../support/builders.ts';

/** A clock that never stops: one tick a millisecond. */
const steady = (moment: number) => moment;

/** Uniqueness of each label, asked for once all have begun. */
function uniquenessOf(spans: readonly LabelSpan[]): number[] {
  const sweep = createUniquenessSweep(steady);
  return spans.map((span) => sweep.begin(span)).map((answer) => answer());
}

/** The definition, bar by bar: the mean over a label's bars of one divided by how many labels cover the bar. */
function byDefinition(spans: readonly LabelSpan[]): number[] {
  const covers = (bar: number) => spans.filter(({ t0, t1 }) => t0 <= bar && bar < t1).length;
  return spans.map(({ t0, t1 }) => {
    const bars = Array.from({ length: t1 - t0 }, (_, index) => t0 + index);
    return bars.reduce((sum, bar) => sum + 1 / covers(bar), 0) / bars.length;
  });
}

const someSpans = fc
  .array(fc.record({ t0: fc.nat(60), length: fc.integer({ min: 1, max: 25 }) }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((list) => list.map(({ t0, length }) => ({ t0, t1: t0 + length })).sort((a, b) => a.t0 - b.t0));

describe('average uniqueness', () => {
  it('is what the definition says, bar by bar', () => {
    fc.assert(
      fc.property(someSpans, (spans) => {
        const expected = byDefinition(spans);

        for (const [index, value] of uniquenessOf(spans).entries()) {
          expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 9);
        }
      }),
    );
  });

  it('lies above 0 and at most at 1', () => {
    fc.assert(
      fc.property(someSpans, (spans) => {
        for (const value of uniquenessOf(spans)) {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('is 1 alone, and a kth for k copies', () => {
    expect(uniquenessOf([{ t0: 0, t1: 10 }])).toEqual([1]);
    for (const value of uniquenessOf(Array.from({ length: 4 }, () => ({ t0: 3, t1: 9 })))) {
      expect(value).toBeCloseTo(0.25, 12);
    }
  });

  it('answers for a label as soon as none that begins later can share its life', () => {
    const sweep = createUniquenessSweep(steady);
    const first = sweep.begin({ t0: 0, t1: 10 });
    sweep.begin({ t0: 5, t1: 20 });
    const third = sweep.begin({ t0: 12, t1: 22 });

    const early = first();
    sweep.begin({ t0: 14, t1: 30 });

    expect(early).toBeCloseTo((5 + 5 / 2) / 10, 12);
    expect(third()).toBeCloseTo((2 / 2 + 6 / 3 + 2 / 2) / 10, 12);
  });
});

describe('the trading clock', () => {
  const friday = aSession('2024-03-08');
  const monday = aSession('2024-03-11');
  const clock = createTradingClock(friday.open, monday.close);

  it('stands still over a weekend, the change to summer time included', () => {
    expect(clock(monday.open) - clock(friday.close)).toBe(0);
    expect(clock(monday.open + 60_000) - clock(friday.close - 60_000)).toBe(120_000);
  });

  it('stops at one on a half day', () => {
    const half = createTradingClock(at('2024-07-03T00:00:00Z'), at('2024-07-06T00:00:00Z'));

    expect(half(at('2024-07-03T20:00:00Z')) - half(at('2024-07-03T13:30:00Z'))).toBe(210 * 60_000);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarWeeks, distributionOfR } from '../../src/domain/figure.ts';

describe('calendarWeeks', () => {
  it.each(['2026-06-08', '2026-06-10', '2026-06-14'])(
    'ends with the week of %s, Monday to Friday',
    (last) => {
      const weeks = calendarWeeks(last, 2);

      expect(weeks).toEqual([
        ['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-04', '2026-06-05'],
        ['2026-06-08', '2026-06-09', '2026-06-10', '2026-06-11', '2026-06-12'],
      ]);
    },
  );
});

describe('distributionOfR', () => {
  it('counts each trade in the whole R it begins with', () => {
    expect(distributionOfR([-1, -0.5, 0, 0.9, 1, 2.4])).toEqual([
      { from: -2, count: 0 },
      { from: -1, count: 2 },
      { from: 0, count: 2 },
      { from: 1, count: 1 },
      { from: 2, count: 1 },
    ]);
  });

  it('loses no trade, however far it went', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1 }), (rs) => {
        const bins = distributionOfR(rs);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(rs.length);
        expect(bins.length).toBeLessThanOrEqual(10);
      }),
    );
  });

  it('has no bars without a trade', () => {
    expect(distributionOfR([])).toEqual([]);
  });
});

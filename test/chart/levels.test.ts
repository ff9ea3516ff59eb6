import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWithin, levelTags, priceRange, spreadLabels, tagText } from '../../src/chart/levels.ts';
import { levelsFor } from '../../src/domain/levels.ts';

describe('level tags', () => {
  test('name every level with its price', () => {
    const tags = levelTags(levelsFor(100, { side: 'long', atr14: null, rule: 'percent' }));

    expect(tags.map((tag) => tagText(tag, { min: 90, max: 110 }))).toEqual([
      'Entry 100.00',
      'Stop 99.00',
      'TP1 101.50',
      'TP2 103.00',
      'TP3 105.00',
    ]);
  });

  test('point to a level beyond the scale', () => {
    const tags = levelTags(levelsFor(100, { side: 'short', atr14: null, rule: 'percent' }));

    const texts = tags.map((tag) => tagText(tag, { min: 97.5, max: 100.5 }));

    expect(texts).toEqual(['Entry 100.00', 'Stop ↑101.00', 'TP1 98.50', 'TP2 ↓97.00', 'TP3 ↓95.00']);
  });
});

describe('the price range', () => {
  test('takes in levels near the candles', () => {
    const range = priceRange({ min: 99, max: 101 }, [100, 98.5, 102]);

    expect([98.5, 102].every((price) => isWithin(range, price))).toBe(true);
  });

  test('leaves out a level that would flatten the candles, but not a nearer one after it', () => {
    const range = priceRange({ min: 99, max: 101 }, [105, 102]);

    expect(isWithin(range, 105)).toBe(false);
    expect(isWithin(range, 102)).toBe(true);
  });

  test('stays wider than nothing for flat candles', () => {
    const range = priceRange({ min: 12.5, max: 12.5 }, []);

    expect(range.max - range.min, 'ten ticks or more').toBeGreaterThanOrEqual(0.1);
  });

  test('holds all candles and gives them more than a third of the height', () => {
    const price = fc.double({ min: 0.01, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(price, price, fc.array(price, { maxLength: 8 }), (a, b, wishes) => {
        const candles = { min: Math.min(a, b), max: Math.max(a, b) };

        const range = priceRange(candles, wishes);

        expect(range.min).toBeLessThan(candles.min);
        expect(range.max).toBeGreaterThan(candles.max);
        const narrowest = Math.max(candles.max * 0.002, candles.max < 1 ? 0.001 : 0.1);
        const shown = Math.max(candles.max - candles.min, narrowest);
        expect(shown / (range.max - range.min)).toBeGreaterThan(0.39);
      }),
    );
  });
});

describe('spreading labels', () => {
  const space = { top: 100, bottom: 400 };

  test('leaves labels alone that are apart', () => {
    expect(spreadLabels([130, 200, 390 - 6], 32, space)).toEqual([130, 200, 384]);
  });

  test('parts two that meet, by the same amount', () => {
    expect(spreadLabels([200, 200], 32, space)).toEqual([184, 216]);
  });

  test('keeps labels whole at both ends', () => {
    expect(spreadLabels([100, 400], 32, space)).toEqual([116, 384]);
  });

  test('never overlaps, leaves the space or changes the order', () => {
    const wanted = fc.array(fc.double({ min: 100, max: 400, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(wanted, (middles) => {
        const placed = spreadLabels(
          middles.toSorted((a, b) => a - b),
          32,
          space,
        );

        expect(placed).toHaveLength(middles.length);
        expect(placed[0]).toBeGreaterThanOrEqual(116 - 1e-9);
        expect(placed.at(-1)).toBeLessThanOrEqual(384 + 1e-9);
        placed.slice(1).forEach((middle, index) => {
          expect(middle - (placed[index] ?? 0)).toBeGreaterThanOrEqual(32 - 1e-9);
        });
      }),
    );
  });
});

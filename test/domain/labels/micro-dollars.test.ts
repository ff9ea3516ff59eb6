import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactRatio, toMicro } from '../../../src/domain/labels/micro-dollars.ts';

describe('toMicro', () => {
  it('is exact for every price the database can hold in six decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8_000_000_000_000 }), (micro) => {
        const price = Number(`${Math.floor(micro / 1e6)}.${String(micro % 1e6).padStart(6, '0')}`);

        expect(toMicro(price)).toBe(micro);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 9e6])('refuses %s', (price) => {
    expect(() => toMicro(price)).toThrow('cannot be labelled exactly');
  });
});

describe('exactRatio', () => {
  it.each([
    { delta: 1, base: 3, ratio: 0.333333 },
    { delta: 2, base: 3, ratio: 0.666667 },
    { delta: 1, base: 2_000_000, ratio: 0.000001, why: 'half goes away from zero' },
    { delta: -1, base: 2_000_000, ratio: -0.000001, why: 'half goes away from zero below it too' },
    { delta: 1, base: 2_000_001, ratio: 0, why: 'less than half' },
    { delta: -1, base: 2_000_001, ratio: 0, why: 'and never minus zero' },
    { delta: 12_345_678, base: 1_000_000, ratio: 12.345678 },
  ])('rounds $delta / $base to $ratio', ({ delta, base, ratio, why }) => {
    expect(Object.is(exactRatio(delta, base), ratio), why ?? 'six places').toBe(true);
  });

  it('agrees with whole-number arithmetic of any size', () => {
    const price = fc.integer({ min: 1, max: 8_000_000_000_000 });
    fc.assert(
      fc.property(price, price, (exit, entry) => {
        fc.pre(exit / entry < 1e6);

        const rounded = exactRatio(exit - entry, entry);

        const [delta, base] = [BigInt(exit - entry), BigInt(entry)];
        const size = delta < 0n ? -delta : delta;
        const millionths = Number((size * 2_000_000n + base) / (2n * base));
        expect(Math.abs(rounded)).toBe(millionths / 1e6);
      }),
      { numRuns: 1_000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianOf } from '../../src/domain/median.ts';

/** By the definition. */
function byOrder(values: Int32Array): number | null {
  const ordered = values.toSorted();
  const half = ordered.length >> 1;
  const [lower, upper] = [ordered.at(ordered.length % 2 === 0 ? half - 1 : half), ordered.at(half)];
  return lower === undefined || upper === undefined ? null : (lower + upper) / 2;
}

const seeded = (length: number, spread: number, seed: number) =>
  Int32Array.from({ length }, (_, index) => Math.imul(index + seed, 2_654_435_761) % spread);

describe('medianOf', () => {
  it('is what putting them in order says, of any few', () => {
    fc.assert(
      fc.property(fc.int32Array({ maxLength: 50 }), (values) => {
        expect(medianOf(values)).toBe(byOrder(values));
      }),
    );
  });

  it('is so of many: scattered, alike, in few values, up to the ends of what a number holds', () => {
    const many = fc.record({
      length: fc.integer({ min: 2001, max: 60_000 }),
      spread: fc.constantFrom(1, 2, 7, 20_000, 2_147_483_647),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(many, ({ length, spread, seed }) => {
        const values = seeded(length, spread, seed);

        expect(medianOf(values)).toBe(byOrder(values));
      }),
    );
  });

  it('is so where every sampled value is another than the rest', () => {
    const length = 1024 * 40;
    const values = Int32Array.from({ length }, (_, index) => (index % 40 === 0 ? 1_000_000 + index : -index));

    expect(medianOf(values)).toBe(byOrder(values));
  });

  it('is so where they come in order, or in reverse', () => {
    const ordered = seeded(30_001, 1_000_000, 3).sort();

    expect(medianOf(ordered)).toBe(byOrder(ordered));
    expect(medianOf(ordered.toReversed())).toBe(byOrder(ordered));
  });

  it('leaves them as they are', () => {
    const values = seeded(5000, 1000, 1);

    medianOf(values);

    expect(values).toEqual(seeded(5000, 1000, 1));
  });
});

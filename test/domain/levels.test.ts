import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsFor } from '../../src/domain/levels.ts';

describe('levelsFor', () => {
  it('sets stop and targets by ATR in the favour of a long', () => {
    const levels = levelsFor(187.42, { side: 'long', atr14: 0.8, rule: 'atr' });

    expect(levels).toEqual({
      entry: 187.42,
      stop: 186.62,
      tp1: 188.62,
      tp2: 189.82,
      tp3: 191.42,
      rule: 'atr',
      risk: 0.8,
    });
  });

  it('mirrors them for a short', () => {
    const levels = levelsFor(187.42, { side: 'short', atr14: 0.8, rule: 'atr' });

    expect(levels).toMatchObject({ stop: 188.22, tp1: 186.22, tp2: 185.02, tp3: 183.42, risk: 0.8 });
  });

  it("uses the owner's per cent when asked to", () => {
    const levels = levelsFor(200, { side: 'long', atr14: 1, rule: 'percent' });

    expect(levels).toMatchObject({ stop: 198, tp1: 203, tp2: 206, tp3: 210, rule: 'percent', risk: 2 });
  });

  it.each([null, 0, 0.004, 40])('says that it fell back to per cent when the ATR is %s', (atr14) => {
    const levels = levelsFor(100, { side: 'short', atr14, rule: 'atr' });

    expect(levels).toMatchObject({ stop: 101, tp1: 98.5, rule: 'percent' });
  });

  it('keeps four decimals under a dollar', () => {
    const levels = levelsFor(0.3333, { side: 'long', atr14: 0.0123, rule: 'atr' });

    expect(levels.stop).toBe(0.321);
  });

  it('never shows a level that is no price or lies on the wrong side', () => {
    const price = fc.double({ min: 0.01, max: 5000, noNaN: true });
    const atr = fc.option(fc.double({ min: 0, max: 500, noNaN: true }));

    fc.assert(
      fc.property(price, atr, fc.constantFrom('long' as const, 'short' as const), (entry, atr14, side) => {
        const { stop, tp1, tp2, tp3 } = levelsFor(entry, { side, atr14, rule: 'atr' });
        const ordered = side === 'long' ? [stop, tp1, tp2, tp3] : [tp3, tp2, tp1, stop];

        expect(Math.min(...ordered)).toBeGreaterThan(0);
        expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
      }),
    );
  });
});

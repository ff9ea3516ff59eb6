import { describe, expect, it } from 'vitest';
import { rsiReversal } from '../../../src/domain/detectors/rsi-reversal.ts';
import { watchPath } from '../../support/detectors.ts';

const watchRsi = (...values: (number | null)[]) =>
  watchPath(
    rsiReversal,
    values.map((rsi14) => ({ features: { rsi14 } })),
  );

describe('rsi_reversal_v1', () => {
  it('goes long when RSI comes back over 30', () => {
    expect(watchRsi(45, 29, 31)).toEqual([null, null, expect.objectContaining({ side: 'long' })]);
    expect(watchRsi(29, 30).at(-1), 'the line itself is back').toMatchObject({ side: 'long' });
  });

  it('goes short when RSI comes back under 70', () => {
    expect(watchRsi(55, 71, 69)).toEqual([null, null, expect.objectContaining({ side: 'short' })]);
  });

  it('stays silent when RSI never left, only leaves, or stays out', () => {
    expect(watchRsi(45, 30, 31, 70, 69, 50).every((seen) => seen === null)).toBe(true);
    expect(watchRsi(45, 29, 25, 28).every((seen) => seen === null)).toBe(true);
  });

  it('speaks once per excursion', () => {
    expect(watchRsi(29, 31, 33, 29, 31).map((seen) => seen?.side ?? null)).toEqual([
      null,
      'long',
      null,
      null,
      'long',
    ]);
  });

  it('scores how deep RSI went, forgetting earlier excursions', () => {
    expect(watchRsi(22.5, 28, 31).at(-1)?.score).toBeCloseTo(0.75, 9);
    expect(watchRsi(10, 31).at(-1)?.score).toBe(1);
    expect(watchRsi(10, 31, 29.999999, 31).at(-1)?.score).toBeCloseTo(0.5, 5);
  });

  it('sees both when RSI jumps across', () => {
    expect(watchRsi(25, 75, 60).map((seen) => seen?.side ?? null)).toEqual([null, 'long', 'short']);
  });

  it('stays silent while RSI warms up', () => {
    expect(watchRsi(null, null, 50).every((seen) => seen === null)).toBe(true);
  });
});

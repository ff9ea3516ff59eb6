import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelPath } from '../../../src/domain/labels/label-path.ts';
import type { LabelTarget, ResolvedOutcome } from '../../../src/domain/labels/outcome.ts';
import type { PathCandle } from '../../../src/domain/labels/settle-tie.ts';
import { labelVersion } from '../../../src/domain/labels/versions.ts';
import { aTarget, aWindow, FIRED_AT, type Prices } from '../../support/labels.ts';

const MINUTE = 60_000;
const MICRO = 1e-6;
const CLOSE = Date.parse('2024-03-06T21:00:00Z');

function label(target: LabelTarget, window: readonly PathCandle[]): ResolvedOutcome {
  const horizon = { timeframe: '5m', bars: window.length } as const;
  const outcome = labelPath(target, window, { horizon, version: labelVersion(1), sessionClose: CLOSE });
  if (outcome.state !== 'resolved') throw new Error(`version 1 said ${outcome.state}`);
  return outcome;
}

/** A price in the sixth decimal as the database stores it. */
function stored(price: number): number {
  return Number(price.toFixed(6));
}

describe('labelPath', () => {
  it('measures returns from the entry to the last close, the highest high and the lowest low', () => {
    const outcome = label(aTarget(), aWindow([101, 99.5, 100.5], [101.2, 99.25, 101], [100.9, 99.6, 100.7]));

    expect(outcome).toMatchObject({ retClose: 0.007, maxRunUp: 0.012, maxDrawdown: -0.0075 });
  });

  it('leaves run-up and drawdown unsigned by side', () => {
    const window = aWindow([101, 99.5, 100.5], [101.2, 99.25, 101]);

    const { maxRunUp, maxDrawdown, retClose } = label(aTarget({ side: 'short' }), window);

    expect({ maxRunUp, maxDrawdown, retClose }).toEqual({
      maxRunUp: 0.012,
      maxDrawdown: -0.0075,
      retClose: 0.01,
    });
  });

  it('can have a run-up below zero when the market opens lower and never comes back', () => {
    const outcome = label(aTarget(), aWindow([98, 97], [97.5, 96]));

    expect(outcome).toMatchObject({ maxRunUp: -0.02, maxDrawdown: -0.04, hitStop: true });
  });

  it('rounds ratios half away from zero at six places', () => {
    const outcome = label(aTarget({ price: 2 }), aWindow([2.000001, 1.999999, 1.999999]));

    expect(outcome).toMatchObject({ maxRunUp: 0.000001, maxDrawdown: -0.000001, retClose: -0.000001 });
  });

  it('ends at the close of the last candle of the horizon', () => {
    const outcome = label(aTarget(), aWindow([100.1, 99.9], [100.1, 99.9], [100.1, 99.9]));

    expect(outcome.horizonEndTs).toBe(FIRED_AT + 15 * MINUTE);
    expect(outcome.firstBarrier).toBe('none');
  });

  it('refuses a window that is shorter or longer than the horizon', () => {
    const horizon = { timeframe: '5m', bars: 3 } as const;
    const question = { horizon, version: labelVersion(1), sessionClose: CLOSE };

    expect(() => labelPath(aTarget(), aWindow([101, 99]), question)).toThrow('1 candles is not 3');
  });
});

describe('a touch', () => {
  // Levels worked out by hand: the smallest micro-dollar at or beyond entry * (1 ± per mille / 1000).
  const cases = [
    { entry: 100, tp1: 101.5, tp2: 103, tp3: 105, stop: 99 },
    { entry: 187.37, tp1: 190.18055, tp2: 192.9911, tp3: 196.7385, stop: 185.4963 },
    { entry: 0.3333, tp1: 0.3383, tp2: 0.343299, tp3: 0.349965, stop: 0.329967 },
    {
      entry: 123_456.789012,
      tp1: 125_308.640848,
      tp2: 127_160.492683,
      tp3: 129_629.628463,
      stop: 122_222.221121,
    },
    { entry: 0.000001, tp1: 0.000002, tp2: 0.000002, tp3: 0.000002, stop: 0 },
  ];

  it.each(cases)('of a long from $entry is made by equality', ({ entry, tp1, tp2, tp3, stop }) => {
    const target = aTarget({ price: entry });

    expect(label(target, aWindow([tp1, entry])).hitTp1).toBe(true);
    expect(label(target, aWindow([tp2, entry])).hitTp2).toBe(true);
    expect(label(target, aWindow([tp3, entry])).hitTp3).toBe(true);
    expect(label(target, aWindow([entry, stop])).hitStop).toBe(true);
  });

  it.each(cases)('of a long from $entry is missed by one micro-dollar', ({ entry, tp1, tp2, tp3, stop }) => {
    const target = aTarget({ price: entry });

    expect(label(target, aWindow([stored(tp1 - MICRO), entry])).hitTp1).toBe(false);
    expect(label(target, aWindow([stored(tp2 - MICRO), entry])).hitTp2).toBe(false);
    expect(label(target, aWindow([stored(tp3 - MICRO), entry])).hitTp3).toBe(false);
    expect(label(target, aWindow([entry, stored(stop + MICRO)])).hitStop).toBe(false);
  });

  it.each([
    { entry: 100, tp1: 98.5, tp2: 97, tp3: 95, stop: 101 },
    { entry: 187.37, tp1: 184.55945, tp2: 181.7489, tp3: 178.0015, stop: 189.2437 },
    { entry: 0.3333, tp1: 0.3283, tp2: 0.323301, tp3: 0.316635, stop: 0.336633 },
    {
      entry: 123_456.789012,
      tp1: 121_604.937176,
      tp2: 119_753.085341,
      tp3: 117_283.949561,
      stop: 124_691.356903,
    },
  ])('of a short from $entry is made by equality and missed by one micro-dollar', (levels) => {
    const { entry, tp1, tp2, tp3, stop } = levels;
    const target = aTarget({ price: entry, side: 'short' });

    expect(label(target, aWindow([entry, tp1])).hitTp1).toBe(true);
    expect(label(target, aWindow([entry, tp2])).hitTp2).toBe(true);
    expect(label(target, aWindow([entry, tp3])).hitTp3).toBe(true);
    expect(label(target, aWindow([stop, entry])).hitStop).toBe(true);
    expect(label(target, aWindow([entry, stored(tp1 + MICRO)])).hitTp1).toBe(false);
    expect(label(target, aWindow([entry, stored(tp2 + MICRO)])).hitTp2).toBe(false);
    expect(label(target, aWindow([entry, stored(tp3 + MICRO)])).hitTp3).toBe(false);
    expect(label(target, aWindow([stored(stop - MICRO), entry])).hitStop).toBe(false);
  });

  it('is exact over all micro-dollar prices', () => {
    const micro = fc.integer({ min: 1, max: 500_000_000_000 });
    const near = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(micro, near, (entry, offset) => {
        const high = Math.max(entry, Math.floor((entry * 1015) / 1000) + offset);

        const { hitTp1 } = label(aTarget({ price: entry / 1e6 }), aWindow([high / 1e6, entry / 1e6]));

        expect(hitTp1).toBe(BigInt(high) * 1000n >= BigInt(entry) * 1015n);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('times and order', () => {
  it.each([
    { side: 'long', target: [101.5, 100], stop: [100, 99], calm: [100.1, 99.9], all: [105, 100] },
    { side: 'short', target: [100, 98.5], stop: [101, 100], calm: [100.1, 99.9], all: [100, 95] },
  ] as const)('tell for a $side which came first', ({ side, target, stop, calm, all }) => {
    const of = (...window: Prices[]) => label(aTarget({ side }), aWindow(...window));

    expect(of(calm, target, calm, stop), 'target first').toMatchObject({
      firstBarrier: 'tp1',
      ambiguous: false,
      hitTp1: true,
      hitTp2: false,
      hitStop: true,
      tToTp1Ms: 10 * MINUTE,
      tToStopMs: 20 * MINUTE,
    });
    expect(of(stop, calm, target, calm), 'stop first, and the later target still counts').toMatchObject({
      firstBarrier: 'stop',
      ambiguous: false,
      hitTp1: true,
      tToTp1Ms: 15 * MINUTE,
      tToStopMs: 5 * MINUTE,
    });
    expect(of(calm, all), 'all targets in one candle').toMatchObject({
      hitTp1: true,
      hitTp2: true,
      hitTp3: true,
      hitStop: false,
      tToStopMs: null,
    });
    expect(of(calm, calm), 'nothing').toMatchObject({
      firstBarrier: 'none',
      hitTp1: false,
      hitStop: false,
      tToTp1Ms: null,
      tToStopMs: null,
    });
  });

  it.each(['long', 'short'] as const)('give a tie to the stop for a %s, and say it was one', (side) => {
    const wide = [101.5, 98.5] as const;

    const outcome = label(aTarget({ side }), aWindow([100, 100], wide));

    expect(outcome).toMatchObject({ firstBarrier: 'stop', ambiguous: true, hitTp1: true, hitStop: true });
    expect(outcome.tToTp1Ms).toBe(outcome.tToStopMs);
  });

  it('see no tie where only a later touch shares a candle with the first of the other', () => {
    const outcome = label(aTarget(), aWindow([101.5, 100], [102, 98]));

    expect(outcome).toMatchObject({ firstBarrier: 'tp1', ambiguous: false });
  });
});

describe('one function for both sides', () => {
  const micro = fc.integer({ min: 1_000_000, max: 400_000_000 });
  const move = fc.integer({ min: -70, max: 70 });
  /** Candles within ±7 % of the entry, as whole micro-dollars, so the mirror is exact. */
  const paths = fc.tuple(micro, fc.array(fc.tuple(move, move, move), { minLength: 1, maxLength: 40 }));

  it('swaps run-up and drawdown with changed sign when market and side are mirrored, and nothing else', () => {
    fc.assert(
      fc.property(paths, fc.constantFrom('long', 'short'), ([entry, moves], side) => {
        const prices = moves.map((perMilles) =>
          perMilles.map((perMille) => entry + Math.trunc((entry * perMille) / 1000)).sort((a, b) => b - a),
        ) as [number, number, number][];
        const window = aWindow(
          ...prices.map(([high, close, low]) => [high / 1e6, low / 1e6, close / 1e6] as const),
        );
        const flip = (price: number) => (2 * entry - price) / 1e6;
        const mirror = aWindow(
          ...prices.map(([high, close, low]) => [flip(low), flip(high), flip(close)] as const),
        );

        const seen = label(aTarget({ price: entry / 1e6, side }), window);
        const mirrored = label(
          aTarget({ price: entry / 1e6, side: side === 'long' ? 'short' : 'long' }),
          mirror,
        );

        expect(mirrored).toEqual({
          ...seen,
          target: mirrored.target,
          retClose: 0 - seen.retClose,
          maxRunUp: 0 - seen.maxDrawdown,
          maxDrawdown: 0 - seen.maxRunUp,
        });
      }),
      { numRuns: 500 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '../../src/domain/candle.ts';
import * as all from '../../src/domain/detectors/all.ts';
import { createTape } from '../../src/domain/detectors/code-hash.ts';
import type { Condition } from '../../src/domain/detectors/condition.ts';
import type { Detector, DetectorStep } from '../../src/domain/detectors/detector.ts';
import type { Rule } from '../../src/domain/detectors/rule.ts';
import type { FeatureVector } from '../../src/domain/features/feature.ts';
import type { Detection } from '../../src/domain/signal.ts';
import { aWalk } from '../support/builders.ts';
import { watchCandles } from '../support/detectors.ts';
import { readCandles } from '../support/recorded.ts';
import { sharedData } from '../support/shared-data.ts';
import { someFeatures } from '../support/signals.ts';

const detectors: readonly Rule[] = Object.values(all);
const tape = createTape();
const spy5m = sharedData('stratback-5m/SPY_5m_2022-02-14_2022-08-12.csv.gz');

function watch(detector: Detector, steps: readonly DetectorStep[]): (Detection | null)[] {
  const stream = detector.start();
  return steps.map((step) => stream(step));
}

/** The same market with up and down exchanged: each price p becomes 2c - p. */
function mirrorCandle(candle: Candle, centre: number): Candle {
  const flip = (price: number) => 2 * centre - price;
  return {
    ...candle,
    open: flip(candle.open),
    high: flip(candle.low),
    low: flip(candle.high),
    close: flip(candle.close),
  };
}

const negate = (value: number | null) => (value === null ? null : -value);
const subtract = (from: number, value: number | null) => (value === null ? null : from - value);

/** The features of a mirrored step, where they have a mirror image. */
function mirrorStep({ candle, features }: DetectorStep, centre: number): DetectorStep {
  const mirrored = mirrorCandle(candle, centre);
  const { vwap_dist: dist } = features;
  const vwapUsd = dist === null ? null : 2 * centre - candle.close / (1 + dist);
  return {
    candle: mirrored,
    features: {
      ...features,
      rsi14: subtract(100, features.rsi14),
      macd_hist: negate(features.macd_hist),
      bb_pct: subtract(1, features.bb_pct),
      vwap_dist: vwapUsd === null ? null : mirrored.close / vwapUsd - 1,
      trend_sma20_pct: negate(features.trend_sma20_pct),
      trend_sma50_pct: negate(features.trend_sma50_pct),
      trend_sma200_pct: negate(features.trend_sma200_pct),
    } satisfies FeatureVector,
  };
}

const exchange = { long: 'short', short: 'long' } as const;

function expectMirrored(seen: readonly (Detection | null)[], mirrored: readonly (Detection | null)[]) {
  expect(mirrored.map((one) => one?.side)).toEqual(
    seen.map((one) => one && exchange[one.side]).map((one) => one ?? undefined),
  );
  for (const [index, one] of seen.entries()) {
    if (one !== null) expect(mirrored[index]?.score).toBeCloseTo(one.score, 6);
  }
}

describe('the detectors together', () => {
  it('have ids of their own, and a line in all.ts for each', () => {
    expect(new Set(detectors.map(({ id }) => id)).size).toBe(detectors.length);
  });
});

describe.each(detectors)('detector $id', (detector) => {
  it('names itself as the database stores it, and explains itself in a sentence', () => {
    expect(detector.id).toMatch(/^[a-z]+(_[a-z]+)*_v\d+$/);
    expect(detector.version).toMatch(/^\d+$/);
    expect(detector.description).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('sees both sides on the tape, with scores between 0.5 and 1', () => {
    const seen = watch(detector, tape).filter((one) => one !== null);

    expect(seen.filter(({ side }) => side === 'long').length).toBeGreaterThan(20);
    expect(seen.filter(({ side }) => side === 'short').length).toBeGreaterThan(20);
    expect(seen.every(({ score }) => score >= 0.5 && score <= 1)).toBe(true);
    expect(new Set(seen.map(({ score }) => score)).size).toBeGreaterThan(5);
  });

  it('stays silent while every feature is null', () => {
    const blind = tape.map(({ candle }) => ({ candle, features: someFeatures() }));

    expect(watch(detector, blind).every((one) => one === null)).toBe(true);
  });

  it('starts afresh: a second stream answers as the first', () => {
    expect(watch(detector, tape)).toEqual(watch(detector, tape));
  });

  it('says of every candle why it fired or not, and never disagrees with what it did', () => {
    const look = detector.look();
    const looks = tape.map((step) => look(step));

    const fired = looks.map((sides) => sides.find(({ conditions }) => conditions.every(isMet))?.side);
    expect(fired).toEqual(watch(detector, tape).map((one) => one?.side));
    expect(looks.every((sides) => sides.map(({ side }) => side).join() === 'long,short')).toBe(true);
    expect(looks.flat().every(({ conditions }) => conditions.every((one) => one.holds === isMet(one)))).toBe(
      true,
    );
  });

  it('does not look ahead', () => {
    expect(watch(detector, tape.slice(0, 999))).toEqual(watch(detector, tape).slice(0, 999));
  });

  it('sees the other side with the same score when every step of the tape is mirrored', () => {
    // Without the steps that sit exactly on a threshold of VWAP: dividing again does not give them back.
    const clean = tape.filter(({ features }) => features.vwap_dist !== 0);

    expectMirrored(
      watch(detector, clean),
      watch(
        detector,
        clean.map((step) => mirrorStep(step, 100)),
      ),
    );
  });

  it('sees the other side when the prices p of a market become 2c - p', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        // High over its wiggles: what is measured as a share of the price then has nearly a mirror image.
        const lifted = aWalk(700, { seed }).map((candle) => lift(candle, 100_000));
        const mirrored = lifted.map((candle) => mirrorCandle(candle, 100_100));

        expectMirrored(watchCandles(detector, lifted), watchCandles(detector, mirrored));
      }),
      { numRuns: 8, seed: 20_240_102 },
    );
  });

  it.skipIf(spy5m === null)('fires on both sides of a real half year, on less than one candle in ten', () => {
    const seen = watchCandles(detector, spy5m === null ? [] : readCandles(spy5m, '5m'));

    const counted = (side: 'long' | 'short') => seen.filter((one) => one?.side === side).length;
    expect(counted('long')).toBeGreaterThan(10);
    expect(counted('short')).toBeGreaterThan(10);
    expect(counted('long') + counted('short')).toBeLessThan(seen.length / 10);
  });
});

/** Reads a condition as a person would: by its two numbers and the words between them. */
function isMet({ actual, relation, threshold }: Condition): boolean {
  if (actual === null || threshold === null) return false;
  const held = {
    over: actual > threshold,
    under: actual < threshold,
    'at least': actual >= threshold,
    'at most': actual <= threshold,
  };
  return held[relation];
}

function lift(candle: Candle, byUsd: number): Candle {
  const { open, high, low, close } = candle;
  return { ...candle, open: open + byUsd, high: high + byUsd, low: low + byUsd, close: close + byUsd };
}

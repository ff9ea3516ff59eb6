import { describe, expect, it } from 'vitest';
import { sessionAt } from '../../src/domain/calendar.ts';
import * as all from '../../src/domain/features/all.ts';
import {
  FEATURE_KEYS,
  type Feature,
  type FeatureKey,
  type FeatureSetup,
  type FeatureStep,
} from '../../src/domain/features/feature.ts';
import { aSession, aWalk } from '../support/builders.ts';
import { aContext, higherOf } from '../support/features.ts';

const features = Object.entries(all) as [name: string, feature: Feature][];
const walk = aWalk(400);
const context = aContext({ higher: higherOf(walk, '5m'), spy15m: aWalk(200, { timeframe: '15m' }) });
const setup: FeatureSetup = { timeframe: '5m', context };

/** What a family writes for each candle; a key it does not write is absent. */
function run(
  feature: Feature,
  candles: readonly (typeof walk)[number][],
): Partial<Record<FeatureKey, number | null>>[] {
  const stream = feature.start(setup);
  return candles.map((candle, index) => {
    const out: Partial<Record<FeatureKey, number | null>> = {};
    const session = sessionAt(candle.ts) ?? aSession();
    const step: FeatureStep = {
      candle,
      session,
      closedAt: candle.ts + 300_000,
      count: index + 1,
      quote: { bid: 99, ask: 101 },
    };
    stream(step, out as Record<FeatureKey, number | null>);
    return out;
  });
}

describe('the features together', () => {
  it('write each key of the contract exactly once', () => {
    const keys = features.flatMap(([, feature]) => feature.keys);

    expect([...keys].sort()).toEqual([...FEATURE_KEYS].sort());
  });
});

describe.each(features)('feature %s', (_, feature) => {
  const written = run(feature, walk);

  it('writes only its own keys', () => {
    expect(new Set(written.flatMap((out) => Object.keys(out)))).toEqual(new Set(feature.keys));
  });

  it('writes finite numbers or null', () => {
    const values = written.flatMap((out) => Object.values(out));

    expect(values.every((value) => value === null || Number.isFinite(value))).toBe(true);
  });

  it('stays finite on a price that never moves and a volume that is never there', () => {
    const still = walk.map(({ ts }) => ({ ts, open: 5, high: 5, low: 5, close: 5, volume: 0, vwap: null }));

    const values = run(feature, still).flatMap((out) => Object.values(out));

    expect(values.every((value) => value === null || Number.isFinite(value))).toBe(true);
  });

  it('starts afresh: two streams side by side do not know of each other', () => {
    run(feature, aWalk(300, { seed: 9 }));

    expect(run(feature, walk)).toEqual(written);
  });

  it('does not look ahead', () => {
    expect(run(feature, walk.slice(0, 300))).toEqual(written.slice(0, 300));
  });

  it('leaves the candle as it is', () => {
    const frozen = walk.map((candle) => Object.freeze({ ...candle }));

    expect(run(feature, frozen)).toEqual(written);
  });
});

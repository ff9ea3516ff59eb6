import { FEATURE_KEYS, type FeatureVector } from '../../src/domain/features/feature.ts';
import type { NewSignal } from '../../src/domain/signal.ts';

/** 10:05 New York on a Tuesday. */
export const FIRED_AT = Date.UTC(2022, 5, 14, 14, 5);

/** All features null but those named. */
export function someFeatures(values: Partial<FeatureVector> = {}): FeatureVector {
  const empty = Object.fromEntries(FEATURE_KEYS.map((key) => [key, null])) as unknown as FeatureVector;
  return { ...empty, ...values };
}

/** A 5m breakout long at 100 USD that fired at `FIRED_AT`, unless said otherwise. */
export function aSignal(overrides: Partial<NewSignal> = {}): NewSignal {
  return {
    timeframe: '5m',
    firedAt: FIRED_AT,
    side: 'long',
    detectorId: 'breakout_v1',
    detectorVersion: '1',
    sourceSystem: 'basic_scanner',
    score: 0.8,
    priceAtSignal: 100,
    quote: null,
    session: 'regular',
    features: someFeatures({ rsi14: 61.2, atr14: 0.8, rel_vol_20: 2.3 }),
    featureVersion: 1,
    featureInputs: {},
    dataFreshnessMs: 5000,
    ...overrides,
  };
}

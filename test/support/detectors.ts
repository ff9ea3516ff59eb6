import type { Candle } from '../../src/domain/candle.ts';
import type { Detector } from '../../src/domain/detectors/detector.ts';
import type { FeatureVector } from '../../src/domain/features/feature.ts';
import type { Detection } from '../../src/domain/signal.ts';
import { type CandleShape, someCandles } from './builders.ts';
import { vectorsOf } from './features.ts';
import { someFeatures } from './signals.ts';

/** One step of a hand-made path: a candle and the features a detector reads. */
export interface PathStep {
  readonly candle?: CandleShape;
  readonly features?: Partial<FeatureVector>;
}

/** What a detector says on each step of a hand-made path. */
export function watchPath(detector: Detector, path: readonly PathStep[]): (Detection | null)[] {
  const stream = detector.start();
  const candles = someCandles(path.map(({ candle = {} }) => candle));
  return candles.map((candle, index) => stream({ candle, features: someFeatures(path[index]?.features) }));
}

/** What a detector says on each candle of a series, with the features of the real vector stream. */
export function watchCandles(detector: Detector, candles: readonly Candle[]): (Detection | null)[] {
  const stream = detector.start();
  const vectors = vectorsOf(candles);
  return candles.map((candle, index) => stream({ candle, features: vectors[index] ?? someFeatures() }));
}

/** Repeats a step. */
export function times(count: number, step: PathStep): PathStep[] {
  return Array.from({ length: count }, () => step);
}

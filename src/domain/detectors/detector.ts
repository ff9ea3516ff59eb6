import type { Candle } from '../candle.ts';
import type { FeatureVector } from '../features/feature.ts';
import type { Detection } from '../signal.ts';

/** One closed candle with its frozen features. */
export interface DetectorStep {
  readonly candle: Candle;
  readonly features: FeatureVector;
}

/** Sees each closed candle once, oldest first, and answers null or what it saw on that candle. */
export type DetectorStream = (step: DetectorStep) => Detection | null;

/** A rule that turns closed candles into detections. A plug-in: one file, one line in `all.ts`. */
export interface Detector {
  /** Stable name, `breakout_v1`; also `signals.detector_id`. */
  readonly id: string;
  /** `'1'`, `'2'`: raised with every change of code or parameters; a test pins the hash of both to it. */
  readonly version: string;
  readonly kind: 'rule' | 'ml';
  /** One sentence that a trader understands. */
  readonly description: string;
  readonly params: Readonly<Record<string, number>>;
  /** A fresh stream with no memory of any other series. */
  start(): DetectorStream;
}

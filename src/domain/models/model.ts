import type { FeatureKey } from '../features/feature.ts';
import type { Side } from '../signal.ts';
import type { SignalTimeframe } from '../timeframe.ts';

/** A column a model is given: a feature, or the side it is asked about (1 long, -1 short). */
export type ModelInputName = FeatureKey | 'side';

/** One input of a model. */
export interface ModelInput {
  readonly name: ModelInputName;
  /** Stands in for a null feature; without it (null) a moment that lacks the feature is not scored. */
  readonly impute: number | null;
}

/** What a model file says of itself, checked. */
export interface ModelCard {
  readonly inputs: readonly ModelInput[];
  /** Which output holds the score, 0 to 1; of a `[N, 2]` output the last column does. */
  readonly output: string;
  /** Meaning of the features it was trained on. */
  readonly featureVersion: number;
  readonly timeframes: readonly SignalTimeframe[];
  readonly sides: readonly Side[];
  /** End of the last label it was trained on, epoch ms: it is silent up to then, where it would know the answers. */
  readonly trainedThrough: number;
  /** The threshold its maker chose; null when it names none. */
  readonly threshold: number | null;
}

export const MODEL_STATES = ['shadow', 'active', 'retired'] as const;
/** `shadow` records signals and shows nobody a card; `active` alerts; `retired` is not run. */
export type ModelState = (typeof MODEL_STATES)[number];

/** A model in the catalog: a detector of kind `ml`. */
export interface Model {
  /** Also the detector's id: `ml_breakout`. */
  readonly name: string;
  /** Also the detector's version: `'1'`, `'2'`, one per file. */
  readonly version: string;
  readonly state: ModelState;
  /** Scores from here on are signals, 0 to 1. */
  readonly threshold: number;
  readonly card: ModelCard;
  /** Not run from this moment on, epoch ms; null when it does not expire. */
  readonly expiresAt: number | null;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
  readonly addedAt: number;
  /** Why it last could not be run, a sentence; null while it runs. */
  readonly failure: string | null;
}

/** How a model fares at a moment. */
export type ModelHealth = 'running' | 'shadow' | 'retired' | 'expired' | 'broken';

/** Broken before expired before its state: what a person must act on comes first. */
export function modelHealth({ state, expiresAt, failure }: Model, now: number): ModelHealth {
  if (state === 'retired') return 'retired';
  if (failure !== null) return 'broken';
  if (expiresAt !== null && expiresAt <= now) return 'expired';
  return state === 'active' ? 'running' : 'shadow';
}

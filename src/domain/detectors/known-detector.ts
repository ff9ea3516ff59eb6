import type { ModelState } from '../models/model.ts';

/** A rule of this program, a model of its catalog, or the scanner of another program that gives signals. */
export type DetectorFamily = 'built_in' | 'model' | 'foreign';

/** A detector that signals name, and so can be chosen by. */
export interface KnownDetector {
  readonly id: string;
  readonly kind: 'rule' | 'ml';
  readonly family: DetectorFamily;
  /** Of a model the furthest of its versions; a rule that this program no longer has is `retired`. */
  readonly state: ModelState;
}

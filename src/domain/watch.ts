import type { Side } from './signal.ts';

/** What people want to see of a watch. It chooses cards, never signals: everything seen is stored and labelled. */
export interface WatchParams {
  /** Detector ids; empty means all. */
  readonly detectors: readonly string[];
  /** 0 to 1; a card whose best score is below it is suppressed. */
  readonly minScore: number;
  readonly sides: readonly Side[];
  readonly cooldownMinutes: number;
}

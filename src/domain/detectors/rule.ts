import type { Detection, Side } from '../signal.ts';
import type { Condition } from './condition.ts';
import type { Detector, DetectorStep } from './detector.ts';

/** What a rule asks of one candle for one side, and what it found: the side is seen when all of it holds. */
export interface Look {
  readonly side: Side;
  readonly conditions: readonly Condition[];
  /** Strength, 0.5 to 1. Ask only when every condition holds. */
  readonly score: () => number;
}

/** Sees each closed candle once, oldest first, and says for both sides what it looked at. */
export type LookStream = (step: DetectorStep) => readonly Look[];

/** A detector that can say why: what it detects follows from what it looks at, so both never disagree. */
export interface Rule extends Detector {
  /** A fresh stream, as `start`. */
  look(): LookStream;
}

/** Makes a rule of what it looks at. */
export function ruleOf(rule: Omit<Rule, 'start'>): Rule {
  return {
    ...rule,
    start: () => {
      const look = rule.look();
      return (step) => detectionOf(look(step));
    },
  };
}

/** The first side of which every condition holds; null when there is none. */
export function detectionOf(looks: readonly Look[]): Detection | null {
  for (const { side, conditions, score } of looks) {
    if (conditions.every(({ holds }) => holds)) return { side, score: score() };
  }
  return null;
}

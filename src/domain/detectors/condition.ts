/** How a condition's numbers are to be read: USD, times the usual, a fraction, points of RSI, candles, a share of the bands. */
export type Unit = 'usd' | 'times' | 'fraction' | 'points' | 'candles' | 'bands';

/** One thing that a detector asks of a candle, and what it found there. */
export interface Condition {
  /** What is measured, in a trader's words. */
  readonly name: string;
  /** Null when it is not known: history is too short, or there is no volume. */
  readonly actual: number | null;
  readonly relation: 'over' | 'under' | 'at least' | 'at most';
  /** Null when it is not known. */
  readonly threshold: number | null;
  readonly unit: Unit;
  /** Never while one of both is not known. */
  readonly holds: boolean;
  /** It only asks for data that are nearly always there: worth a word when they are not. */
  readonly isRoutine?: true;
}

type Asked = readonly [name: string, actual: number | null, threshold: number | null, unit: Unit];

/** Asks for more than a threshold. */
export function over(...[name, actual, threshold, unit]: Asked): Condition {
  const holds = actual !== null && threshold !== null && actual > threshold;
  return { name, actual, relation: 'over', threshold, unit, holds };
}

/** Asks for less than a threshold. */
export function under(...[name, actual, threshold, unit]: Asked): Condition {
  const holds = actual !== null && threshold !== null && actual < threshold;
  return { name, actual, relation: 'under', threshold, unit, holds };
}

/** Asks for a threshold or more. */
export function atLeast(...[name, actual, threshold, unit]: Asked): Condition {
  const holds = actual !== null && threshold !== null && actual >= threshold;
  return { name, actual, relation: 'at least', threshold, unit, holds };
}

/** Asks for a threshold or less. */
export function atMost(...[name, actual, threshold, unit]: Asked): Condition {
  const holds = actual !== null && threshold !== null && actual <= threshold;
  return { name, actual, relation: 'at most', threshold, unit, holds };
}

/** Asks for a measure to be there at all: a range of zero, or none, cannot be divided by. */
export function present(name: string, actual: number | null, unit: Unit): Condition {
  return { ...over(name, actual, 0, unit), isRoutine: true };
}

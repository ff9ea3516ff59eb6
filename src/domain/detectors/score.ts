/** Where a measure lies between just enough (0) and as strong as it counts (1). */
export function strength(value: number, enough: number, full: number): number {
  return Math.min(1, Math.max(0, (value - enough) / (full - enough)));
}

/** A detector's score: 0.5 when every condition is just met, 1 when every measure is at its full mark. */
export function scoreOf(...strengths: readonly number[]): number {
  let sum = 0;
  for (const one of strengths) sum += one;
  return 0.5 + sum / strengths.length / 2;
}

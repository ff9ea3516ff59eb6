/** One measurement beside the limit it is held against, taken in the same run. */
export interface BenchResult {
  readonly what: string;
  /** How much work it was: candles, signals, clicks. */
  readonly size: number;
  /** Of both measurements; milliseconds unless said. */
  readonly unit?: 'ms' | 'MB' | 'rows';
  /** Time of our code, or its memory. */
  readonly ms: number;
  /** Time of the bare work that nothing could do without. */
  readonly limitMs: number;
  /** What is compared with `reach`; which of the two times is on top follows `better`. */
  readonly ratio: number;
  /** The ratio to be reached, DESIGN section 10. */
  readonly reach: number;
  readonly better: 'lower' | 'higher';
}

/** A family of measurements. One file, one line in `all.ts`. */
export interface Bench {
  /** `npm run bench -- NAME` */
  readonly name: string;
  run(): Promise<BenchResult[]>;
}

/** The value below which a share of the measurements lies: 0.5 is the median, 0.99 the p99. */
export function quantile(values: readonly number[], share: number): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))] ?? Number.NaN;
}

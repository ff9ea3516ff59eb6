/** Where the true share lies with 95 % confidence, 0 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

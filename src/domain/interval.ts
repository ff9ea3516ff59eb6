/** Two-sided 95 % of the normal distribution. */
export const Z95 = 1.959963984540054;

/** Where the truth lies with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

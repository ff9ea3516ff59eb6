/** Best bid and ask in USD when a signal was recorded. */
export interface Quote {
  readonly bid: number;
  readonly ask: number;
}

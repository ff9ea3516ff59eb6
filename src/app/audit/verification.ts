/** What a check of stored history found. */
export interface Verification {
  /** Rows that were checked. */
  readonly checked: number;
  /** Each row that is not what it should be, in a sentence that names it. */
  readonly differences: readonly string[];
  /** Rows that differ because candles under them were added or changed since: not a fault, but worth a relabel. */
  readonly revised: number;
  /** What is odd without being wrong, in sentences. */
  readonly warnings: readonly string[];
}

/** A check while it works. */
export interface Findings {
  checked: number;
  revised: number;
  readonly differences: string[];
  readonly warnings: string[];
}

export function noFindings(): Findings {
  return { checked: 0, revised: 0, differences: [], warnings: [] };
}

export interface VerifyInput {
  /** First moment, epoch ms. */
  readonly from: number;
  /** Last moment, epoch ms. */
  readonly to: number;
  readonly now: number;
}

const DAY = 86_400_000;
/** How much of a series is checked at once, so that memory does not grow with the period. */
const WINDOW_MS = 14 * DAY;

/** A period in parts, oldest first. */
export function windowsOf({ from, to }: VerifyInput): { readonly from: number; readonly to: number }[] {
  const windows: { from: number; to: number }[] = [];
  for (let start = from; start <= to; start += WINDOW_MS) {
    windows.push({ from: start, to: Math.min(to, start + WINDOW_MS - 1) });
  }
  return windows;
}

/** `2024-03-06 15:00` in UTC: how differences name a moment. */
export function nameMoment(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

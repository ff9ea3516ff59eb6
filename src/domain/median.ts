/** Fewer are put in order at once. */
const FEW = 2000;
const SAMPLE = 1024;
/** Places of the sample on either side, three standard errors of a sample's median. */
const MARGIN = 48;

/** The middle value, or the mean of the middle two; null of none. */
export function medianOf(values: Int32Array): number | null {
  const { length } = values;
  return length === 0 ? null : meanAt(values, (length - 1) >> 1, length >> 1);
}

/**
 * Mean of the values that would stand at two places, from 0, were they in order. A sample says between which
 * values they are sure to lie, nearly always, so few are left to be put in order (R. W. Floyd, R. L. Rivest:
 * Expected time bounds for selection, 1975).
 */
function meanAt(values: Int32Array, first: number, last: number): number {
  if (values.length <= FEW) return sortedMeanAt(values, first, last);
  const { low, high } = bracketOf(values, first, last);
  const within = new Int32Array(values.length >> 2);
  let [below, found] = [0, 0];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (value < low) below += 1;
    else if (value <= high) {
      within[found] = value; // beyond its end nothing is written
      found += 1;
    }
  }
  const isMissed = first < below || last >= below + found || found > within.length;
  if (isMissed) return sortedMeanAt(values, first, last);
  return meanAt(within.subarray(0, found), first - below, last - below);
}

function bracketOf(values: Int32Array, first: number, last: number) {
  const step = values.length / SAMPLE;
  const sample = Int32Array.from({ length: SAMPLE }, (_, at) => values[Math.floor(at * step)] ?? 0).sort();
  const from = Math.max(0, Math.floor(first / step) - MARGIN);
  const to = Math.min(SAMPLE - 1, Math.ceil(last / step) + MARGIN);
  return { low: sample[from] ?? 0, high: sample[to] ?? 0 };
}

function sortedMeanAt(values: Int32Array, first: number, last: number): number {
  const sorted = values.toSorted();
  return ((sorted[first] ?? 0) + (sorted[last] ?? 0)) / 2;
}

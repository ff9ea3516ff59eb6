/** The middle value, or the mean of the middle two; rearranges them. Null of none. */
export function medianOf(values: Int32Array): number | null {
  const { length } = values;
  if (length === 0) return null;
  const half = length >> 1;
  const upper = nthSmallest(values, half);
  if (length % 2 === 1) return upper;
  const lower = values.subarray(0, half).reduce((most, value) => Math.max(most, value));
  return (lower + upper) / 2;
}

/**
 * The value that would stand at a place, from 0, were they in order: then it stands there, with none greater
 * before it. Linear in their number on average, where sorting is not (C. A. R. Hoare, Algorithm 65: Find, 1961).
 */
function nthSmallest(values: Int32Array, place: number): number {
  const at = (index: number) => values[index] ?? Number.NaN;
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = at((left + right) >> 1);
    let low = left;
    let high = right;
    while (low <= high) {
      while (at(low) < pivot) low += 1;
      while (at(high) > pivot) high -= 1;
      if (low > high) break;
      [values[low], values[high]] = [at(high), at(low)];
      low += 1;
      high -= 1;
    }
    if (place <= high) right = high;
    else if (place >= low) left = low;
    else break;
  }
  return at(place);
}

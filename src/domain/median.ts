/**
 * The value that would stand at a place, from 0, were they in order; rearranges them. Linear in their number
 * on average, where sorting is not (C. A. R. Hoare, Algorithm 65: Find, 1961).
 */
export function nthSmallest(values: Int32Array, place: number): number {
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

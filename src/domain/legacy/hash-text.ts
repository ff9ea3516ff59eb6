/**
 * A text as a whole number below 2^53: two FNV-1a hashes side by side. For sets of millions of ids that
 * have to stay small; two of ten million meet once in about a hundred runs.
 */
export function hashText(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0) * 0x20_0000 + ((b >>> 0) & 0x1f_ffff);
}

/** A set of texts by their hashes: eight bytes each. */
export interface TextSet {
  add(text: string): void;
  has(text: string): boolean;
}

export function createTextSet(): TextSet {
  let hashes = new Float64Array(1024);
  let size = 0;
  let isSorted = true;
  return {
    add(text) {
      if (size === hashes.length) {
        const larger = new Float64Array(size * 2);
        larger.set(hashes);
        hashes = larger;
      }
      hashes[size] = hashText(text);
      size += 1;
      isSorted = false;
    },
    has(text) {
      if (!isSorted) hashes.subarray(0, size).sort();
      isSorted = true;
      return contains(hashes, size, hashText(text));
    },
  };
}

function contains(sorted: Float64Array, size: number, wanted: number): boolean {
  let low = 0;
  let high = size - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] ?? Number.NaN;
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

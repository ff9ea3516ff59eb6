import { at, type Column } from './label-candles.ts';

/**
 * The running maxima of a column, seen from its current left end. Candles are pushed from right to left;
 * kept are only the indexes where a new high is set, so the first touch of any level and the highest value
 * of any window that starts here are both one binary search. A push costs constant time on average.
 */
export class Records {
  readonly #column: Column;
  /** Oldest candle on top; values fall strictly from the bottom to the top. */
  readonly #stack: Int32Array;
  #size = 0;

  constructor(column: Column) {
    this.#column = column;
    this.#stack = new Int32Array(column.length);
  }

  /** Moves the left end to an index smaller than all before it. */
  push(index: number): void {
    const value = at(this.#column, index);
    while (this.#size > 0 && this.#valueAt(this.#size - 1) <= value) this.#size--;
    this.#stack[this.#size++] = index;
  }

  /** The first index whose value is at least `level`; Infinity when none is. */
  firstReaching(level: number): number {
    let low = -1;
    let high = this.#size - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#valueAt(middle) >= level) low = middle;
      else high = middle - 1;
    }
    return low < 0 ? Number.POSITIVE_INFINITY : this.#indexAt(low);
  }

  /** The highest value from the left end to an index, both inclusive. */
  highestThrough(last: number): number {
    let low = 0;
    let high = this.#size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#indexAt(middle) <= last) high = middle;
      else low = middle + 1;
    }
    return this.#valueAt(low);
  }

  #indexAt(position: number): number {
    return this.#stack[position] as number;
  }

  #valueAt(position: number): number {
    return at(this.#column, this.#indexAt(position));
  }
}

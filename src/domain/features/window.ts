/** The newest `size` values of a series. */
export interface Window {
  /** Adds a value; once full, the oldest one goes. */
  push(value: number): void;
  /** Mean of the values; null before the window is full. */
  mean(): number | null;
  /** Population standard deviation of the values; null before the window is full. */
  deviation(): number | null;
}

/**
 * Means and deviations over plain windows. The library's are right but copy their window at every
 * step, which made them the largest cost of a vector; its recursive indicators we use as they are.
 * Each answer is summed anew, oldest first: a running sum would drift, and would give another last
 * digit for another start.
 */
export function createWindow(size: number): Window {
  // Twice the room: the window slides through it and is moved to the front only once per `size` values.
  const room = new Float64Array(2 * size);
  let end = 0;

  const sum = () => {
    let total = 0;
    for (let at = end - size; at < end; at++) total += room[at] ?? 0;
    return total;
  };
  return {
    push(value) {
      if (end === room.length) {
        room.copyWithin(0, size);
        end = size;
      }
      room[end] = value;
      end += 1;
    },
    mean: () => (end < size ? null : sum() / size),
    deviation() {
      if (end < size) return null;
      const mean = sum() / size;
      let squares = 0;
      for (let at = end - size; at < end; at++) {
        const distance = (room[at] ?? 0) - mean;
        squares += distance * distance;
      }
      return Math.sqrt(squares / size);
    },
  };
}

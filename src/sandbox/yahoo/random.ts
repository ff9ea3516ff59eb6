/** Uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * A stream of numbers that depends on nothing but its name: the same seed, ticker and date give the
 * same day whoever asks first. Hash: FNV-1a (Fowler, Noll, Vo); generator: mulberry32 (T. Ettinger).
 */
export function randomFrom(...name: readonly (string | number)[]): Random {
  let state = 0x811c9dc5;
  for (const char of name.join('|')) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A standard normal number (Box and Muller, 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

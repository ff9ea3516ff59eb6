/** Times 1050, the largest factor a label uses, this is still an exact double: 8.5 million USD a share. */
const LARGEST = Math.floor(Number.MAX_SAFE_INTEGER / 1050);

/**
 * A price in whole micro-dollars, the sixth decimal that the database keeps: integers, so that every
 * comparison and ratio of a label is exact.
 * @throws Error when the price is not finite or beyond 8.5 million USD.
 */
export function toMicro(priceUsd: number): number {
  const micro = Math.round(priceUsd * 1e6);
  if (!(Math.abs(micro) <= LARGEST)) throw new Error(`price ${priceUsd} cannot be labelled exactly`);
  return micro;
}

/**
 * `delta / base` as a fraction rounded half away from zero at six places, by long division in two
 * steps of three decimals each, so that no intermediate is rounded.
 *
 * @param delta micro-dollars, of any sign. @param base micro-dollars, > 0.
 */
export function exactRatio(delta: number, base: number): number {
  const size = Math.abs(delta);
  const whole = Math.floor(size / base);
  const first = (size - whole * base) * 1000;
  const thousandths = Math.floor(first / base);
  const second = (first - thousandths * base) * 1000;
  const millionths = Math.floor(second / base);
  const rest = second - millionths * base;
  const rounded = whole * 1e6 + thousandths * 1000 + millionths + (rest * 2 >= base ? 1 : 0);
  return rounded === 0 ? 0 : (Math.sign(delta) * rounded) / 1e6;
}

/*
 * Figures as all messages have them: a real minus, none for what is shown as zero, and a unit that no phone
 * breaks away from its number.
 */

export const NBSP = '\u00a0';

/** `+1.2`, `−1.2`, `0.0`: a size as it is to be read, and which side of zero it lies on. */
export function withSign(size: string, isNegative: boolean): string {
  const isZero = !/[1-9]/.test(size);
  return isZero ? size : `${isNegative ? '−' : '+'}${size}`;
}

/** A fraction in points of per cent: 0.012 is `+1.2`. */
export function signedPoints(fraction: number, digits = 1): string {
  return withSign((Math.abs(fraction) * 100).toFixed(digits), fraction < 0);
}

/** A fraction as per cent: 0.012 is `+1.2 %`. */
export function signedPercent(fraction: number, digits = 1): string {
  return `${signedPoints(fraction, digits)}${NBSP}%`;
}

/** A share as per cent: 0.012 is `1 %`. */
export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)}${NBSP}%`;
}

/** Profit in units of the risk: `+1.5 R`. */
export function signedR(r: number, digits = 1): string {
  return `${withSign(Math.abs(r).toFixed(digits), r < 0)}${NBSP}R`;
}

/** A number with its minus if it has one: `−1.2`, `1.2`. */
export function withMinus(number: string): string {
  return number.replace('-', '−');
}

import { Decimal } from 'decimal.js';

/**
 * Decimals that never lose a digit of money: ten million shares at ten million dollars, six places each,
 * need 26 digits, and decimal.js keeps 20 unless told otherwise.
 */
export const Exact = Decimal.clone({ precision: 64, rounding: Decimal.ROUND_HALF_UP });

export const ZERO = new Exact(0);

/** Smallest part of a dollar that is kept apart: the database's NUMERIC(18,6). */
const PLACES = 6;

/** The same number, computed with from now on without rounding. */
export function exact(value: Decimal.Value): Decimal {
  return new Exact(value);
}

/**
 * What falls on a part of a quantity: exact where the part is all of it, else rounded to six places, so
 * that whoever takes the rest by subtraction loses nothing.
 */
export function prorate(total: Decimal, part: Decimal, whole: Decimal): Decimal {
  return part.equals(whole) ? total : exact(total).times(part).dividedBy(whole).toDecimalPlaces(PLACES);
}

/** A quotient to six places; null when there is nothing to divide by. */
export function ratioOf(numerator: Decimal, denominator: Decimal): Decimal | null {
  return denominator.isZero() ? null : exact(numerator).dividedBy(denominator).toDecimalPlaces(PLACES);
}

/** Their exact sum. */
export function sumOf(values: readonly Decimal[]): Decimal {
  return values.reduce<Decimal>((sum, value) => sum.plus(value), ZERO);
}

import { Decimal } from 'decimal.js';
import { Exact } from '../ledger/exact.ts';
import type { LegacyValue } from './document.ts';
import { Rejected } from './reasons.ts';

/** What the database's NUMERIC(18,6) holds. */
const PLACES = 6;
const LARGEST = new Decimal('999999999999');

/**
 * The number a value holds: int, long, double, Decimal128, or text such as `1,234.50`, `$187.42` and
 * `1e-05`. A per cent sign divides by 100.
 *
 * @returns exact, unrounded. @throws Rejected `not_a_number`.
 */
export function readDecimal(field: string, value: LegacyValue): Decimal {
  if (value.type === 'string') return parse(field, value.text);
  if ('text' in value && value.type !== 'objectId' && value.type !== 'bool') {
    const number = new Exact(value.text);
    if (number.isFinite()) return number;
  }
  throw new Rejected('not_a_number', `${field} is ${show(value)}`);
}

/** A price, quantity or fee as its canonical text, six places: `187.42`. @throws Rejected `too_large`. */
export function toMoney(field: string, number: Decimal): string {
  if (number.abs().greaterThan(LARGEST))
    throw new Rejected('too_large', `${field} is ${number.toPrecision(6)}`);
  return plainText(number.toDecimalPlaces(PLACES, Decimal.ROUND_HALF_UP));
}

/** No exponent, no trailing zeros, no negative zero: equal numbers have equal text. */
export function plainText(number: Decimal): string {
  return number.isZero() ? '0' : new Exact(number).toFixed();
}

const NUMBER = /^[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?(e[-+]?\d{1,3})?(%?)$/i;

function parse(field: string, text: string): Decimal {
  const bare = text
    .trim()
    .replace(/^([-+]?)\s*\$\s*/, '$1')
    .replace(/\s*%$/, '%');
  if (!NUMBER.test(bare) || !/\d/.test(bare) || /^[-+]?e/i.test(bare)) {
    throw new Rejected('not_a_number', `${field} is ${show({ type: 'string', text })}`);
  }
  const isPercent = bare.endsWith('%');
  const number = new Exact(bare.replaceAll(',', '').replace('%', ''));
  return isPercent ? number.dividedBy(100) : number;
}

/** A value as a person reads it in a reason: short, quoted when text. */
export function show(value: LegacyValue): string {
  if (value.type === 'date')
    return Number.isNaN(value.ms) ? 'a date that is none' : new Date(value.ms).toISOString();
  if (!('text' in value)) return value.type === 'null' ? 'null' : `of type ${value.type}`;
  const text = value.text.length > 40 ? `${value.text.slice(0, 40)}…` : value.text;
  return value.type === 'string' ? `"${text}"` : `${text} (${value.type})`;
}

import type { Decimal } from 'decimal.js';
import { NBSP, withSign } from './signed.ts';

/** `1,234.50`: dollars to the cent. */
export function dollars(amount: Decimal): string {
  const [whole = '', cents = '00'] = amount.abs().toFixed(2).split('.');
  return `${thousands(whole)}.${cents}`;
}

/** `+1,234.50 USD`, `−20.00 USD`: a profit or a loss. */
export function signedUsd(amount: Decimal): string {
  return `${withSign(dollars(amount), amount.isNegative())}${NBSP}USD`;
}

/** `187.42`, `0.3333`: a price with all its digits, at least two. */
export function exactPrice(price: Decimal): string {
  return price.decimalPlaces() < 2 ? price.toFixed(2) : price.toFixed();
}

/** `1,200` or `0.5`: a number of shares. */
export function shares(qty: Decimal): string {
  const [whole = '', part] = qty.toFixed().split('.');
  return part === undefined ? thousands(whole) : `${thousands(whole)}.${part}`;
}

/** `+1.6 R`; "R unknown" without a stop at the entry. */
export function multipleOfR(r: Decimal | null): string {
  return r === null ? 'R unknown' : `${withSign(r.abs().toFixed(1), r.isNegative())}${NBSP}R`;
}

function thousands(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}

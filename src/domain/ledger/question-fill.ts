import type { Decimal } from 'decimal.js';
import type { Candle } from '../candle.ts';
import { exact } from './exact.ts';

/** How far beyond its candle a fill may lie before it is questioned. */
const TOLERANCE = '0.2';

/** Whether a price lies more than 20 % outside what was traded in its candle: most likely a typing error. */
export function isFarFromCandle(price: Decimal, { low, high }: Pick<Candle, 'low' | 'high'>): boolean {
  const most = exact(high).times(exact(1).plus(TOLERANCE));
  const least = exact(low).times(exact(1).minus(TOLERANCE));
  return price.greaterThan(most) || price.lessThan(least);
}

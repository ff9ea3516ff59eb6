import { Decimal } from 'decimal.js';
import { OraError } from './errors.ts';
import { EXIT_TAGS, type FillTag } from './ledger/fill.ts';
import { SIDES, type Side } from './signal.ts';

/** A fill as a person typed it. */
export interface FillText {
  readonly qty: string;
  readonly price: string;
  /** Empty means no fee. */
  readonly fee: string;
  /** Empty means no stop. */
  readonly stop: string;
}

/** A fill that can be journalled: exact decimals. */
export interface Fill {
  /** Shares, > 0. */
  readonly qty: Decimal;
  /** USD per share, > 0, at most six places. */
  readonly price: Decimal;
  /** USD, >= 0. */
  readonly feeUsd: Decimal;
  /** Initial stop, USD per share, on the losing side of the price; null without one. */
  readonly stopPrice: Decimal | null;
}

const MAX_QTY = new Decimal(10_000_000);
const MAX_PRICE = new Decimal(10_000_000);

/**
 * Reads what a person typed into the entry form: `1,200`, `$187.42`, ` 100 `.
 *
 * @throws OraError `bad_input` with a sentence that names the field, the value and the remedy.
 */
export function parseFill(text: FillText, side: Side): Fill {
  const trade = parseTrade(text);
  const stopPrice = text.stop.trim() === '' ? null : parseStop(text.stop);
  const { price } = trade;
  if (stopPrice !== null && !isOnLosingSide(stopPrice, price, side)) {
    const where = side === 'long' ? 'below' : 'above';
    throw new OraError(
      'bad_input',
      `The stop ${stopPrice} must be ${where} the price ${price} for a ${side}. Correct it or leave it empty.`,
    );
  }
  return { ...trade, stopPrice };
}

/** Quantity, price and fee alone, as of an exit. @throws OraError `bad_input` */
export function parseTrade(text: Omit<FillText, 'stop'>): Omit<Fill, 'stopPrice'> {
  const qty = positive('quantity', text.qty, { max: MAX_QTY, example: '100' });
  const price = positive('price', text.price, { max: MAX_PRICE, example: '187.42' });
  const feeUsd = text.fee.trim() === '' ? new Decimal(0) : amount('fee', text.fee, '1.25');
  if (feeUsd.isNegative()) throw new OraError('bad_input', 'The fee cannot be negative. Enter 0 for none.');
  return { qty, price, feeUsd };
}

/** A stop price, USD a share. @throws OraError `bad_input` */
export function parseStop(text: string): Decimal {
  return positive('stop', text, { max: MAX_PRICE, example: '185.10' });
}

/** A side as written by a person. @throws OraError `bad_input` */
export function parseSide(text: string): Side {
  const side = SIDES.find((known) => known === text.trim().toLowerCase());
  if (side === undefined) throw new OraError('bad_input', `"${text}" is not a side. Use long or short.`);
  return side;
}

/** Why something was sold or covered; empty means EXIT. @throws OraError `bad_input` */
export function parseExitTag(text: string): FillTag {
  const wanted = text.trim().toUpperCase();
  const tag = wanted === '' ? 'EXIT' : EXIT_TAGS.find((known) => known === wanted);
  if (tag === undefined) {
    throw new OraError('bad_input', `"${text}" is not a tag of an exit. Use ${EXIT_TAGS.join(', ')}.`);
  }
  return tag;
}

function isOnLosingSide(stop: Decimal, price: Decimal, side: Side): boolean {
  return side === 'long' ? stop.lessThan(price) : stop.greaterThan(price);
}

function positive(
  name: string,
  text: string,
  rule: { readonly max: Decimal; readonly example: string },
): Decimal {
  const value = amount(name, text, rule.example);
  if (value.lessThanOrEqualTo(0)) {
    throw new OraError(
      'bad_input',
      `The ${name} must be more than 0, not ${shorten(text)}. Example: ${rule.example}.`,
    );
  }
  if (value.greaterThan(rule.max)) {
    throw new OraError(
      'bad_input',
      `The ${name} ${shorten(text)} is more than ${rule.max}. Check it for a typing error.`,
    );
  }
  return value;
}

/** Plain decimals with at most six places, thousands commas and a dollar sign allowed; no exponents, no hex. */
function amount(name: string, text: string, example: string): Decimal {
  const bare = text.trim().replace(/^([-+]?)\$/, '$1');
  if (!/^[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d{1,6})?$/.test(bare) || !/\d/.test(bare)) {
    throw new OraError(
      'bad_input',
      `The ${name} ${shorten(text)} is not a number. Write it like ${example}, with at most six decimals.`,
    );
  }
  return new Decimal(bare.replaceAll(',', ''));
}

function shorten(text: string): string {
  return `"${text.length > 24 ? `${text.slice(0, 24)}…` : text}"`;
}

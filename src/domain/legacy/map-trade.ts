import type { FillFacts } from './facts.ts';
import { type MapContext, readAt, readPrice, readTicker } from './map-fields.ts';
import type { FieldRule, TradeMapping } from './mapping.ts';
import { readDecimal, toMoney } from './read-decimal.ts';
import { Rejected } from './reasons.ts';

/** What closes what: a trade with an exit was opened by a buy or a short. */
const EXIT_SIDES: Readonly<Record<string, string>> = { buy: 'sell', short: 'cover' };
const SIDES = ['buy', 'sell', 'short', 'cover'];

/**
 * Reads a trade: one fill, or an entry and the exit that closed all of it. The fee of a whole trade is
 * the entry's. What profit it made is not taken but derived from its fills.
 */
export function mapTrade({ fields }: TradeMapping, context: MapContext): FillFacts[] {
  const { reader } = context;
  const ticker = readTicker(fields.ticker, context);
  const at = readAt(fields.at, context);
  const side = readSide(fields.side, context);
  const qty = readPrice(fields.qty, context);
  const price = readPrice(fields.price, context);
  if (qty === null) throw new Rejected('quantity_missing', `none of ${fields.qty.from.join(', ')} is there`);
  if (price === null) throw new Rejected('price_missing', `none of ${fields.price.from.join(', ')} is there`);
  const isEntry = EXIT_SIDES[side] !== undefined;
  const shared = { ticker, qty, trader: reader.text(fields.trader) };
  const exit = readExit(fields, context);
  const fill: FillFacts = {
    ...shared,
    at,
    side,
    price,
    fee: readFee(fields.fee, context),
    tag: isEntry ? 'ENTRY' : exit === null ? (reader.text(fields.exitTag) ?? 'EXIT') : 'EXIT',
    stop: isEntry ? readPrice(fields.stop, context) : null,
  };
  if (exit === null) return [fill];
  const exitSide = EXIT_SIDES[side];
  if (exitSide === undefined) throw new Rejected('unknown_value', `a ${side} cannot have an exit of its own`);
  if (exit.at < at) throw new Rejected('time_unreadable', `it was closed before it was opened`);
  const tag = reader.text(fields.exitTag) ?? 'EXIT';
  return [fill, { ...shared, at: exit.at, side: exitSide, price: exit.price, fee: null, tag, stop: null }];
}

function readSide(rule: FieldRule, { reader }: MapContext): string {
  const side = reader.text(rule);
  if (side === null) throw new Rejected('side_missing', `none of ${rule.from.join(', ')} is there`);
  if (SIDES.includes(side)) return side;
  throw new Rejected('unknown_value', `the side "${side.slice(0, 40)}" is none of ${SIDES.join(', ')}`);
}

function readFee(rule: FieldRule, { reader }: MapContext): string | null {
  const found = reader.find(rule);
  return found === null ? null : toMoney(found.path, readDecimal(found.path, found.value));
}

/** Null for a trade that is still open, or that is a single fill. */
function readExit(
  fields: TradeMapping['fields'],
  context: MapContext,
): { readonly at: number; readonly price: string } | null {
  const price = readPrice(fields.exitPrice, context);
  const hasTime = context.reader.peek(fields.exitAt) !== null;
  if (price === null && !hasTime) return null;
  if (price === null)
    throw new Rejected('exit_price_missing', `it says when it was closed but not at what price`);
  if (!hasTime)
    throw new Rejected('exit_time_missing', `it was closed at ${price}, but it does not say when`);
  return { at: readAt(fields.exitAt, context), price };
}

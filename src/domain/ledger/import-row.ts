import type { Decimal } from 'decimal.js';
import { OraError } from '../errors.ts';
import { parseFillTime } from '../fill-time.ts';
import { parseStop, parseTrade } from '../journal.ts';
import { parseTicker } from '../ticker.ts';
import { FILL_TAGS, type FillTag, type OrderSide } from './fill.ts';
import type { ImportColumns, ImportField } from './import-columns.ts';

/** One fill as a file says it. */
export interface ImportRow {
  /** Line of the file, the header being 1. */
  readonly line: number;
  readonly ticker: string;
  readonly side: OrderSide;
  readonly at: number;
  readonly qty: Decimal;
  readonly price: Decimal;
  readonly feeUsd: Decimal;
  readonly tag: FillTag | null;
  readonly stopPrice: Decimal | null;
}

const SIDES: Readonly<Record<string, OrderSide>> = {
  buy: 'buy',
  b: 'buy',
  bot: 'buy',
  bought: 'buy',
  long: 'buy',
  buytoopen: 'buy',
  sell: 'sell',
  s: 'sell',
  sld: 'sell',
  sold: 'sell',
  selltoclose: 'sell',
  short: 'short',
  ss: 'short',
  sellshort: 'short',
  soldshort: 'short',
  shortsell: 'short',
  cover: 'cover',
  bc: 'cover',
  buytocover: 'cover',
  buytoclose: 'cover',
  boughttocover: 'cover',
};

/**
 * Reads one row. A quantity may be negative where sells are written so, and a fee where it is money that
 * left the account.
 *
 * @throws OraError `bad_input` that says what is wrong with it.
 */
export function readImportRow(
  cells: readonly string[],
  columns: ImportColumns,
  { line, now }: { readonly line: number; readonly now: number },
): ImportRow {
  const text = (field: ImportField) => cells[columns[field] ?? -1]?.trim() ?? '';
  const qty = text('qty');
  const side = readSide(text('side'), qty);
  const trade = parseTrade({ qty: unsigned(qty), price: text('price'), fee: unsigned(text('fee')) });
  const tag = text('tag').toUpperCase();
  return {
    line,
    ticker: parseTicker(text('ticker')),
    side,
    at: parseFillTime(isoTime(`${text('date')} ${text('time')}`.trim()), now),
    ...trade,
    tag: FILL_TAGS.find((known) => known === tag) ?? null,
    stopPrice: text('stop') === '' ? null : parseStop(text('stop')),
  };
}

function readSide(text: string, qty: string): OrderSide {
  if (text === '') return qty.trim().startsWith('-') ? 'sell' : 'buy';
  const side = SIDES[text.toLowerCase().replace(/[^a-z]/g, '')];
  if (side === undefined)
    throw new OraError('bad_input', `"${text.slice(0, 24)}" is not buy, sell, short or cover.`);
  return side;
}

function unsigned(text: string): string {
  return text
    .trim()
    .replace(/^\((.*)\)$/, '$1')
    .replace(/^[-+]/, '');
}

const US_DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4})\b/;
const PLAIN_DATE = /^(\d{4})(\d\d)(\d\d)\b/;
const TWELVE_HOURS = /\b(\d{1,2}):(\d\d)(:\d\d)?\s*([ap])m\b/i;

/** Brokers' ways to write a moment, as `parseFillTime` takes it; what it does not know is left to fail there. */
function isoTime(text: string): string {
  if (text === '') throw new OraError('bad_input', 'It has no time.');
  const two = (digits: string | undefined) => (digits ?? '').padStart(2, '0');
  return text
    .replace(/[;,]\s*/g, ' ')
    .replace(US_DATE, (_, month: string, day: string, year: string) => `${year}-${two(month)}-${two(day)}`)
    .replace(PLAIN_DATE, '$1-$2-$3')
    .replace(/ (\d\d)(\d\d)(\d\d)$/, ' $1:$2:$3')
    .replace(TWELVE_HOURS, (_, hours: string, minutes: string, seconds = '', half: string) => {
      const hour = (Number(hours) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
      return `${hour}:${minutes}${seconds}`;
    });
}

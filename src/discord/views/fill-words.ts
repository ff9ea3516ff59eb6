import type { StoredFill } from '../../app/journal/journal-ports.ts';
import type { OrderSide } from '../../domain/ledger/fill.ts';
import { newYorkClock, newYorkDate } from '../../domain/new-york-time.ts';
import { exactPrice, shares } from './money.ts';

const DONE: Readonly<Record<OrderSide, string>> = {
  buy: 'bought',
  sell: 'sold',
  short: 'sold short',
  cover: 'covered',
};

/** `bought 100 NVDA at 187.42`. */
export function fillWords({
  side,
  qty,
  ticker,
  price,
}: Pick<StoredFill, 'side' | 'qty' | 'ticker' | 'price'>): string {
  return `${DONE[side]} ${shares(qty)} ${ticker} at ${exactPrice(price)}`;
}

/** `2026-06-10 10:35` in New York, to be read. */
export function fillMinute(at: number): string {
  return `${newYorkDate(at)} ${newYorkClock(at)}`;
}

/** With its first letter in capitals. */
export function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

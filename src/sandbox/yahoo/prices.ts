import type { RawCandle } from '../../domain/candle.ts';
import type { FetchedTimeframe } from '../../domain/timeframe.ts';

/** What the local Yahoo has to sell: regular candles, the future included; its clock decides what shows. */
export interface Prices {
  /** Tickers it knows, in the order they should be shown. */
  tickers(): readonly string[];
  /** Candles that open from `from` (inclusive) to `to` (exclusive), oldest first; none for an unknown ticker. */
  candles(ticker: string, timeframe: FetchedTimeframe, from: number, to: number): readonly RawCandle[];
  /** First and last moment (epoch ms) there are prices for. */
  span(): { readonly from: number; readonly to: number };
  /** Two words for the foot of a card. */
  readonly label: 'Recorded prices' | 'Simulated prices';
  /** One plain sentence that says where the prices come from. */
  describe(): string;
}

/** Candles of an ascending list that open in `from` (inclusive) to `to` (exclusive). */
export function slice<T extends { readonly ts: number }>(
  candles: readonly T[],
  from: number,
  to: number,
): readonly T[] {
  return candles.slice(firstAtOrAfter(candles, from), firstAtOrAfter(candles, to));
}

function firstAtOrAfter(candles: readonly { readonly ts: number }[], ts: number): number {
  let low = 0;
  let high = candles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candles[middle]?.ts ?? ts) < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

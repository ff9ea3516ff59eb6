import { candleSpans, sessionsBetween } from '../../src/domain/calendar.ts';
import type { Candle } from '../../src/domain/candle.ts';
import type { LabelTarget } from '../../src/domain/labels/outcome.ts';
import type { PathCandle } from '../../src/domain/labels/settle-tie.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';

const FIVE_MINUTES = 300_000;

/** Wednesday 2024-03-06, 10:00 in New York: in the middle of a quiet session. */
export const FIRED_AT = Date.parse('2024-03-06T15:00:00Z');

export function aTarget(overrides: Partial<LabelTarget> = {}): LabelTarget {
  return {
    kind: 'signal',
    id: 1,
    firedAt: FIRED_AT,
    price: 100,
    atr14: 1,
    side: 'long',
    isRescaled: false,
    ...overrides,
  };
}

/** High, low, close and open in USD; close and open are the middle unless given. */
export type Prices = readonly [high: number, low: number, close?: number, open?: number];

/** A window of 5m candles that begins where `aTarget()` fires. */
export function aWindow(...prices: Prices[]): PathCandle[] {
  return prices.map(([high, low, close = (high + low) / 2, open = (high + low) / 2], index) => ({
    ts: FIRED_AT + index * FIVE_MINUTES,
    end: FIRED_AT + (index + 1) * FIVE_MINUTES,
    open,
    high,
    low,
    close,
  }));
}

/** A candle for every place of the calendar's grid from one moment to another, priced by its index. */
export function candlesOnGrid(
  grid: { readonly timeframe: Timeframe; readonly from: string; readonly to: string },
  priceAt: (index: number) => Pick<Candle, 'high' | 'low' | 'close'> & Partial<Pick<Candle, 'open'>>,
): Candle[] {
  return sessionsBetween(Date.parse(grid.from), Date.parse(grid.to), grid.timeframe)
    .flatMap((session) => candleSpans(session, grid.timeframe))
    .map(({ ts }, index) => {
      const price = priceAt(index);
      return { ts, open: price.close, ...price, volume: 1_000, vwap: null };
    });
}

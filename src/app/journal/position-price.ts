import { candleEnd } from '../../domain/calendar.ts';
import type { Candle } from '../../domain/candle.ts';
import { TIMEFRAMES, type Timeframe } from '../../domain/timeframe.ts';
import type { Services } from '../services.ts';

/** A stored candle and when it closed. */
export interface PricedCandle {
  readonly candle: Candle;
  readonly timeframe: Timeframe;
  /** Epoch ms. */
  readonly closedAt: number;
}

/** A price older than this is not filled in: it would be believed. */
const FRESH_MS = 60_000;

/** The newest stored close of a ticker by a moment, the finest series first; null when nothing is stored. */
export async function findLastPrice(
  { stores }: Pick<Services, 'stores'>,
  ticker: string,
  now: number,
): Promise<PricedCandle | null> {
  const newest = await candlesUpTo({ stores }, ticker, now);
  return (
    newest.filter(({ closedAt }) => closedAt <= now).toSorted((a, b) => b.closedAt - a.closedAt)[0] ?? null
  );
}

/**
 * The finest stored candle within which a moment lies, else the last one before it; null when nothing
 * is stored.
 */
export async function findCandleAt(
  { stores }: Pick<Services, 'stores'>,
  ticker: string,
  at: number,
): Promise<PricedCandle | null> {
  const newest = await candlesUpTo({ stores }, ticker, at);
  const around = newest.find(({ closedAt }) => closedAt > at);
  return around ?? newest.toSorted((a, b) => b.closedAt - a.closedAt)[0] ?? null;
}

/** A price to fill into a form, as text, in the ticks that are traded; null when it is too old to be believed. */
export function freshPrice(last: PricedCandle | null, now: number): string | null {
  return last !== null && now - last.closedAt <= FRESH_MS ? inTicks(last.candle.close) : null;
}

/** Cents, and hundredths of them under a dollar. Source: SEC Regulation NMS, Rule 612. */
function inTicks(usd: number): string {
  return usd.toFixed(usd < 1 ? 4 : 2);
}

/** The last candle that opens by a moment, of every stored series, finest first. */
async function candlesUpTo(
  { stores }: Pick<Services, 'stores'>,
  ticker: string,
  to: number,
): Promise<PricedCandle[]> {
  const found = await Promise.all(
    TIMEFRAMES.map(async (timeframe) => {
      const [candle] = await stores.candles.read({ ticker, timeframe }, { to, last: 1 });
      return candle === undefined ? [] : [{ candle, timeframe, closedAt: candleEnd(candle.ts, timeframe) }];
    }),
  );
  return found.flat();
}

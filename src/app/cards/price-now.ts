import { candleEnd } from '../../domain/calendar.ts';
import type { SeriesKey } from '../ports.ts';
import type { Services } from '../services.ts';

/** A price and how old it is. */
export interface PriceNow {
  readonly usd: number;
  readonly ageMs: number;
}

/** The middle of the quote, else the newest stored close; null without either. Brings nothing in. */
export async function readPriceNow(
  { stores, quotes }: Pick<Services, 'stores' | 'quotes'>,
  series: SeriesKey,
  now: number,
): Promise<PriceNow | null> {
  const quote = await quotes.quote(series.ticker);
  if (quote !== null) return { usd: (quote.bid + quote.ask) / 2, ageMs: 0 };
  const [newest] = await stores.candles.read(series, { to: now, last: 1 });
  if (newest === undefined) return null;
  return { usd: newest.close, ageMs: Math.max(0, now - candleEnd(newest.ts, series.timeframe)) };
}

import type { ChartRenderer, ChartSpec } from '../src/app/ports.ts';
import { candleEnd, candleSpans, sessionsBetween } from '../src/domain/calendar.ts';
import { levelsFor } from '../src/domain/levels.ts';

/** A signal chart of 90 candles after 50 of warm-up, on a random walk that is the same in every run. */
export function walkingSpec(): ChartSpec {
  let seed = 42;
  const random = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return seed / 2 ** 32;
  };
  let price = 400;
  const candles = sessionsBetween(Date.parse('2024-03-05T12:00:00Z'), Date.parse('2024-03-06T22:00:00Z'))
    .flatMap((session) => candleSpans(session, '5m'))
    .slice(-140)
    .map(({ ts }) => {
      const open = price;
      price += random() - 0.5;
      const [high, low] = [Math.max(open, price) + random() / 4, Math.min(open, price) - random() / 4];
      return { ts, open, high, low, close: price, volume: 1_000 + Math.floor(random() * 9_000), vwap: null };
    });
  const last = candles.at(-1)?.ts ?? 0;
  return {
    ticker: 'SPY',
    timeframe: '5m',
    candles,
    shown: 90,
    levels: levelsFor(price, { side: 'long', atr14: 0.6, rule: 'atr' }),
    side: 'long',
    firedAt: candleEnd(last, '5m'),
  };
}

/** Many of the same chart, asked for at once. */
export async function drawMany(renderer: ChartRenderer, spec: ChartSpec, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => renderer.draw(spec)));
}

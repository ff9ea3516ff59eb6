import { candleSpans, sessionsBetween } from '../src/domain/calendar.ts';
import { MARKET_TICKER, VOLATILITY_TICKER } from '../src/domain/ticker.ts';
import type { Prices } from '../src/sandbox/yahoo/prices.ts';

const DAY = 86_400_000;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const WAVE_MS = [11, 97, 1013].map((minutes) => minutes * 60_000);

/** A market of many tickers whose candles cost next to nothing to make: each follows from ticker and time. */
export function cheapPrices(count: number, now: number): Prices & { readonly traded: readonly string[] } {
  const traded = Array.from(
    { length: count },
    (_, index) => `Z${LETTERS[Math.floor(index / 26) % 26]}${LETTERS[index % 26]}`,
  );
  const tickers = [MARKET_TICKER, VOLATILITY_TICKER, ...traded];
  return {
    traded,
    tickers: () => tickers,
    candles(ticker, timeframe, from, to) {
      const place = tickers.indexOf(ticker);
      if (place === -1) return [];
      return sessionsBetween(from, to, timeframe)
        .flatMap((session) => candleSpans(session, timeframe))
        .filter(({ ts }) => ts >= from && ts < to)
        .map(({ ts, end }) => candle(place, ts, end));
    },
    span: () => ({ from: now - 400 * DAY, to: now + 400 * DAY }),
    label: 'Simulated prices',
    describe: () => 'Prices are waves.',
  };
}

function candle(place: number, ts: number, end: number) {
  const [open, close] = [priceAt(place, ts), priceAt(place, end)];
  const volume = 1000 + (((ts / 60_000) * (place + 7)) % 997);
  return { ts, open, high: Math.max(open, close) + 0.05, low: Math.min(open, close) - 0.05, close, volume };
}

/** USD, to the cent. */
function priceAt(place: number, ts: number): number {
  const wave = WAVE_MS.reduce(
    (sum, length, n) => sum + (n + 1) * Math.sin((ts + place * length) / length),
    0,
  );
  return Math.round((100 + place + wave) * 100) / 100;
}

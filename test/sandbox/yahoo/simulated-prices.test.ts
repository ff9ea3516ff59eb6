import { describe, expect, it } from 'vitest';
import { sessionOn } from '../../../src/domain/calendar.ts';
import { checkCandles } from '../../../src/domain/check-candles.ts';
import { FETCHED_TIMEFRAMES } from '../../../src/domain/timeframe.ts';
import { createSimulatedPrices } from '../../../src/sandbox/yahoo/simulated-prices.ts';

const prices = createSimulatedPrices(7);
const { from: BEGIN } = prices.span();
const NOW = Date.UTC(2026, 10, 21);
const FRIDAY = sessionOn('2026-11-20')?.open ?? Number.NaN;
const CLOSE = FRIDAY + 390 * 60_000;

function dailyReturns(ticker: string): number[] {
  const closes = prices.candles(ticker, '1d', BEGIN, NOW).map(({ close }) => close ?? 0);
  return closes.slice(1).map((close, index) => Math.log(close / (closes[index] ?? close)));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, index) => sum + (value - mx) * ((y[index] ?? my) - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

describe('a simulated market', () => {
  it('is the same for the same seed, whatever was asked before and however much is asked', () => {
    const other = createSimulatedPrices(7);

    const minute = other.candles('AMD', '1m', FRIDAY + 60_000, FRIDAY + 120_000);
    const day = prices.candles('AMD', '1m', FRIDAY, CLOSE);

    expect(minute).toEqual([day[1]]);
  });

  it('is another one for another seed', () => {
    const [here] = prices.candles('SPY', '1d', FRIDAY, CLOSE);
    const [there] = createSimulatedPrices(8).candles('SPY', '1d', FRIDAY, CLOSE);

    expect(here?.close).not.toBe(there?.close);
  });

  it.each(FETCHED_TIMEFRAMES)('passes every check with its %s candles', (timeframe) => {
    for (const ticker of prices.tickers()) {
      const rows = prices.candles(ticker, timeframe, FRIDAY - 10 * 86_400_000, CLOSE);

      const { candles, rejected } = checkCandles(rows, { timeframe, now: NOW, graceMs: 0 });

      expect(rejected, ticker).toEqual({});
      expect(candles.length, ticker).toBeGreaterThan(6);
    }
  });

  it('agrees with itself across timeframes', () => {
    const minutes = prices.candles('NVDA', '1m', FRIDAY, CLOSE);
    const [day] = prices.candles('NVDA', '1d', FRIDAY, CLOSE);

    expect(minutes).toHaveLength(390);
    expect(day).toMatchObject({
      open: minutes[0]?.open,
      close: minutes.at(-1)?.close,
      high: Math.max(...minutes.map(({ high }) => high ?? 0)),
      volume: minutes.reduce((sum, { volume }) => sum + (volume ?? 0), 0),
    });
  });

  it('keeps half days short', () => {
    const halfDay = sessionOn('2026-11-27')?.open ?? Number.NaN;

    expect(prices.candles('SPY', '1m', halfDay, halfDay + 86_400_000)).toHaveLength(210);
  });

  it('moves like a market: shares with it, fear against it, each within reason', () => {
    const market = dailyReturns('SPY');
    const volatility = Math.sqrt(market.reduce((sum, r) => sum + r * r, 0) / market.length) * Math.sqrt(252);

    expect(market.length).toBeGreaterThan(500);
    expect(volatility).toBeGreaterThan(0.08);
    expect(volatility).toBeLessThan(0.35);
    expect(correlation(market, dailyReturns('QQQ'))).toBeGreaterThan(0.8);
    expect(correlation(market, dailyReturns('TSLA'))).toBeGreaterThan(0.3);
    expect(correlation(market, dailyReturns('^VIX'))).toBeLessThan(-0.5);
  });

  it('trades more at both ends of a session than at noon', () => {
    const volumes = Array.from({ length: 26 }, () => 0);
    for (const { ts, volume } of prices.candles('AAPL', '15m', FRIDAY - 40 * 86_400_000, CLOSE)) {
      const sessionOpen = sessionOn(new Date(ts).toISOString().slice(0, 10))?.open ?? ts;
      const slot = (ts - sessionOpen) / 900_000;
      volumes[slot] = (volumes[slot] ?? 0) + (volume ?? 0);
    }

    const noon = volumes[12] ?? 0;
    expect(volumes[0]).toBeGreaterThan(2 * noon);
    expect(volumes[25]).toBeGreaterThan(1.2 * noon);
  });

  it('bursts on heavy volume now and then, but not every hour', () => {
    const candles = prices.candles('AMD', '5m', FRIDAY - 60 * 86_400_000, CLOSE);
    const loud = candles.filter(({ volume }, index) => {
      const before = candles.slice(Math.max(0, index - 20), index);
      const mean = before.reduce((sum, candle) => sum + (candle.volume ?? 0), 0) / before.length;
      return index >= 20 && (volume ?? 0) > 1.5 * mean;
    });

    const share = loud.length / candles.length;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.2);
  });

  it('says that it is one', () => {
    expect(prices.describe()).toMatch(/^Prices are simulated: /);
  });

  it('knows nothing of a ticker it does not have', () => {
    expect(prices.candles('NOPE', '5m', FRIDAY, CLOSE)).toEqual([]);
  });
});

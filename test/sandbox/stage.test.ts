import { describe, expect, it } from 'vitest';
import { candleEnd } from '../../src/domain/calendar.ts';
import type { Candle } from '../../src/domain/candle.ts';
import type { FetchedTimeframe } from '../../src/domain/timeframe.ts';
import { chooseStage } from '../../src/sandbox/stage.ts';
import type { Prices } from '../../src/sandbox/yahoo/prices.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { createStoredPrices, type StoredSeries } from '../../src/sandbox/yahoo/stored-prices.ts';
import { at, aWalk } from '../support/builders.ts';

type Recorded = readonly [ticker: string, timeframe: FetchedTimeframe, candles: readonly Candle[]];

function recorded(...files: readonly Recorded[]): Prices {
  const series = new Map<string, StoredSeries>();
  for (const [ticker, timeframe, candles] of files) {
    series.set(ticker, (series.get(ticker) ?? new Map()).set(timeframe, candles));
  }
  return createStoredPrices(series, () => 'Made for a test.');
}

describe('chooseStage', () => {
  it('leaves 500 candles as history and plays the rest to its end', () => {
    const candles = aWalk(1200);
    const prices = recorded(['SPY', '5m', candles]);

    const stage = chooseStage(prices, prices.span().from);

    expect(stage).toEqual({
      tickers: ['SPY'],
      timeframe: '5m',
      start: candleEnd(candles[499]?.ts ?? 0, '5m'),
      until: candleEnd(candles[1199]?.ts ?? 0, '5m'),
    });
  });

  it('plays half of a short recording', () => {
    const candles = aWalk(300);
    const prices = recorded(['SPY', '5m', candles]);

    const { start } = chooseStage(prices, prices.span().from);

    expect(start).toBe(candleEnd(candles[149]?.ts ?? 0, '5m'));
  });

  it('begins where it is told to', () => {
    const candles = aWalk(3000);
    const from = candles[1000]?.ts ?? 0;

    const { start } = chooseStage(recorded(['SPY', '5m', candles]), from);

    expect(start).toBe(candleEnd(candles[1499]?.ts ?? 0, '5m'));
  });

  it('plays 15m candles where there are too few of 5m', () => {
    const prices = recorded(['SPY', '5m', aWalk(300)], ['SPY', '15m', aWalk(700, { timeframe: '15m' })]);

    expect(chooseStage(prices, prices.span().from).timeframe).toBe('15m');
  });

  it('prefers 5m where there are enough of both', () => {
    const prices = recorded(['SPY', '1m', aWalk(6000, { timeframe: '1m' })]);

    expect(chooseStage(prices, prices.span().from).timeframe).toBe('5m');
  });

  it('watches the tickers that have such candles, and never the VIX', () => {
    const prices = recorded(
      ['AAPL', '1d', aWalk(30, { timeframe: '1d' })],
      ['QQQ', '5m', aWalk(1100, { date: '2024-03-01' })],
      ['SPY', '5m', aWalk(1300)],
      ['^VIX', '5m', aWalk(2000)],
    );

    expect(chooseStage(prices, prices.span().from).tickers).toEqual(['QQQ', 'SPY']);
  });

  it('ends with the last candle that can be played, whatever else is recorded later', () => {
    const candles = aWalk(1200);
    const prices = recorded(
      ['QQQ', '5m', aWalk(300)],
      ['SPY', '5m', candles],
      ['SPY', '1d', aWalk(500, { timeframe: '1d' })],
    );

    expect(chooseStage(prices, prices.span().from).until).toBe(candleEnd(candles[1199]?.ts ?? 0, '5m'));
  });

  it('plays a simulated market in 5m candles', () => {
    const prices = createSimulatedPrices(1, at('2026-06-30T00:00:00Z'));

    const stage = chooseStage(prices, at('2026-01-02T14:30:00Z'));

    expect(stage.timeframe).toBe('5m');
    expect(stage.tickers).toContain('SPY');
    expect(stage.until).toBe(at('2026-06-29T20:00:00Z'));
    expect(stage.start, 'six and a half sessions later').toBe(at('2026-01-12T17:10:00Z'));
  });

  it.each([
    ['daily candles only', recorded(['SPY', '1d', aWalk(300, { timeframe: '1d' })])],
    ['a single candle', recorded(['SPY', '5m', aWalk(1)])],
  ])('refuses %s', (_, prices) => {
    expect(() => chooseStage(prices, prices.span().from)).toThrow('too few to be played');
  });
});

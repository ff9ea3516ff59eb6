import { describe, expect, test } from 'vitest';
import { smaSeries, vwapSeries } from '../../src/chart/indicators.ts';
import type { Candle } from '../../src/domain/candle.ts';
import { climbingCandles } from './charts.ts';

const twoSessions = climbingCandles('15m', '2024-03-05T12:00:00Z', '2024-03-06T22:00:00Z');

/** Volume-weighted mean of (high + low + close) / 3, by the textbook. */
function meanPrice(candles: readonly Candle[]): number {
  const shares = candles.reduce((sum, { volume }) => sum + volume, 0);
  return candles.reduce((sum, c) => sum + ((c.high + c.low + c.close) / 3) * c.volume, 0) / shares;
}

describe('the moving average', () => {
  test('is null before its length and the mean of the closes from then on', () => {
    const series = smaSeries(twoSessions, 20);

    const mean = twoSessions.slice(10, 30).reduce((sum, { close }) => sum + close, 0) / 20;
    expect(series.slice(0, 19).every((value) => value === null)).toBe(true);
    expect(series[29]).toBeCloseTo(mean, 9);
  });
});

describe('the VWAP', () => {
  test('begins anew with each session', () => {
    const series = vwapSeries(twoSessions, '15m');

    expect(series[25]).toBeCloseTo(meanPrice(twoSessions.slice(0, 26)), 9);
    expect(series[26]).toBeCloseTo(meanPrice(twoSessions.slice(26, 27)), 9);
    expect(series[51]).toBeCloseTo(meanPrice(twoSessions.slice(26)), 9);
  });

  test('stays unknown in a session whose open is not there', () => {
    const series = vwapSeries(twoSessions.slice(3), '15m');

    expect(series.slice(0, 23).every((value) => value === null)).toBe(true);
    expect(series[23]).toBeCloseTo(meanPrice(twoSessions.slice(26, 27)), 9);
  });

  test('carries on over a candle without volume and is unknown before the first trade', () => {
    const quiet = twoSessions.map((candle, index) => (index % 26 === 0 ? { ...candle, volume: 0 } : candle));

    const series = vwapSeries(quiet, '15m');

    expect(series[0]).toBeNull();
    expect(series[26], 'nothing is carried over the night').toBeNull();
    expect(series[1]).toBeCloseTo(meanPrice(twoSessions.slice(1, 2)), 9);
  });

  test('rolls over twenty candles where a session has only two', () => {
    const candles = climbingCandles('4h', '2024-03-04T12:00:00Z', '2024-03-29T22:00:00Z');

    const series = vwapSeries(candles, '4h');

    expect(series[18]).toBeNull();
    expect(series[25]).toBeCloseTo(meanPrice(candles.slice(6, 26)), 9);
  });
});

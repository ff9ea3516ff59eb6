import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ChartSpec } from '../../src/app/ports.ts';
import { candleEnd, candleSpans, sessionsBetween, spanAt } from '../../src/domain/calendar.ts';
import type { Candle } from '../../src/domain/candle.ts';
import { levelsFor } from '../../src/domain/levels.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';

/** Candles of all sessions between two dates that climb a cent each from 100 USD, 1,000 shares each. */
export function climbingCandles(timeframe: Timeframe, from: string, to: string): Candle[] {
  return sessionsBetween(Date.parse(from), Date.parse(to), timeframe)
    .flatMap((session) => candleSpans(session, timeframe))
    .map(({ ts }, index) => {
      const open = 100 + index / 100;
      const close = open + 0.01;
      return { ts, open, high: close + 0.01, low: open - 0.01, close, volume: 1_000, vwap: null };
    });
}

/** A plain 5m chart of 90 candles up to the close of Wednesday 2024-03-06, unless said otherwise. */
export function aSpec(overrides: Partial<ChartSpec> = {}): ChartSpec {
  return {
    ticker: 'SPY',
    timeframe: '5m',
    candles: climbingCandles('5m', '2024-03-04T12:00:00Z', '2024-03-06T22:00:00Z'),
    shown: 90,
    levels: null,
    side: null,
    firedAt: null,
    ...overrides,
  };
}

/** The same with a long signal on its last candle. */
export function aSignalSpec(overrides: Partial<ChartSpec> = {}): ChartSpec {
  const spec = aSpec(overrides);
  const last = spec.candles.at(-1);
  if (last === undefined) throw new Error('a signal needs a candle');
  return {
    ...spec,
    side: 'long',
    levels: levelsFor(last.close, { side: 'long', atr14: 0.1, rule: 'atr' }),
    firedAt: candleEnd(last.ts, spec.timeframe),
    ...overrides,
  };
}

/** Regular candles of a recorded file, oldest first. */
export function recordedCandles(file: string, timeframe: Timeframe): Candle[] {
  const [, ...rows] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return rows
    .map((row) => {
      const [time = '', ...numbers] = row.split(',');
      const [open = 0, high = 0, low = 0, close = 0, volume = 0] = numbers.map(Number);
      return { ts: Date.parse(time), open, high, low, close, volume, vwap: null };
    })
    .filter((candle) => spanAt(candle.ts, timeframe) !== null);
}

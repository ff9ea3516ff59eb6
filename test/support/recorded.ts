import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { newYorkDate } from '../../src/domain/calendar.ts';
import type { Candle, RawCandle } from '../../src/domain/candle.ts';
import { checkCandles } from '../../src/domain/check-candles.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';
import { aSession } from './builders.ts';

/** Rows of a recorded file, in the format that shared/data/README.md gives. */
export function readRows(file: string): RawCandle[] {
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(1);
  return lines.map((line) => {
    const [time = '', open, high, low, close, volume] = line.split(',');
    return {
      ts: Date.parse(time),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
    };
  });
}

/** The regular candles of a recorded file. */
export function readCandles(file: string, timeframe: Timeframe): readonly Candle[] {
  return checkCandles(readRows(file), { timeframe, now: Date.UTC(2026, 10, 22), graceMs: 0 }).candles;
}

/** Coverage of every session in which there is a candle. */
export function coverageOf(candles: readonly Candle[]): { date: string; coveredThrough: number }[] {
  const dates = [...new Set(candles.map(({ ts }) => newYorkDate(ts)))];
  return dates.map((date) => ({ date, coveredThrough: aSession(date).close }));
}

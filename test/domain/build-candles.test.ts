import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCandles } from '../../src/domain/build-candles.ts';
import { candleSpans, newYorkClock } from '../../src/domain/calendar.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';
import { aCandle, aSession, aWalk } from '../support/builders.ts';
import { coverageOf, readCandles } from '../support/recorded.ts';
import { sharedData } from '../support/shared-data.ts';

const MINUTE = 60_000;

/** The hourly candles of one session, closing at 1, 2, 3 … USD. */
function hoursOf(date: string) {
  return candleSpans(aSession(date), '1h').map(({ ts }, index) =>
    aCandle({
      ts,
      open: index + 0.5,
      close: index + 1,
      high: index + 1.2,
      low: index + 0.4,
      volume: 100 + index,
    }),
  );
}

const wholeDay = (date: string) => [{ date, coveredThrough: aSession(date).close }];

describe('buildCandles', () => {
  it('merges hours into 4h candles anchored at the open', () => {
    const built = buildCandles(hoursOf('2024-01-02'), {
      base: '1h',
      timeframe: '4h',
      coverage: wholeDay('2024-01-02'),
    });

    expect(built).toEqual([
      { ts: aSession().open, open: 0.5, high: 4.2, low: 0.4, close: 4, volume: 406, vwap: null },
      {
        ts: aSession().open + 240 * MINUTE,
        open: 4.5,
        high: 7.2,
        low: 4.4,
        close: 7,
        volume: 315,
        vwap: null,
      },
    ]);
  });

  it('makes one shorter candle of a half day', () => {
    const built = buildCandles(hoursOf('2024-07-03'), {
      base: '1h',
      timeframe: '5h',
      coverage: wholeDay('2024-07-03'),
    });

    expect(built.map(({ ts, close, volume }) => [newYorkClock(ts), close, volume])).toEqual([
      ['09:30', 4, 406],
    ]);
  });

  it('waits until the whole span is covered', () => {
    const { open } = aSession();
    const coveredThrough = open + 239 * MINUTE;

    const build = (through: number) =>
      buildCandles(hoursOf('2024-01-02'), {
        base: '1h',
        timeframe: '4h',
        coverage: [{ date: '2024-01-02', coveredThrough: through }],
      });

    expect(build(coveredThrough)).toEqual([]);
    expect(build(open + 240 * MINUTE)).toHaveLength(1);
  });

  it('takes an absent candle of a covered session for no trade, and a span without any for no candle', () => {
    const [first, , third] = hoursOf('2024-01-02');
    const traded = [first, third].filter((candle) => candle !== undefined);

    const built = buildCandles(traded, { base: '1h', timeframe: '4h', coverage: wholeDay('2024-01-02') });

    expect(built.map(({ close, volume }) => [close, volume])).toEqual([[3, 202]]);
  });

  it('builds nothing from candles outside the coverage', () => {
    const candles = [...hoursOf('2024-01-02'), ...hoursOf('2024-01-03')];

    const built = buildCandles(candles, { base: '1h', timeframe: '1d', coverage: wholeDay('2024-01-03') });

    expect(built.map(({ ts }) => ts)).toEqual([aSession('2024-01-03').open]);
  });

  it('weighs vwap by volume, and has none when one candle has none', () => {
    const { open } = aSession();
    const pair = [
      aCandle({ ts: open, volume: 300, vwap: 100 }),
      aCandle({ ts: open + 5 * MINUTE, volume: 100, vwap: 104 }),
    ];
    const coverage = [{ date: '2024-01-02', coveredThrough: open + 15 * MINUTE }];

    const built = buildCandles(pair, { base: '5m', timeframe: '15m', coverage });
    const without = buildCandles([...pair, aCandle({ ts: open + 10 * MINUTE })], {
      base: '5m',
      timeframe: '15m',
      coverage,
    });

    expect(built[0]?.vwap).toBe(101);
    expect(without[0]?.vwap).toBeNull();
  });

  it('refuses a base that does not divide the timeframe', () => {
    expect(() => buildCandles([], { base: '4h', timeframe: '5h', coverage: [] })).toThrow(/cannot be built/);
    expect(() => buildCandles([], { base: '1h', timeframe: '1h', coverage: [] })).toThrow(/cannot be built/);
  });

  it('gives the same by way of a middle timeframe, and keeps volume, high and low of any gappy walk', () => {
    const via = fc.constantFrom<Timeframe>('5m', '15m', '1h');
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 9 }), via, (seed, drop, middle) => {
        const base = aWalk(800, { timeframe: '1m', seed }).filter((_, index) => index % drop !== 0);
        const coverage = coverageOf(base);
        const build = (candles: typeof base, from: Timeframe, timeframe: Timeframe) =>
          buildCandles(candles, { base: from, timeframe, coverage });

        const direct = build(base, '1m', '4h');

        expect(build(build(base, '1m', middle), middle, '4h')).toEqual(direct);
        const sum = (candles: typeof base) => candles.reduce((total, { volume }) => total + volume, 0);
        expect(sum(direct)).toBe(sum(base));
        expect(Math.max(...direct.map(({ high }) => high))).toBe(Math.max(...base.map(({ high }) => high)));
        expect(Math.min(...direct.map(({ low }) => low))).toBe(Math.min(...base.map(({ low }) => low)));
      }),
      { numRuns: 25 },
    );
  });
});

const spy = sharedData('stratback-5m/SPY_5m_2022-02-14_2022-08-12.csv.gz');

describe.skipIf(spy === null)('buildCandles on recorded 5m candles', () => {
  it('makes exactly two 4h candles of each of 125 days, through a change of the clocks', () => {
    const candles = readCandles(spy ?? '', '5m');

    const built = buildCandles(candles, { base: '5m', timeframe: '4h', coverage: coverageOf(candles) });

    expect(built).toHaveLength(250);
    expect(new Set(built.map(({ ts }) => newYorkClock(ts)))).toEqual(new Set(['09:30', '13:30']));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candleEnd } from '../../../src/domain/calendar.ts';
import { FEATURE_KEYS } from '../../../src/domain/features/feature.ts';
import { HISTORY_CANDLES, WARM_UP_CANDLES } from '../../../src/domain/features/history.ts';
import { reproduceVector } from '../../../src/domain/features/reproduce-vector.ts';
import { createVectorStream } from '../../../src/domain/features/vector.ts';
import { aWalk } from '../../support/builders.ts';
import { aContext, higherOf, vectorsOf } from '../../support/features.ts';

const RECURSIVE = ['rsi14', 'macd_hist', 'atr14'] as const;

const spy15m = aWalk(700, { timeframe: '15m', date: '2024-01-02', seed: 5 });
const spy1d = aWalk(260, { timeframe: '1d', date: '2023-01-03', seed: 6 });
const vix15m = aWalk(700, { timeframe: '15m', date: '2024-01-02', seed: 7 });
const walk = aWalk(1500, { seed: 3 });
const sources = { ticker: 'AAPL', higher: higherOf(walk, '5m'), spy15m, spy1d, vix15m };
const full = vectorsOf(walk, { context: aContext(sources) });

describe('a vector stream', () => {
  it('fills every key but the spread once it is warm, and the spread when there is a quote', () => {
    const vector = vectorsOf(walk, { context: aContext(sources), quote: { bid: 99.99, ask: 100.01 } }).at(-1);

    expect(FEATURE_KEYS.filter((key) => full.at(-1)?.[key] === null)).toEqual(['spread_bps']);
    expect(FEATURE_KEYS.filter((key) => vector?.[key] === null)).toEqual([]);
    expect(vector?.spread_bps).toBeCloseTo(2, 9);
  });

  it.each([
    ...RECURSIVE.map((key) => [key, WARM_UP_CANDLES] as const),
    ['bb_width', 20] as const,
    ['trend_sma20_pct', 20] as const,
    ['trend_sma50_pct', 50] as const,
    ['trend_sma200_pct', 200] as const,
    ['rel_vol_20', 21] as const,
    ['realized_vol_20', 21] as const,
    ['ret_1', 2] as const,
    ['ret_5', 6] as const,
    ['vwap_dist', 1] as const,
    ['session_flag', 1] as const,
  ])('has %s from candle %i on, not before', (key, first) => {
    expect(full.findIndex((vector) => vector[key] !== null) + 1).toBe(first);
  });

  it('does not look ahead: a vector is the same whatever comes after', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: walk.length - 1 }), fc.integer(), (cut, seed) => {
        const others = aWalk(walk.length, { seed }).slice(cut);

        const vectors = vectorsOf([...walk.slice(0, cut), ...others], { context: aContext(sources) });

        expect(vectors.slice(0, cut)).toEqual(full.slice(0, cut));
      }),
      { numRuns: 10 },
    );
  });

  it('gives the same last digit for any start that is far enough back', () => {
    fc.assert(
      fc.property(fc.integer({ min: HISTORY_CANDLES, max: walk.length }), (end) => {
        const start = Math.max(0, end - HISTORY_CANDLES - (end % 50));

        const vector = vectorsOf(walk.slice(start, end), { context: aContext(sources) }).at(-1);

        expect(vector).toEqual(full[end - 1]);
      }),
      { numRuns: 30 },
    );
  });

  it('is within 1e-9 of that for a start 500 candles back', () => {
    for (let end = 600; end <= walk.length; end += 100) {
      const vector = vectorsOf(walk.slice(end - 500, end), { context: aContext(sources) }).at(-1);

      for (const key of FEATURE_KEYS) {
        const expected = full[end - 1]?.[key] ?? null;
        if (expected === null) expect(vector?.[key], key).toBeNull();
        else
          expect(Math.abs((vector?.[key] ?? Number.NaN) - expected), key).toBeLessThanOrEqual(
            1e-9 * Math.abs(expected),
          );
      }
    }
  });

  it('refuses a candle that is not newer, and one outside regular hours', () => {
    const stream = createVectorStream({ timeframe: '5m', context: aContext() });
    const [first, second] = aWalk(2);
    if (first === undefined || second === undefined) throw new Error('two candles are needed');
    stream(second);

    expect(() => stream(first)).toThrow(/not newer/);
    expect(() => stream({ ...first, ts: second.ts + 9 * 3_600_000 })).toThrow(/outside regular hours/);
  });
});

describe('feature inputs', () => {
  it('name the candles from which exactly the same vector is computed, with or without later ones', () => {
    const context = aContext(sources);
    const stream = createVectorStream({ timeframe: '5m', context });
    const checked: number[] = [];
    for (const [index, candle] of walk.entries()) {
      const vector = stream(candle);
      if (index % 130 !== 0) continue;
      const inputs = context.inputs(candleEnd(candle.ts, '5m'), {
        timeframe: '5m',
        range: stream.ownInputs(),
      });
      const cut = (key: string, candles: readonly (typeof candle)[]) => {
        const range = inputs[key];
        return range ? candles.filter(({ ts }) => ts >= range.first && ts <= range.last) : [];
      };

      const again = reproduceVector({
        ticker: 'AAPL',
        timeframe: '5m',
        candles: cut('AAPL 5m', walk),
        higher: new Map(
          [...sources.higher].map(([larger, candles]) => [larger, cut(`AAPL ${larger}`, candles)]),
        ),
        spy15m: cut('SPY 15m', spy15m),
        spy1d: cut('SPY 1d', spy1d),
        vix15m: cut('^VIX 15m', vix15m),
        quote: null,
      });

      expect(again).toEqual(vector);
      checked.push(index);
    }

    expect(checked).toHaveLength(12);
  });

  it('go back as far as the history that matters, no further', () => {
    const stream = createVectorStream({ timeframe: '5m', context: aContext() });
    expect(stream.ownInputs()).toBeNull();

    for (const candle of walk.slice(0, 10)) stream(candle);
    expect(stream.ownInputs()).toEqual({ first: walk[0]?.ts, last: walk[9]?.ts });

    for (const candle of walk.slice(10, 1000)) stream(candle);
    expect(stream.ownInputs()).toEqual({ first: walk[1000 - HISTORY_CANDLES]?.ts, last: walk[999]?.ts });
  });
});

import { describe, expect, it } from 'vitest';
import type { FeatureKey } from '../../../src/domain/features/feature.ts';
import { aWalk, type CandleShape, someCandles } from '../../support/builders.ts';
import { vectorsOf } from '../../support/features.ts';

const last = (shapes: readonly CandleShape[], key: FeatureKey, timeframe: '5m' | '4h' | '1m' = '5m') =>
  vectorsOf(someCandles(shapes, { timeframe }), { timeframe }).at(-1)?.[key];
const flat = (count: number, shape: CandleShape = {}) =>
  Array.from({ length: count }, () => ({ close: 100, ...shape }));
const still = { open: 100, high: 100, low: 100, close: 100 };

describe('rsi14', () => {
  it('is 50 while the price never moves', () => {
    expect(last(flat(300, still), 'rsi14')).toBe(50);
  });

  it('is 100 after nothing but gains and 0 after nothing but losses', () => {
    const steps = Array.from({ length: 300 }, (_, index) => index);

    expect(
      last(
        steps.map((step) => ({ close: 100 + step })),
        'rsi14',
      ),
    ).toBe(100);
    expect(
      last(
        steps.map((step) => ({ close: 500 - step })),
        'rsi14',
      ),
    ).toBe(0);
  });
});

describe('bollinger bands', () => {
  it('have width 0 and no position when they are flat', () => {
    // 0.1 has no exact binary form: sums of it must not look like width.
    expect(last(flat(30, { ...still, open: 0.1, high: 0.1, low: 0.1, close: 0.1 }), 'bb_width')).toBe(0);
    expect(last(flat(30, { ...still, open: 0.1, high: 0.1, low: 0.1, close: 0.1 }), 'bb_pct')).toBeNull();
  });

  it('are two population deviations wide on either side', () => {
    const shapes = Array.from({ length: 20 }, (_, index) => ({ close: index % 2 === 0 ? 99 : 101 }));

    expect(last(shapes, 'bb_width')).toBeCloseTo(4 / 100, 12);
    expect(last(shapes, 'bb_pct')).toBeCloseTo(0.75, 12);
  });
});

describe('vwap_dist', () => {
  it('begins anew with each session', () => {
    const candles = someCandles([...flat(77), { close: 100 }, { close: 200, high: 200, low: 200 }]);

    const vectors = vectorsOf(candles);

    expect(vectors[77]?.minutes_since_open).toBe(390);
    expect(vectors[78]?.vwap_dist).toBe(0);
  });

  it('weighs typical price by volume', () => {
    const shapes = [
      { high: 101, low: 99, close: 100, volume: 300 },
      { high: 106, low: 102, close: 104, volume: 100 },
    ];

    expect(last(shapes, 'vwap_dist')).toBeCloseTo((104 - 101) / 101, 12);
  });

  it('is null while nothing traded and keeps its value over a candle without volume', () => {
    const empty = { close: 110, volume: 0 };

    expect(last([empty], 'vwap_dist')).toBeNull();
    expect(last([{ high: 101, low: 99, close: 100 }, empty], 'vwap_dist')).toBeCloseTo(0.1, 12);
  });

  it('is null in a first session whose beginning was not seen', () => {
    const candles = aWalk(156).slice(10);

    const known = vectorsOf(candles).map(({ vwap_dist }) => vwap_dist !== null);

    expect(known.lastIndexOf(false)).toBe(67);
    expect(known.indexOf(true)).toBe(68);
  });

  it('rolls over 20 candles where a session has too few', () => {
    const shapes = [...flat(19, { high: 101, low: 99 }), { high: 121, low: 119, close: 120 }];

    expect(last(shapes.slice(1), 'vwap_dist', '4h')).toBeNull();
    expect(last(shapes, 'vwap_dist', '4h')).toBeCloseTo((120 - 101) / 101, 12);
  });
});

describe('rel_vol_20', () => {
  it('compares with the 20 candles before, not with itself', () => {
    expect(last([...flat(20), { close: 100, volume: 3000 }], 'rel_vol_20')).toBe(3);
  });

  it('is null after 20 candles without volume', () => {
    expect(last([...flat(20, { volume: 0 }), { close: 100, volume: 10 }], 'rel_vol_20')).toBeNull();
  });
});

describe('returns', () => {
  it('are fractions of the close 1 and 5 candles before', () => {
    const shapes = [100, 101, 102, 103, 104, 110].map((close) => ({ close }));

    expect(last(shapes, 'ret_1')).toBeCloseTo(110 / 104 - 1, 12);
    expect(last(shapes, 'ret_5')).toBeCloseTo(0.1, 12);
  });

  it('have the population deviation of 20 log returns', () => {
    const shapes = Array.from({ length: 21 }, (_, index) => ({
      close: index % 2 === 0 ? 100 : 100 * Math.E ** 0.01,
    }));

    expect(last(shapes, 'realized_vol_20')).toBeCloseTo(0.01, 12);
  });
});

describe('session time', () => {
  it('counts minutes to the close of the candle, which 16:00 still is regular', () => {
    const vectors = vectorsOf(someCandles(flat(78)));

    expect(vectors[0]).toMatchObject({ minutes_since_open: 5, session_flag: 1, day_of_week: 2 });
    expect(vectors[77]).toMatchObject({ minutes_since_open: 390, session_flag: 1 });
  });

  it('ends the last candle of a half day at 13:00', () => {
    const vectors = vectorsOf(someCandles(flat(1), { date: '2024-07-03', timeframe: '4h' }), {
      timeframe: '4h',
    });

    expect(vectors[0]).toMatchObject({ minutes_since_open: 210, day_of_week: 3 });
  });
});

describe('spread_bps', () => {
  it('is null without a quote and with one that has an empty side', () => {
    const [candle] = aWalk(1);
    const spreadOf = (bid: number, ask: number) =>
      vectorsOf(candle ? [candle] : [], { quote: { bid, ask } }).at(0)?.spread_bps;

    expect(last(flat(1), 'spread_bps')).toBeNull();
    expect(spreadOf(0, 100)).toBeNull();
    expect(spreadOf(99.5, 100.5)).toBeCloseTo(100, 9);
  });
});

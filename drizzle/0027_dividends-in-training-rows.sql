-- A label that crosses an ex-date says so (docs/adr/0025-a-dividend-marks-what-crosses-it.md).
CREATE OR REPLACE VIEW training_rows AS
SELECT
  s.id AS signal_id,
  sym.ticker,
  s.timeframe,
  s.fired_at,
  s.side,
  s.price_at_signal,
  (s.features->>'rsi14')::numeric AS rsi14,
  (s.features->>'macd_hist')::numeric AS macd_hist,
  (s.features->>'rel_vol_20')::numeric AS rel_vol_20,
  o.horizon_tf,
  o.horizon_bars,
  o.max_run_up,
  o.max_drawdown,
  o.ret_close,
  o.hit_tp1,
  o.hit_tp2,
  o.hit_tp3,
  o.hit_stop,
  (s.features->>'atr14')::numeric AS atr14,
  (s.features->>'vwap_dist')::numeric AS vwap_dist,
  (s.features->>'bb_width')::numeric AS bb_width,
  (s.features->>'bb_pct')::numeric AS bb_pct,
  (s.features->>'trend_sma20_pct')::numeric AS trend_sma20_pct,
  (s.features->>'trend_sma50_pct')::numeric AS trend_sma50_pct,
  (s.features->>'trend_sma200_pct')::numeric AS trend_sma200_pct,
  (s.features->>'multi_tf_confirmation')::numeric AS multi_tf_confirmation,
  (s.features->>'spread_bps')::numeric AS spread_bps,
  (s.features->>'session_flag')::numeric AS session_flag,
  (s.features->>'spy_15m_ret')::numeric AS spy_15m_ret,
  (s.features->>'vix_level')::numeric AS vix_level,
  (s.features->>'market_regime')::numeric AS market_regime,
  (s.features->>'ret_1')::numeric AS ret_1,
  (s.features->>'ret_5')::numeric AS ret_5,
  (s.features->>'realized_vol_20')::numeric AS realized_vol_20,
  (s.features->>'minutes_since_open')::numeric AS minutes_since_open,
  (s.features->>'day_of_week')::numeric AS day_of_week,
  o.t_to_tp1,
  o.t_to_stop,
  o.first_barrier,
  o.ambiguous,
  o.horizon_end_ts,
  o.label_version,
  s.detector_id,
  s.detector_version,
  s.score,
  s.source_system,
  s.origin,
  s.feature_version,
  -- USD a share that went ex between the entry and the horizon's end: the price fell by it and nobody lost it.
  -- Told when it is read: a dividend that becomes known later is told of old labels too.
  (SELECT coalesce(sum(a.amount_usd), 0) FROM corporate_actions a
   WHERE a.symbol_id = s.symbol_id AND a.kind = 'dividend'
     AND a.ex_date > (s.fired_at AT TIME ZONE 'America/New_York')::date
     AND a.ex_date <= (o.horizon_end_ts AT TIME ZONE 'America/New_York')::date) AS dividend_usd
FROM signals s
JOIN symbols sym ON sym.id = s.symbol_id
JOIN outcomes o ON o.signal_id = s.id AND o.signal_fired_at = s.fired_at
JOIN label_versions v ON v.version = o.label_version AND v.is_default;

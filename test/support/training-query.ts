/** The owner's training query, copied word for word: a contract, not edited when it is in the way. */
export const TRAINING_QUERY = `SELECT
  s.id AS signal_id,
  sym.ticker,
  s.timeframe,
  s.fired_at,
  s.side,
  s.price_at_signal,
  (s.features->>'rsi14')::NUMERIC AS rsi14,
  (s.features->>'macd_hist')::NUMERIC AS macd_hist,
  (s.features->>'rel_vol_20')::NUMERIC AS rel_vol_20,
  o.horizon_tf,
  o.horizon_bars,
  o.max_run_up,
  o.max_drawdown,
  o.ret_close,
  o.hit_tp1,
  o.hit_tp2,
  o.hit_tp3,
  o.hit_stop
FROM signals s
JOIN symbols sym ON sym.id = s.symbol_id
JOIN outcomes o ON o.signal_id = s.id
WHERE o.horizon_tf = '15m' AND o.horizon_bars = 20;`;

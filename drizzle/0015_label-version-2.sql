INSERT INTO label_versions (version, params, description) VALUES (
  2,
  '{"tp1Atr": 1.5, "tp2Atr": 3, "tp3Atr": 5, "stopAtr": 1}',
  'Entry at the open of the next regular candle, invalid when that is at or beyond the stop or TP1. Targets 1.5, 3 and 5 ATR14 and stop 1 ATR14 from the price of the signal, mirrored for shorts; equality is a touch. A level passed by a gap is filled at the open. A tie is settled by the finest covered smaller candles; else the stop wins, ambiguous, with both returns kept.'
) ON CONFLICT (version) DO NOTHING;

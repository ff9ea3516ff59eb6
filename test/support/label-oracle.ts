import type { Pool } from 'pg';

/**
 * Label version 1 once more, as the query one would write first: for every signal and horizon the N candles
 * that follow, by LATERAL. It knows nothing of coverage or of the clock, and of close times only that a
 * candle is as long as its timeframe, so it agrees where all is covered and closed and no candle is cut short.
 */
const LATERAL_LABELS = `
  INSERT INTO outcomes (
    signal_id, signal_fired_at, horizon_tf, horizon_bars, label_version, ret_close, max_run_up, max_drawdown,
    hit_tp1, hit_tp2, hit_tp3, hit_stop, t_to_tp1, t_to_stop, first_barrier, ambiguous, horizon_end_ts
  )
  SELECT
    s.id, s.fired_at, s.timeframe, h.bars, 1,
    round((w.close - s.price_at_signal) / s.price_at_signal, 6),
    round((w.high - s.price_at_signal) / s.price_at_signal, 6),
    round((w.low - s.price_at_signal) / s.price_at_signal, 6),
    w.tp1 IS NOT NULL, w.tp2, w.tp3, w.stop IS NOT NULL,
    w.tp1 + $2::interval - s.fired_at, w.stop + $2::interval - s.fired_at,
    CASE WHEN w.stop <= w.tp1 OR (w.stop IS NOT NULL AND w.tp1 IS NULL) THEN 'stop'
         WHEN w.tp1 IS NOT NULL THEN 'tp1' ELSE 'none' END,
    w.tp1 IS NOT NULL AND w.stop IS NOT NULL AND w.tp1 = w.stop,
    w.last + $2::interval
  FROM signals s
  CROSS JOIN unnest($1::int[]) AS h(bars)
  CROSS JOIN LATERAL (
    SELECT
      count(*) AS candles,
      max(ts) AS last,
      (array_agg(close ORDER BY ts DESC))[1] AS close,
      max(high) AS high,
      min(low) AS low,
      min(ts) FILTER (WHERE CASE s.side WHEN 'long' THEN high * 1000 >= s.price_at_signal * 1015
                                        ELSE low * 1000 <= s.price_at_signal * 985 END) AS tp1,
      bool_or(CASE s.side WHEN 'long' THEN high * 1000 >= s.price_at_signal * 1030
                          ELSE low * 1000 <= s.price_at_signal * 970 END) AS tp2,
      bool_or(CASE s.side WHEN 'long' THEN high * 1000 >= s.price_at_signal * 1050
                          ELSE low * 1000 <= s.price_at_signal * 950 END) AS tp3,
      min(ts) FILTER (WHERE CASE s.side WHEN 'long' THEN low * 1000 <= s.price_at_signal * 990
                                        ELSE high * 1000 >= s.price_at_signal * 1010 END) AS stop
    FROM (
      SELECT ts, high, low, close FROM candles
      WHERE symbol_id = s.symbol_id AND timeframe = s.timeframe AND ts >= s.fired_at
      ORDER BY ts LIMIT h.bars
    ) AS following
  ) AS w
  WHERE w.candles = h.bars
`;

/** Labels every signal of the database by plain SQL. @returns rows inserted. */
export async function labelByLateral(
  pool: Pool,
  { bars, candleLength }: { readonly bars: readonly number[]; readonly candleLength: string },
): Promise<number> {
  const { rowCount } = await pool.query(LATERAL_LABELS, [bars, candleLength]);
  return rowCount ?? 0;
}

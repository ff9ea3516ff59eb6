import type { Pool } from 'pg';

export interface HistoryOptions {
  readonly signals: number;
  /** One signal in so many has a card that was shown. */
  readonly signalsPerCard: number;
  /** Horizons with an outcome, in candles. */
  readonly horizons: readonly number[];
}

/** First moment of the history: Tuesday 19:00 in New York, Wednesday in UTC. */
const START = '2025-01-01T00:00:00Z';
/** Between two signals: about 4000 a day. */
const STEP = '21 seconds';
const SIGNALS_PER_BASELINE = 25;
const LABEL = 'ret_close, max_run_up, max_drawdown, hit_tp1, hit_stop, t_to_tp1, first_barrier, ambiguous';

/**
 * A desk's history out of SQL, the same for the same numbers: signals of five detectors around the clock,
 * random moments, outcomes at each horizon, cards, and what three people did about them.
 */
export async function seedHistory(
  pool: Pool,
  { signals, signalsPerCard, horizons }: HistoryOptions,
): Promise<void> {
  const client = await pool.connect();
  const run = (text: string, values: unknown[] = []) => client.query({ text, values });
  const draw = (salt: number) => `(hashint8extended(n, ${salt}) & 65535) / 65536.0`;
  // The whole session, and volatility over four doublings; one in 1024 does not know its own.
  const features = `jsonb_build_object('minutes_since_open', 5 + floor(${draw(3)} * 77) * 5, 'atr14', 0.5,
    'realized_vol_20', CASE WHEN hashint8extended(n, 4) & 1023 > 0 THEN round((0.0005 * 16 ^ (${draw(4)}))::numeric, 6) END)`;
  const label = (
    salt: string,
  ) => `round((r - 0.5)::numeric / 50, 6) AS ret_close, 0.012 AS max_run_up, -0.008 AS max_drawdown,
    r > 0.7 AS hit_tp1, r < 0.4 AS hit_stop, CASE WHEN r > 0.7 THEN interval '10 minutes' END AS t_to_tp1,
    CASE WHEN r > 0.7 THEN 'tp1' WHEN r < 0.4 THEN 'stop' ELSE 'none' END AS first_barrier, r BETWEEN 0.39 AND 0.4 AS ambiguous
    FROM (SELECT *, (hashint8extended(id, ${salt}) & 65535) / 65536.0 AS r FROM target) drawn`;
  try {
    await run('BEGIN');
    await run('SET LOCAL statement_timeout = 0');
    await run(`INSERT INTO symbols (ticker) VALUES ('HIST') ON CONFLICT DO NOTHING`);
    await run(
      `INSERT INTO detectors (id, version, kind) SELECT 'seed_' || n, '1', 'rule' FROM generate_series(0, 4) n ON CONFLICT DO NOTHING`,
    );
    await run(
      `INSERT INTO signals (symbol_id, timeframe, fired_at, side, detector_id, detector_version, score, price_at_signal,
         source_system, origin, features)
       SELECT (SELECT id FROM symbols WHERE ticker = 'HIST'), '5m', $2::timestamptz + n * $3::interval,
         CASE WHEN ${draw(1)} < 0.5 THEN 'long' ELSE 'short' END, 'seed_' || n % 5, '1', round((${draw(2)})::numeric, 4),
         100, 'basic_scanner', CASE WHEN n % 7 = 0 THEN 'replay' ELSE 'live' END,
         ${features}
       FROM generate_series(1, $1::bigint) n`,
      [signals, START, STEP],
    );
    await run(
      `INSERT INTO baselines (symbol_id, timeframe, ts, closed_at, price_at_baseline, near_signal, features)
       SELECT (SELECT id FROM symbols WHERE ticker = 'HIST'), '5m', at, at + interval '5 minutes', 100, n % 10 = 0, ${features}
       FROM generate_series(1, $1::bigint / $4::int) n CROSS JOIN LATERAL (SELECT $2::timestamptz + n * $4::int * $3::interval AS at) a`,
      [signals, START, STEP, SIGNALS_PER_BASELINE],
    );
    for (const horizon of horizons) {
      await run(
        `WITH target AS (SELECT id, fired_at FROM signals WHERE detector_id LIKE 'seed%' AND id % 11 <> 0)
         INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, label_version, ${LABEL})
         SELECT id, fired_at, '5m', $1::int, 1, ${label('$1::bigint')}`,
        [horizon],
      );
      await run(
        `WITH target AS (SELECT b.id, side.name FROM baselines b CROSS JOIN (VALUES ('long'), ('short')) AS side (name))
         INSERT INTO baseline_outcomes (baseline_id, side, horizon_tf, horizon_bars, label_version, ${LABEL})
         SELECT id, name, '5m', $1::int, 1, ${label('$1::bigint + 1')}`,
        [horizon],
      );
    }
    await run(
      `WITH chosen AS (
         SELECT * FROM signals WHERE detector_id LIKE 'seed%' AND id % $1::int = 0
       ), made AS (
         INSERT INTO cards (symbol_id, timeframe, fired_at, side, channel_id, state)
         SELECT symbol_id, timeframe, fired_at, side, 'c', CASE WHEN id % 13 = 0 THEN 'suppressed' ELSE 'sent' END FROM chosen
         RETURNING id, fired_at
       )
       INSERT INTO alerts (signal_id, signal_fired_at, card_id, payload)
       SELECT c.id, c.fired_at, m.id, '{}' FROM chosen c JOIN made m USING (fired_at)`,
      [signalsPerCard],
    );
    await run(
      `INSERT INTO decisions (signal_id, signal_fired_at, card_id, decided_at, action, decided_by, reasons,
         price_at_decision, latency_ms)
       SELECT a.signal_id, a.signal_fired_at, a.card_id, a.signal_fired_at + (n % 900) * interval '1 second',
         (ARRAY['enter', 'ignore', 'watch', 'snooze'])[1 + (hashint8extended(n, 5) & 3)], who.id,
         CASE WHEN hashint8extended(n, 5) & 3 = 1 THEN to_jsonb(ARRAY['spread']) END, 100.05, n % 900 * 1000
       FROM alerts a
       CROSS JOIN (VALUES ('u1', 1), ('u2', 2), ('u3', 3)) AS who (id, salt)
       CROSS JOIN LATERAL (SELECT a.signal_id * 10 + who.salt AS n) AS number
       WHERE a.signal_id IN (SELECT id FROM signals WHERE detector_id LIKE 'seed%') AND hashint8extended(n, 9) & 3 > 0`,
    );
    await run('COMMIT');
  } catch (error) {
    await run('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** Round trips of one person in fifty tickers, a few dollars won or lost each, every second one with a stop. */
export async function seedTrades(
  pool: Pool,
  { trades, traderId }: { readonly trades: number; readonly traderId: string },
): Promise<void> {
  await pool.query(
    `INSERT INTO symbols (ticker) SELECT 'T' || n FROM generate_series(0, 49) n ON CONFLICT DO NOTHING`,
  );
  for (const leg of [0, 1]) {
    await pool.query(
      `WITH placed AS (
         INSERT INTO orders (symbol_id, side, trader_id, stop_price, qty, submitted_at)
         SELECT (SELECT id FROM symbols WHERE ticker = 'T' || n % 50), CASE $3::int WHEN 0 THEN 'buy' ELSE 'sell' END, $2,
           CASE WHEN $3::int = 0 AND n % 2 = 0 THEN 99 END, 100, at
         FROM generate_series(1, $1::int) n
         CROSS JOIN LATERAL (SELECT $4::timestamptz + (n * 80 + $3::int * 30) * interval '1 minute' AS at) a
         RETURNING id, submitted_at
       )
       INSERT INTO executions (order_id, filled_at, qty, price, fee, tag)
       SELECT id, submitted_at, 100, 100 + $3::int * ((hashint8extended(id, 1) & 255) - 120) / 100.0, 1,
         CASE $3::int WHEN 0 THEN 'ENTRY' ELSE 'EXIT' END FROM placed`,
      [trades, traderId, leg, START],
    );
  }
}

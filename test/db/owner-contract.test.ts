import { expect, test } from 'vitest';
import { withDatabase } from '../support/database.ts';
import { TRAINING_QUERY } from '../support/training-query.ts';

/*
 * What the owner's programs and notebooks rely on. The texts below are the owner's, copied word for
 * word from shared/schema: they are a contract and are not edited when they are in the way.
 */
const database = withDatabase();

/** Columns of the owner's tables with their types, from reference.sql. */
const COLUMNS: Readonly<Record<string, string>> = {
  symbols: `id BIGINT, ticker TEXT, exchange TEXT, asset_type TEXT, currency TEXT, active BOOLEAN,
    first_seen TIMESTAMPTZ, last_seen TIMESTAMPTZ`,
  candles: `symbol_id BIGINT, timeframe TEXT, ts TIMESTAMPTZ, open NUMERIC(18,6), high NUMERIC(18,6),
    low NUMERIC(18,6), close NUMERIC(18,6), volume BIGINT, vwap NUMERIC(18,6), source TEXT, is_adjusted BOOLEAN`,
  detectors: 'id TEXT, version TEXT, kind TEXT, description TEXT, params JSONB',
  signals: `id BIGINT, symbol_id BIGINT, timeframe TEXT, fired_at TIMESTAMPTZ, side TEXT, detector_id TEXT,
    detector_version TEXT, score NUMERIC, price_at_signal NUMERIC(18,6), bid NUMERIC(18,6), ask NUMERIC(18,6),
    spread NUMERIC(18,6), rel_volume NUMERIC(18,6), session TEXT, features JSONB, data_freshness_ms INTEGER,
    source_system TEXT, watch_run_id TEXT`,
  alerts: `id BIGINT, signal_id BIGINT, created_at TIMESTAMPTZ, channel TEXT, payload JSONB, delivered BOOLEAN`,
  decisions: `id BIGINT, signal_id BIGINT, decided_at TIMESTAMPTZ, action TEXT, note TEXT, reasons JSONB,
    decided_by TEXT`,
  orders: `id BIGINT, symbol_id BIGINT, signal_id BIGINT, side TEXT, order_type TEXT, submitted_at TIMESTAMPTZ,
    qty NUMERIC, limit_price NUMERIC(18,6), stop_price NUMERIC(18,6), status TEXT, broker TEXT, meta JSONB`,
  executions: `id BIGINT, order_id BIGINT, filled_at TIMESTAMPTZ, qty NUMERIC, price NUMERIC(18,6),
    fee NUMERIC(18,6), tag TEXT, liquidity TEXT`,
  outcomes: `signal_id BIGINT, horizon_tf TEXT, horizon_bars INTEGER, ret_close NUMERIC(12,6),
    max_run_up NUMERIC(12,6), max_drawdown NUMERIC(12,6), hit_tp1 BOOLEAN, hit_tp2 BOOLEAN, hit_tp3 BOOLEAN,
    hit_stop BOOLEAN, t_to_tp1 INTERVAL, t_to_stop INTERVAL, label_version INTEGER, computed_at TIMESTAMPTZ`,
  baselines: `id BIGINT, symbol_id BIGINT, timeframe TEXT, ts TIMESTAMPTZ, features JSONB, label_version INTEGER`,
  watch_requests: `id BIGINT, symbol_id BIGINT, timeframe TEXT, created_at TIMESTAMPTZ, params JSONB,
    active BOOLEAN`,
};

/** Inserts as the owner's scanners write them: nothing of what OraCore added. In the order of their keys. */
const INSERTS: readonly string[] = [
  `INSERT INTO symbols (id, ticker, exchange) VALUES (501, 'SPY', 'NYSEARCA')`,
  `INSERT INTO candles (symbol_id, timeframe, ts, open, high, low, close, volume, source)
   VALUES (501, '15m', '2026-03-02T14:30:00Z', 100, 101, 99, 100.5, 12000, 'yfinance')`,
  `INSERT INTO detectors (id, version, kind, params) VALUES ('breakout_v1', '1.0.0', 'rule', '{"lookback": 20}')`,
  `INSERT INTO signals (id, symbol_id, timeframe, fired_at, side, detector_id, detector_version, score,
     price_at_signal, session, features, source_system)
   VALUES (9001, 501, '15m', '2026-03-02T14:45:00Z', 'long', 'breakout_v1', '1.0.0', 0.7, 100.5, 'premarket',
     '{"rsi14": 61.5, "macd_hist": 0.12, "rel_vol_20": 1.8}', 'basic_scanner')`,
  `INSERT INTO alerts (signal_id, channel, payload) VALUES (9001, 'discord', '{"text": "SPY"}')`,
  `INSERT INTO decisions (signal_id, decided_at, action) VALUES (9001, now(), 'enter')`,
  `INSERT INTO orders (id, symbol_id, signal_id, side, qty) VALUES (701, 501, 9001, 'buy', 10)`,
  `INSERT INTO orders (symbol_id, side, qty) VALUES (501, 'buy', 5)`,
  `INSERT INTO executions (order_id, filled_at, qty, price, fee, tag) VALUES (701, now(), 10, 100.51, 1, 'ENTRY')`,
  `INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars, ret_close, max_run_up, max_drawdown, hit_tp1,
     hit_tp2, hit_tp3, hit_stop, t_to_tp1)
   VALUES (9001, '15m', 20, 0.0123, 0.02, -0.004, true, false, false, false, '45 minutes')`,
  `INSERT INTO baselines (symbol_id, timeframe, ts, features) VALUES (501, '15m', '2026-03-02T15:00:00Z', '{}')`,
  `INSERT INTO watch_requests (symbol_id, timeframe, params) VALUES (501, '15m', '{}')`,
];

test.each(Object.entries(COLUMNS))('%s keeps its columns and types', async (table, columns) => {
  const { rows } = await database.current.pool.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );

  const found = new Map(rows.map(({ name, type }) => [name, type]));
  for (const column of columns.split(/,\s*(?=[a-z])/)) {
    const [name = '', type = ''] = column.trim().split(' ');
    const said = type.toLowerCase().replace('timestamptz', 'timestamp with time zone');
    expect(found.get(name), `${table}.${name}`).toBe(said);
  }
});

test("inserts written against the owner's tables run, and the training query reads them", async () => {
  const { pool } = database.current;

  for (const insert of INSERTS) await pool.query(insert);
  const { rows, fields } = await pool.query(TRAINING_QUERY);

  expect(fields.map(({ name }) => name)).toHaveLength(18);
  expect(rows).toEqual([
    {
      signal_id: '9001',
      ticker: 'SPY',
      timeframe: '15m',
      fired_at: new Date('2026-03-02T14:45:00Z'),
      side: 'long',
      price_at_signal: '100.500000',
      rsi14: '61.5',
      macd_hist: '0.12',
      rel_vol_20: '1.8',
      horizon_tf: '15m',
      horizon_bars: 20,
      max_run_up: '0.020000',
      max_drawdown: '-0.004000',
      ret_close: '0.012300',
      hit_tp1: true,
      hit_tp2: false,
      hit_tp3: false,
      hit_stop: false,
    },
  ]);
});

test('what was left out is filled from the signal', async () => {
  const { rows } = await database.current.pool.query(
    `SELECT 'alerts' AS of, signal_fired_at FROM alerts
     UNION ALL SELECT 'decisions', signal_fired_at FROM decisions
     UNION ALL SELECT 'orders', signal_fired_at FROM orders WHERE id = 701
     UNION ALL SELECT 'outcomes', signal_fired_at FROM outcomes`,
  );

  const firedAt = new Date('2026-03-02T14:45:00Z');
  expect(rows).toEqual(
    ['alerts', 'decisions', 'orders', 'outcomes'].map((of) => ({ of, signal_fired_at: firedAt })),
  );
});

test("a detector of the owner's has its version kept", async () => {
  await database.current.pool.query(`UPDATE detectors SET version = '1.1.0' WHERE id = 'breakout_v1'`);

  const { rows } = await database.current.pool.query(
    `SELECT version FROM detector_versions WHERE id = 'breakout_v1' ORDER BY version`,
  );
  expect(rows).toEqual([{ version: '1.0.0' }, { version: '1.1.0' }]);
});

test('the training query returns a row per label version, the view the default one', async () => {
  const { pool } = database.current;
  await pool.query(
    `INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars, ret_close, label_version) VALUES (9001, '15m', 20, 0.5, 2)`,
  );

  const all = await pool.query(TRAINING_QUERY);
  const pinned = await pool.query('SELECT label_version, ret_close, rsi14, atr14 FROM training_rows');

  expect(all.rows).toHaveLength(2);
  expect(pinned.rows).toEqual([{ label_version: 1, ret_close: '0.012300', rsi14: '61.5', atr14: null }]);
});

import { beforeAll, expect, test } from 'vitest';
import { FEATURE_KEYS } from '../../src/domain/features/feature.ts';
import { DEFAULT_LABEL_VERSION, LABEL_VERSIONS } from '../../src/domain/labels/versions.ts';
import { withDatabase } from '../support/database.ts';

const database = withDatabase();
const query = (text: string) => database.current.pool.query(text);
const FIRED = '2026-03-02T14:45:00Z';

beforeAll(async () => {
  await query(`INSERT INTO symbols (id, ticker) VALUES (1, 'SPY')`);
  await query(`INSERT INTO detectors (id, version, kind) VALUES ('d', '1', 'rule')`);
});

async function insertSignal(id: number, firedAt = FIRED): Promise<void> {
  await query(
    `INSERT INTO signals (id, symbol_id, timeframe, fired_at, side, detector_id, detector_version, source_system)
     VALUES (${id}, 1, '5m', '${firedAt}', 'long', 'd', '1', 'basic_scanner')`,
  );
}

test('a ticker in lower case is refused', async () => {
  await expect(query(`INSERT INTO symbols (ticker) VALUES ('aapl')`)).rejects.toThrow('symbols_ticker_check');
});

test('a ticker without an exchange is stored once', async () => {
  await expect(query(`INSERT INTO symbols (ticker) VALUES ('SPY')`)).rejects.toThrow(
    'symbols_ticker_exchange_key',
  );
});

test('a candle of a timeframe that does not exist is refused', async () => {
  const insert = query(`INSERT INTO candles (symbol_id, timeframe, ts) VALUES (1, '7m', now())`);

  await expect(insert).rejects.toThrow('candles_timeframe_check');
});

test('a signal is stored once', async () => {
  await insertSignal(1);

  await expect(insertSignal(2)).rejects.toThrow('signals_once_key');
});

test('a signal of a version that no detector had is refused', async () => {
  const insert = query(
    `INSERT INTO signals (symbol_id, timeframe, fired_at, detector_id, detector_version, source_system)
     VALUES (1, '5m', now(), 'd', '99', 'basic_scanner')`,
  );

  await expect(insert).rejects.toThrow('signals_detector_version_fkey');
});

test.each([
  `INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars) VALUES (404, '5m', 5)`,
  `INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars) VALUES (1, '2020-01-01', '5m', 5)`,
  `INSERT INTO alerts (signal_id) VALUES (404)`,
  `INSERT INTO decisions (signal_id, decided_at, action) VALUES (404, now(), 'watch')`,
])('a row without its signal is refused: %s', async (insert) => {
  await expect(query(insert)).rejects.toThrow(/signal (404|1) does not exist/);
});

test('of several outcomes in one statement none is written when one has no signal', async () => {
  await expect(
    query(`INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars) VALUES (1, '5m', 5), (404, '5m', 5)`),
  ).rejects.toThrow('signal 404');

  const { rowCount } = await query('SELECT FROM outcomes');
  expect(rowCount).toBe(0);
});

test('an outcome is not changed', async () => {
  await query(`INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars) VALUES (1, '5m', 5)`);

  await expect(query('UPDATE outcomes SET ret_close = 1')).rejects.toThrow('never changed');
});

test('with its signal go the alerts and outcomes of a signal that nobody decided on', async () => {
  await insertSignal(3, '2026-03-02T15:00:00Z');
  await query(`INSERT INTO alerts (signal_id) VALUES (3)`);
  await query(
    `INSERT INTO outcomes (signal_id, horizon_tf, horizon_bars) VALUES (3, '5m', 5), (3, '5m', 15)`,
  );

  await query('DELETE FROM signals WHERE id = 3');

  const left = await query('SELECT signal_id FROM outcomes UNION ALL SELECT signal_id FROM alerts');
  expect(left.rows).toEqual([{ signal_id: '1' }]);
});

test('a signal that somebody decided on stays', async () => {
  await query(`INSERT INTO decisions (signal_id, decided_at, action) VALUES (1, now(), 'ignore')`);

  await expect(query('DELETE FROM signals WHERE id = 1')).rejects.toThrow(
    /foreign key constraint .* on table "decisions"/,
  );
});

test.each([
  `UPDATE decisions SET action = 'enter'`,
  'DELETE FROM decisions',
  'TRUNCATE decisions',
  `UPDATE audit_log SET actor = 'x'`,
  'DELETE FROM audit_log',
  'TRUNCATE audit_log',
])('append-only: %s is refused', async (statement) => {
  await expect(query(statement)).rejects.toThrow('never changed');
});

test('an execution is written once per form', async () => {
  await query(`INSERT INTO orders (id, symbol_id) VALUES (1, 1)`);
  const fill = `INSERT INTO executions (order_id, filled_at, qty, price, interaction_id) VALUES (1, now(), 1, 1, 'i1')`;
  await query(fill);

  await expect(query(fill)).rejects.toThrow('executions_interaction_id_key');
});

test('one watch of a ticker and timeframe is active, any number may have been', async () => {
  const watch = (active: boolean) =>
    query(`INSERT INTO watch_requests (symbol_id, timeframe, active) VALUES (1, '5m', ${active})`);
  await watch(false);
  await watch(false);
  await watch(true);

  await expect(watch(true)).rejects.toThrow('watch_requests_active_key');
});

test('the catalog of label versions says what the code says', async () => {
  const { rows } = await query(
    'SELECT version, params, description, is_default FROM label_versions ORDER BY version',
  );

  const inCode = LABEL_VERSIONS.map(({ version, params, description }) => ({
    version,
    params,
    description,
    is_default: version === DEFAULT_LABEL_VERSION,
  }));
  expect(rows).toEqual(inCode);
});

test('training rows have a column for every feature', async () => {
  const { fields } = await query('SELECT * FROM training_rows');

  expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining([...FEATURE_KEYS]));
});

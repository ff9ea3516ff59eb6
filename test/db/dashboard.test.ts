import { beforeAll, describe, expect, it } from 'vitest';
import { withDatabase } from '../support/database.ts';
import { seedHistory } from '../support/history.ts';
import { aNewFill, writeFills } from '../support/journal.ts';
import { FILLED_AT } from '../support/ledger.ts';

const database = withDatabase();
const rows = async (sql: string) => (await database.current.pool.query(sql)).rows;

/** Runs a statement as somebody who is nothing but a reader of dashboards. */
async function asReader(sql: string): Promise<Record<string, unknown>[]> {
  const client = await database.current.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL ROLE dashboard_reader');
    await client.query('SET LOCAL search_path = dashboard');
    return (await client.query(sql)).rows;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const VIEWS = [
  'signals',
  'outcomes',
  'decisions',
  'positions',
  'fills',
  'journal_days',
  'detector_days',
  'decision_days',
  'scanner_hits',
  'prediction_data',
  'trade_logs',
];

beforeAll(async () => {
  const { stores, pool } = database.current;
  await seedHistory(pool, { signals: 600, signalsPerCard: 6, horizons: [20] });
  await rows(`UPDATE signals SET source_system = 'ml_scanner' WHERE id % 2 = 0`);
  await stores.rollups.refresh();
  await writeFills(stores, 'ann', aNewFill({ qty: '100', price: '10', feeUsd: '1', stopPrice: '9' }));
  await writeFills(
    stores,
    'ann',
    aNewFill({ side: 'sell', tag: 'TP1', qty: '40', price: '12', at: FILLED_AT + 60_000 }),
  );
  await writeFills(
    stores,
    'ann',
    aNewFill({ side: 'sell', tag: 'EXIT', qty: '60', price: '11', at: FILLED_AT + 120_000 }),
  );
});

describe('a reader of dashboards', () => {
  it('sees exactly these views', async () => {
    const found = await rows(
      `SELECT table_name AS name FROM information_schema.views WHERE table_schema = 'dashboard' ORDER BY 1`,
    );

    expect(found.map(({ name }) => name)).toEqual(VIEWS.toSorted());
  });

  it.each(VIEWS)('reads %s, which has rows', async (view) => {
    expect((await asReader(`SELECT * FROM ${view}`)).length).toBeGreaterThan(0);
  });

  it.each(['signals', 'orders', 'executions', 'decisions', 'ledger_positions', 'audit_log'])(
    'cannot read the table %s itself',
    async (table) => {
      await expect(asReader(`SELECT FROM public.${table}`)).rejects.toThrow('permission denied');
    },
  );

  it.each(VIEWS)('cannot write through %s', async (view) => {
    await expect(asReader(`DELETE FROM ${view}`)).rejects.toThrow(/permission denied|cannot delete/);
  });
});

describe('the old collections', () => {
  it('say of a trade what its fills came to, under the names that dashboards use', async () => {
    const [trade] = await asReader(
      `SELECT ticker, side, qty::text, entry_price::text, exit_price::text, pnl::text, roi::text, fees::text, status FROM trade_logs`,
    );

    expect(trade).toEqual({
      ticker: 'NVDA',
      side: 'long',
      qty: '100',
      entry_price: '10.000000',
      exit_price: '11.400000',
      pnl: '139',
      roi: '0.139000',
      fees: '1',
      status: 'closed',
    });
  });

  it('keep the two scanners apart, and give a prediction its result in its favour', async () => {
    const [counts] = await asReader(
      `SELECT (SELECT count(*)::int FROM scanner_hits) AS hits, (SELECT count(*)::int FROM prediction_data) AS predictions`,
    );
    const wrong = await rows(
      `SELECT p._id FROM dashboard.prediction_data p JOIN outcomes o ON o.signal_id = p._id::bigint AND o.horizon_bars = 20
       WHERE p.roi <> o.ret_close * CASE p.prediction WHEN 'long' THEN 1 ELSE -1 END`,
    );

    expect(counts).toEqual({ hits: 300, predictions: 300 });
    expect(wrong).toEqual([]);
  });
});

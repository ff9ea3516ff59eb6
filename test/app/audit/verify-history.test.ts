import { beforeAll, expect, it } from 'vitest';
import { verifyHistory } from '../../../src/app/audit/verify-history.ts';
import { readStatus } from '../../../src/app/ops/read-status.ts';
import { aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { aSettings } from '../../support/settings.ts';
import { importTestCandles } from '../../support/stored-candles.ts';

/** Three sessions from 2 January 2024 on. */
const CANDLES = aWalk(26 * 3, { timeframe: '15m' });
const NOW = Date.parse('2024-01-05T01:00:00Z');
const database = withDatabase();

beforeAll(() => importTestCandles(database.current.stores, { ticker: 'ACME', timeframe: '15m' }, CANDLES));

it('keeps what it found as a run, for /status', async () => {
  const { stores, pool, status } = database.current;
  const deps = { stores, log: recordingLog(), settings: aSettings(), database: status };

  const clean = await verifyHistory(deps, { now: NOW });
  const first = await stores.runs.latest('verify');
  await pool.query(
    `UPDATE candles SET high = 1 WHERE timeframe = '15m' AND ts = (SELECT max(ts) FROM candles WHERE timeframe = '15m')`,
  );
  const found = await verifyHistory(deps, { now: NOW + 1000 });

  expect(clean).toEqual({ differences: 0 });
  expect(first).toMatchObject({ counts: { differences: 0, features: 0, labels: 0 }, errors: [] });
  expect(first?.counts.candles).toBeGreaterThan(78);
  expect(found).toEqual({ differences: 1 });
  const { lastVerification } = await readStatus(deps, { now: NOW + 2000 });
  expect(lastVerification).toMatchObject({
    counts: { differences: 1 },
    errors: ['candles: ACME 15m 2024-01-04 20:45: its high or low is not its extreme'],
  });
});

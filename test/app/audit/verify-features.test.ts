import { beforeAll, describe, expect, it } from 'vitest';
import { type VectorFunction, verifyFeatures } from '../../../src/app/audit/verify-features.ts';
import { drawBaselines } from '../../../src/app/labels/draw-baselines.ts';
import { replay } from '../../../src/app/scan/replay.ts';
import { vectorAt } from '../../../src/domain/features/reproduce-vector.ts';
import { aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { quiet } from '../../support/quiet-log.ts';
import { fillCatalog } from '../../support/scan-rig.ts';
import { aSettings } from '../../support/settings.ts';
import { importTestCandles } from '../../support/stored-candles.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
/** Twelve sessions of 5m candles from 2 January 2024 on. */
const SESSIONS = 12;
const CANDLES = aWalk(78 * SESSIONS);
const FIRST = CANDLES[0]?.ts ?? 0;
const LAST = CANDLES.at(-1)?.ts ?? 0;
const ALL = { from: FIRST, to: LAST + 300_000, now: NOW };

const database = withDatabase();
const query = (text: string, values: unknown[] = []) => database.current.pool.query(text, values);

beforeAll(async () => {
  const { stores } = database.current;
  await fillCatalog(stores);
  await importTestCandles(stores, { ticker: 'ACME', timeframe: '5m' }, CANDLES);
  await importTestCandles(stores, { ticker: 'SPY', timeframe: '5m' }, aWalk(78 * SESSIONS, { seed: 9 }));
  await importTestCandles(
    stores,
    { ticker: '^VIX', timeframe: '15m' },
    aWalk(26 * SESSIONS, { seed: 4, timeframe: '15m' }),
  );
  const deps = { stores, log: quiet, settings: aSettings() };
  await replay(deps, { ticker: 'ACME', timeframe: '5m', from: FIRST, to: LAST, now: NOW });
  await drawBaselines(deps, { ticker: 'ACME', from: FIRST, to: LAST, now: NOW });
}, 60_000);

describe('verifyFeatures', () => {
  it('finds every vector of signals and baselines to come again from its inputs', async () => {
    const found = await verify();

    const { rows } = await query(
      'SELECT (SELECT count(*) FROM signals)::int + (SELECT count(*) FROM baselines)::int AS n',
    );
    expect(found).toEqual({ checked: rows[0]?.n, differences: [], revised: 0, warnings: [] });
    expect(found.checked).toBeGreaterThan(90);
  });

  it.each(['signals', 'baselines'] as const)('names a row of %s that says something else', async (table) => {
    const { rows } = await query(
      `UPDATE ${table} SET features = jsonb_set(features, '{rsi14}', '77.125')
       WHERE id = (SELECT max(id) FROM ${table}) RETURNING id`,
    );

    const { differences } = await verify();

    expect(differences).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${table.slice(0, -1)} ${rows[0]?.id} \\(ACME 5m 2024-.*\\): rsi14 is 77.125, computed again \\d`,
        ),
      ),
    ]);
    await restore(table);
  });

  it('names a feature that looks at candles which came later, in its own series or another', async () => {
    const peeksAhead: VectorFunction = (inputs, ts) => ({
      ...vectorAt(inputs, ts),
      ret_1: vectorAt(inputs, inputs.candles.at(-1)?.ts ?? ts).ret_1,
    });
    const peeksAside: VectorFunction = (inputs, ts) => {
      const closes = 'at' in inputs.vix15m ? inputs.vix15m.map(({ close }) => close) : [];
      return { ...vectorAt(inputs, ts), vix_level: closes.at(-1) ?? null };
    };

    const ahead = await verify(peeksAhead);
    const aside = await verify(peeksAside);

    expect(ahead.differences.length).toBeGreaterThan(ahead.checked * 0.9);
    expect(ahead.differences[0]).toMatch(/: ret_1 is .*, computed again .*, once later candles are present$/);
    expect(aside.differences[0]).toMatch(/: vix_level is .*, once later candles are present$/);
  });

  it('names a vector that does not say what it rests on', async () => {
    await query(
      `UPDATE signals SET feature_inputs = feature_inputs - 'ACME 5m' WHERE id = (SELECT max(id) FROM signals)`,
    );

    const { differences } = await verify();

    expect(differences).toEqual([expect.stringContaining('does not say which candles it rests on')]);
    await query(
      `UPDATE signals SET feature_inputs = (SELECT feature_inputs || jsonb_build_object('ACME 5m', jsonb_build_object(
         'first', (extract(epoch FROM min(ts)) * 1000)::bigint, 'last', (extract(epoch FROM max(ts)) * 1000)::bigint)) FROM (
           SELECT ts FROM candles c JOIN symbols s ON s.id = c.symbol_id
           WHERE s.ticker = 'ACME' AND c.timeframe = '5m' AND c.ts < signals.fired_at ORDER BY ts DESC LIMIT 600) AS own)
       WHERE id = (SELECT max(id) FROM signals)`,
    );
    expect((await verify()).differences).toEqual([]);
  });

  it('says why a vector cannot be computed again: an error of the program is no missing candle', async () => {
    const last = CANDLES.at(-1)?.ts ?? 0;
    const fails: VectorFunction = (inputs, ts) => {
      if (ts === last - 300_000) throw new Error('rsi14 is undefined');
      return vectorAt(inputs, ts === last ? ts + 1 : ts);
    };
    await drawBaselines(
      {
        stores: database.current.stores,
        log: quiet,
        settings: aSettings({ baselines: { seed: 's', rate: 1 } }),
      },
      { ticker: 'ACME', from: last - 300_000, to: last + 299_999, now: NOW },
    );

    const { differences } = await verify(fails);

    expect(differences).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/: it cannot be computed again: rsi14 is undefined$/),
        expect.stringMatching(
          /: it cannot be computed again: the candle that opens at .* is not stored any more$/,
        ),
      ]),
    );
  });

  it('tells apart what differs because a candle was revised', async () => {
    const { stores } = database.current;
    const last = CANDLES.at(-1);
    if (last === undefined) throw new Error('there are no candles');
    const late = CANDLES.slice(-300, -290).map((candle) => ({
      ...candle,
      close: candle.close + 0.2,
      high: candle.high + 1,
    }));

    await importTestCandles(stores, { ticker: 'ACME', timeframe: '5m' }, late);
    const { differences, revised } = await verify();

    expect(differences).toEqual([]);
    expect(revised).toBeGreaterThan(0);
  });
});

function verify(compute?: VectorFunction) {
  return verifyFeatures({ stores: database.current.stores }, ALL, compute);
}

/** Puts the right number back, which the verification itself says. */
async function restore(table: 'signals' | 'baselines'): Promise<void> {
  const { differences } = await verify();
  const value = /computed again ([\d.]+)$/.exec(differences[0] ?? '')?.[1];
  await query(
    `UPDATE ${table} SET features = jsonb_set(features, '{rsi14}', $1::jsonb) WHERE id = (SELECT max(id) FROM ${table})`,
    [value],
  );
}

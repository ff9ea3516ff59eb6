import { beforeEach, describe, expect, it } from 'vitest';
import { type LabelFunction, verifyLabels } from '../../../src/app/audit/verify-labels.ts';
import { labelDue } from '../../../src/app/labels/label-due.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import { labelAmong, labelPath } from '../../../src/domain/labels/label-path.ts';
import { aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { aSettings, REACH_DAYS } from '../../support/settings.ts';
import { aSignal, someFeatures } from '../../support/signals.ts';
import { importTestCandles } from '../../support/stored-candles.ts';
import { seedDetectors } from '../../support/stored-desk.ts';

const NOW = Date.parse('2024-03-01T00:00:00Z');
const MINUTE = 60_000;
/** Ten sessions of 1m candles from 2 January 2024 on; the larger timeframes are built from them. */
const CANDLES = aWalk(390 * 10, { timeframe: '1m' });
const FIRST = CANDLES[0]?.ts ?? 0;
const ALL = { from: FIRST, to: NOW, now: NOW };
const PER_DAY = 26;
/** The first that version 2 measured over twenty candles of 15m. */
const ONE_ROW = `(signal_id, horizon_tf, horizon_bars, label_version) = (
  SELECT signal_id, horizon_tf, horizon_bars, label_version FROM outcomes
  WHERE state = 'resolved' AND horizon_tf = '15m' AND horizon_bars = 20 AND label_version = 2 ORDER BY signal_id LIMIT 1)`;

const database = withDatabase();
const query = (text: string) => database.current.pool.query(text);

beforeEach(async () => {
  const { stores } = database.current;
  await query(
    'DELETE FROM signals; DELETE FROM baselines; DELETE FROM candles; DELETE FROM candle_coverage; DELETE FROM candle_revisions',
  );
  await seedDetectors(stores);
  await importTestCandles(stores, { ticker: 'ACME', timeframe: '1m' }, CANDLES);
  await storeSignals();
  await labelDue(deps(), { now: NOW });
});

describe('verifyLabels', () => {
  it('finds every outcome to come again by the definition', async () => {
    const found = await verify();

    const { rows } = await query(
      `SELECT count(*)::int AS n, count(*) FILTER (WHERE settled_by = '1m')::int AS settled,
              count(DISTINCT horizon_tf)::int AS timeframes FROM outcomes`,
    );
    expect(found).toEqual({ checked: rows[0]?.n, differences: [], revised: 0, warnings: [] });
    expect(rows[0]?.settled, 'ties that minutes have settled').toBeGreaterThan(0);
    expect(rows[0]?.timeframes, 'own candles and minutes').toBe(2);
  });

  it.each([
    ['ret_close', 'ret_close + 0.0001', /retClose is .*, computed again/],
    ['hit_tp1', 'NOT hit_tp1', /hitTp1 is (true|false), computed again (true|false)$/],
    ['t_to_stop', `interval '7 hours'`, /tToStopMs is 25200000, computed again/],
    ['ret_worst', '0.5', /retWorst is 0.5, computed again/],
  ])('names a row whose %s is another', async (column, value, sentence) => {
    await corrupt(`${column} = ${value}`, ONE_ROW);

    const { differences } = await verify();

    expect(differences).toEqual([expect.stringMatching(sentence)]);
    expect(differences[0]).toMatch(
      /^signal \d+ (long|short) \(2024-01-\d\d \d\d:\d\d\), 20 x 15m, version 2: /,
    );
  });

  it('names a row that was written before its horizon was complete', async () => {
    const lastEnd = (CANDLES.at(-1)?.ts ?? 0) + MINUTE;

    const { differences } = await verifyLabels(deps(), { ...ALL, now: lastEnd - 26 * 60 * MINUTE });

    expect(differences.length).toBeGreaterThan(0);
    expect(differences[0]).toContain('was written before its horizon was complete');
  });

  it('names a label that looks at candles which came later', async () => {
    const peeks: LabelFunction = (target, candles, question) => {
      const outcome = labelAmong(target, candles, question);
      const beyond = Math.max(...candles.map(({ high }) => high)) >= target.price + 2;
      return outcome?.state === 'resolved' ? { ...outcome, hitTp2: outcome.hitTp2 || beyond } : outcome;
    };

    const { differences } = await verify(peeks);

    expect(differences.length).toBeGreaterThan(0);
    expect(differences[0]).toMatch(/: hitTp2 is false, computed again true, once later candles are present$/);
  });

  it('names each row of a definition that enters one candle late', async () => {
    const late: LabelFunction = (target, candles, question) =>
      labelPath(target, candles.slice(1, question.horizon.bars || undefined), question);

    const { checked, differences } = await verify(late);

    expect(differences.length).toBeGreaterThan(checked / 2);
    expect(new Set(differences.map((each) => each.replace(/: .*/, ''))).size, 'each once').toBe(
      differences.length,
    );
    expect(differences.join('\n')).toMatch(
      /version 1: cannot be computed again: a window of 19 candles is not 20 candles$/m,
    );
  });

  it('tells apart what differs because a candle was revised, and what smaller candles settled since', async () => {
    const { stores } = database.current;
    const revised = CANDLES.slice(1000, 1030).map((candle): Candle => ({ ...candle, high: candle.high + 3 }));

    await importTestCandles(stores, { ticker: 'ACME', timeframe: '1m' }, revised);
    const found = await verify();

    expect(found.differences).toEqual([]);
    expect(found.revised).toBeGreaterThan(0);
  });
});

function deps() {
  const { stores } = database.current;
  return { stores, log: recordingLog(), settings: aSettings(), market: { reachDays: REACH_DAYS } };
}

function verify(label?: LabelFunction) {
  return verifyLabels(deps(), ALL, label);
}

/** A wrong row slips past the trigger that guards rows: as a program with a fault would have written it. */
async function corrupt(set: string, where: string): Promise<void> {
  await query('ALTER TABLE outcomes DISABLE TRIGGER outcomes_insert_only');
  await query(`UPDATE outcomes SET ${set} WHERE ${where}`);
  await query('ALTER TABLE outcomes ENABLE TRIGGER outcomes_insert_only');
}

/** A signal on every fourth 15m candle of four days, with levels so near that candles touch both. */
async function storeSignals(): Promise<void> {
  const { stores } = database.current;
  const series = { ticker: 'ACME', timeframe: '15m' } as const;
  const candles = await stores.candles.read(series);
  const signals = candles
    .slice(0, 4 * PER_DAY)
    .filter((_, index) => index % 4 === 0)
    .map(({ ts, close }, index) =>
      aSignal({
        timeframe: '15m',
        firedAt: ts + 15 * MINUTE,
        priceAtSignal: close,
        side: index % 2 === 0 ? 'long' : 'short',
        features: someFeatures({ atr14: index % 3 === 0 ? 0.5 : 0.9 }),
      }),
    );
  await stores.signals.recordReplay(series, signals, { runId: 'r', origin: 'replay' });
}

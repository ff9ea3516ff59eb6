import { beforeEach, describe, expect, it } from 'vitest';
import { diffLabels, transitionTable } from '../../../src/app/labels/diff-labels.ts';
import { labelDue } from '../../../src/app/labels/label-due.ts';
import { type RelabelInput, relabel } from '../../../src/app/labels/relabel.ts';
import { sessionsBetween } from '../../../src/domain/calendar.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import { aWalk } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { aSettings, REACH_DAYS } from '../../support/settings.ts';
import { aSignal, someFeatures } from '../../support/signals.ts';
import { seedDetectors } from '../../support/stored-desk.ts';

const SERIES = { ticker: 'ACME', timeframe: '15m' } as const;
/** Ten sessions from 2 January 2024 on; a year later nothing of them can be fetched any more. */
const CANDLES = aWalk(26 * 10, { timeframe: '15m' });
const SESSIONS = sessionsBetween(CANDLES[0]?.ts ?? 0, (CANDLES.at(-1)?.ts ?? 0) + 1);
const NOW = Date.parse('2025-01-10T00:00:00Z');

const database = withDatabase();
const query = async (text: string) => (await database.current.pool.query(text)).rows;

beforeEach(async () => {
  await query(
    'DELETE FROM signals; DELETE FROM candles; DELETE FROM candle_coverage; DELETE FROM candle_revisions; DELETE FROM outcome_revisions',
  );
  await seedDetectors(database.current.stores);
});

describe('relabel', () => {
  it('takes up what candles were missing for, and keeps the rows that said so', async () => {
    await store(
      CANDLES,
      SESSIONS.filter((_, index) => index !== 5),
    );
    await storeSignals();
    await labelDue(deps(), { now: NOW });
    const before = await states();
    await store(CANDLES, SESSIONS);
    const unasked = await labelDue(deps(), { now: NOW });

    const done = await again({ because: 'data_missing' });

    expect(before.data_missing).toBeGreaterThan(0);
    expect(unasked.outcomes, 'only what version 1 still lacked').toBeGreaterThan(0);
    expect(done.withdrawn).toBe(before.data_missing);
    expect((await states()).resolved).toBeGreaterThan(before.resolved ?? 0);
    expect(await query('SELECT count(*)::int AS n FROM outcome_revisions')).toEqual([{ n: done.withdrawn }]);
    const [kept] = await query('SELECT actor, target, before FROM outcome_revisions LIMIT 1');
    expect(kept).toMatchObject({
      actor: 'carol',
      target: 'signal',
      before: { state: 'data_missing', label_version: 2, hit_tp1: null },
    });
  });

  it('takes up what rests on candles that were revised, and nothing else', async () => {
    await store(CANDLES, SESSIONS);
    await storeSignals();
    await labelDue(deps(), { now: NOW });
    const first = await rows();
    await store([{ ...(CANDLES[30] as Candle), high: 250 }], []);

    const done = await again({ because: 'revised', labelVersion: 1 });

    const second = await rows();
    expect(done.withdrawn).toBeGreaterThan(0);
    expect(second).toHaveLength(first.length);
    const changed = second.filter((row, index) => row.max_run_up !== first[index]?.max_run_up);
    expect(changed).toHaveLength(done.withdrawn);
    expect(changed.every((row) => row.label_version === 1 && Number(row.max_run_up) > 1)).toBe(true);
    expect((await again({ because: 'revised', labelVersion: 1 })).withdrawn, 'now they agree').toBe(0);
  });

  it('takes up what was measured from a price of before a split, though its window was never revised', async () => {
    const split = SESSIONS[5]?.open ?? 0;
    const before = CANDLES.filter(({ ts }) => ts < split);
    const after = CANDLES.filter(({ ts }) => ts >= split).map(quarter);
    await store([...before, ...after], SESSIONS);
    await storeSignal({ firedAt: SESSIONS[4]?.close ?? 0, price: before.at(-1)?.close ?? 0 });
    await labelDue(deps(), { now: NOW });
    const wrong = await rows();
    await store(before.map(quarter), []);

    const done = await again({ because: 'revised', labelVersion: 1 });

    const fall = (row: { ret_close: string } | undefined) => Number(row?.ret_close);
    expect(fall(wrong[0]), 'three quarters that nobody lost').toBeLessThan(-0.7);
    expect(done.withdrawn).toBe(wrong.filter((row) => row.label_version === 1).length);
    expect(Math.abs(fall((await rows())[0]))).toBeLessThan(0.1);
    expect((await again({ because: 'revised', labelVersion: 1 })).withdrawn, 'once').toBe(0);
  });

  it('leaves other tickers and times alone', async () => {
    await store(CANDLES, SESSIONS.slice(0, 3));
    await storeSignals();
    await labelDue(deps(), { now: NOW });

    expect((await again({ because: 'data_missing', ticker: 'OTHER' })).withdrawn).toBe(0);
    expect((await again({ because: 'data_missing', to: 0 })).withdrawn).toBe(0);
    expect((await again({ because: 'data_missing', ticker: 'acme' })).withdrawn).toBeGreaterThan(0);
  });

  it('is in the audit log, with who asked and how many rows it took', async () => {
    const { withdrawn } = await again({ because: 'data_missing' });

    expect(
      await query('SELECT actor, action, target, details FROM audit_log ORDER BY id DESC LIMIT 1'),
    ).toEqual([
      {
        actor: 'carol',
        action: 'relabel',
        target: 'label version 2',
        details: { because: 'data_missing', withdrawn, ticker: null },
      },
    ]);
  });

  it.each([
    [{ because: 'curiosity' }, '"curiosity" is no reason to label again'],
    [{ because: 'revised', labelVersion: 9 }, 'There is no label version 9'],
  ])('refuses %o', async (input, sentence) => {
    await expect(again(input)).rejects.toThrow(sentence);
  });
});

describe('diffLabels', () => {
  it('counts how two versions tell the same signals, and prints it as a table', async () => {
    await store(CANDLES, SESSIONS);
    await storeSignals();
    await labelDue(deps(), { now: NOW });

    const found = await diffLabels(deps(), { before: 1, after: 2 });

    const both = found.filter(({ before, after }) => before !== 'no_row' && after !== 'no_row');
    const [{ n }] = (await query(
      `SELECT count(*)::int AS n FROM outcomes a JOIN outcomes b USING (signal_id, horizon_tf, horizon_bars)
       WHERE a.label_version = 1 AND b.label_version = 2`,
    )) as [{ n: number }];
    expect(both.reduce((sum, each) => sum + each.n, 0)).toBe(n);
    expect(new Set(found.map(({ after }) => after)).size).toBeGreaterThan(2);
    const [head = '', ...lines] = transitionTable(found, [1, 2]);
    expect(head).toMatch(/^version 1 \\ 2 +tp1 +stop/);
    const numbers = lines.flatMap((line) => line.match(/(?<= )\d+/g) ?? []).map(Number);
    expect(numbers.reduce((sum, each) => sum + each, 0)).toBe(found.reduce((sum, each) => sum + each.n, 0));
  });

  it('lays out what it counted', () => {
    expect(
      transitionTable(
        [
          { before: 'tp1', after: 'tp1', n: 12 },
          { before: 'tp1', after: 'invalid_entry', n: 3 },
          { before: 'stop', after: 'tp1', n: 4 },
        ],
        [1, 2],
      ),
    ).toEqual([
      'version 1 \\ 2               tp1  invalid_entry',
      'tp1                          12              3',
      'stop                          4              0',
    ]);
  });

  it('refuses a version that does not exist', async () => {
    await expect(diffLabels(deps(), { before: 1, after: 3 })).rejects.toThrow('There is no label version 3');
  });
});

function deps() {
  const { stores } = database.current;
  return { stores, log: recordingLog(), settings: aSettings(), market: { reachDays: REACH_DAYS } };
}

function again(input: Partial<RelabelInput>) {
  return relabel(deps(), { now: NOW, labelVersion: 2, because: 'revised', actor: 'carol', ...input });
}

async function store(candles: readonly Candle[], sessions: typeof SESSIONS): Promise<void> {
  const coverage = sessions.map(({ date, close }) => ({ date, coveredThrough: close }));
  await database.current.stores.candles.store({ ...SERIES, source: 'test', candles, coverage });
}

/** As after a split of four for one. */
function quarter({ open, high, low, close, ...rest }: Candle): Candle {
  return { ...rest, open: open / 4, high: high / 4, low: low / 4, close: close / 4 };
}

async function storeSignal({ firedAt, price }: { readonly firedAt: number; readonly price: number }) {
  const features = someFeatures({ atr14: 0.6 });
  const signal = aSignal({ timeframe: '15m', firedAt, priceAtSignal: price, features });
  await database.current.stores.signals.recordReplay(SERIES, [signal], { runId: 'r', origin: 'replay' });
}

/** A signal on every sixth candle of six days. */
async function storeSignals(): Promise<void> {
  const signals = CANDLES.slice(0, 26 * 6)
    .filter((_, index) => index % 6 === 0)
    .map(({ ts, close }, index) =>
      aSignal({
        timeframe: '15m',
        firedAt: ts + 15 * 60_000,
        priceAtSignal: close,
        side: index % 2 === 0 ? 'long' : 'short',
        features: someFeatures({ atr14: 0.6 }),
      }),
    );
  await database.current.stores.signals.recordReplay(SERIES, signals, { runId: 'r', origin: 'replay' });
}

async function states(): Promise<Record<string, number>> {
  const found = await query('SELECT state, count(*)::int AS n FROM outcomes GROUP BY state');
  return Object.fromEntries(found.map(({ state, n }) => [state, n]));
}

function rows() {
  return query('SELECT * FROM outcomes ORDER BY signal_id, label_version, horizon_tf, horizon_bars');
}

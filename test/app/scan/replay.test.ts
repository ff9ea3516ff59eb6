import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bringInCandles } from '../../../src/app/candles/bring-in-candles.ts';
import { importCandles } from '../../../src/app/candles/import-candles.ts';
import { type ReplayInput, replay } from '../../../src/app/scan/replay.ts';
import { candleEnd } from '../../../src/domain/calendar.ts';
import { FEATURE_KEYS, type FeatureVector } from '../../../src/domain/features/feature.ts';
import { reproduceVector } from '../../../src/domain/features/reproduce-vector.ts';
import type { Signal } from '../../../src/domain/signal.ts';
import { HIGHER_TIMEFRAMES, type Timeframe } from '../../../src/domain/timeframe.ts';
import { at } from '../../support/builders.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { readRows } from '../../support/recorded.ts';
import { fillCatalog, type ScanRig, startScanRig } from '../../support/scan-rig.ts';
import { sharedData } from '../../support/shared-data.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const NOW = at('2026-11-20T17:55:13Z');

/** Reads exactly the candles that a signal's `feature_inputs` name and computes its vector again. */
async function reproduce({ stores }: Pick<TestDatabase, 'stores'>, signal: Signal): Promise<FeatureVector> {
  const read = async (ticker: string, timeframe: Timeframe) => {
    const range = signal.featureInputs[`${ticker} ${timeframe}`] ?? null;
    if (range === null) return [];
    return stores.candles.read({ ticker, timeframe }, { from: range.first, to: range.last });
  };
  const { ticker, timeframe, quote } = signal;
  const larger = HIGHER_TIMEFRAMES[timeframe];
  const higher = await Promise.all(larger.map((each) => read(ticker, each)));
  return reproduceVector({
    ticker,
    timeframe,
    quote,
    candles: await read(ticker, timeframe),
    higher: new Map(larger.map((each, index) => [each, higher[index] ?? []])),
    spy15m: await read('SPY', '15m'),
    spy1d: await read('SPY', '1d'),
    vix15m: await read('^VIX', '15m'),
  });
}

function expectSameVector(actual: FeatureVector, frozen: FeatureVector, why: string): void {
  for (const key of FEATURE_KEYS) {
    const [a, b] = [actual[key], frozen[key]];
    if (a === null || b === null) expect(a, `${key}: ${why}`).toBe(b);
    else expect(Math.abs(a - b), `${key}: ${why}`).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(b), 1e-6));
  }
}

/** What two scans of the same candles must agree on; a quote is there only live. */
const essence = (signals: readonly Signal[]) =>
  signals
    .map(({ ticker, firedAt, side, detectorId, score, priceAtSignal, features }) => ({
      key: `${new Date(firedAt).toISOString()} ${ticker} ${side} ${detectorId}`,
      score,
      priceAtSignal,
      features: { ...features, spread_bps: null },
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));

const file = sharedData('stratback-5m/SPY_5m_2022-02-14_2022-08-12.csv.gz');
describe.skipIf(file === null)('replaying recorded SPY candles (needs recorded candles)', () => {
  const period = { from: at('2022-02-14T00:00:00Z'), to: at('2022-08-12T23:00:00Z') };
  let rig: ScanRig;
  let first: readonly { readonly candles: number; readonly signals: number }[];
  let signals: Signal[];

  const run = (overrides: Partial<ReplayInput> = {}) =>
    replay(rig.services, { ...period, ticker: 'SPY', timeframe: '5m', now: NOW, ...overrides });
  const all = () => rig.services.stores.signals.list({ limit: 100_000 });

  beforeAll(async () => {
    rig = await startScanRig({ now: NOW });
    const rows = readRows(file ?? '');
    await importCandles(rig.services, {
      ticker: 'SPY',
      timeframe: '5m',
      source: 'stratback',
      rows,
      now: NOW,
    });
    first = await run();
    signals = await all();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('sees every candle and keeps what every detector says', () => {
    expect(first).toEqual([{ ticker: 'SPY', timeframe: '5m', candles: 9750, signals: signals.length }]);
    expect(signals.length).toBeGreaterThan(500);
    expect(new Set(signals.map(({ detectorId }) => detectorId)).size).toBe(5);
  });

  it('gives the same signals once when it runs twice', async () => {
    const again = await run();

    expect(again).toEqual([{ ticker: 'SPY', timeframe: '5m', candles: 9750, signals: 0 }]);
    expect(await all()).toEqual(signals);
  });

  it('says that they were replayed, and posts nothing', async () => {
    expect(new Set(signals.map(({ origin }) => origin))).toEqual(new Set(['replay']));
    expect(new Set(signals.map(({ dataFreshnessMs }) => dataFreshnessMs))).toEqual(new Set([null]));
    expect(await rig.rows('SELECT FROM cards UNION ALL SELECT FROM alerts')).toEqual([]);
    expect((await rig.services.stores.runs.latest('replay'))?.counts).toMatchObject({ candles: 9750 });
  });

  it('makes signals that rest on nothing but their inputs (invariant 5)', async () => {
    const sample = signals.filter((_, index) => index % Math.ceil(signals.length / 25) === 0);

    for (const signal of sample) {
      const again = await reproduce(rig.database, signal);
      expectSameVector(
        again,
        signal.features,
        `${signal.detectorId} ${new Date(signal.firedAt).toISOString()}`,
      );
    }
    expect(sample.length).toBeGreaterThanOrEqual(20);
    expect(
      sample.some(({ features }) => features.market_regime === null),
      'no VIX is stored',
    ).toBe(true);
  });

  it('makes the same features when no later candle is stored', async () => {
    const until = at('2022-06-14T16:00:00Z');
    const early = await openTestDatabase();
    const services = { ...rig.services, stores: early.stores };
    await fillCatalog(early.stores);
    const rows = readRows(file ?? '').filter(({ ts }) => ts < until);
    await importCandles(services, { ticker: 'SPY', timeframe: '5m', source: 'stratback', rows, now: until });

    await replay(services, {
      ...period,
      from: at('2022-06-01T00:00:00Z'),
      ticker: 'SPY',
      timeframe: '5m',
      now: until,
    });

    const seen = await early.stores.signals.list({ limit: 100_000 });
    const known = signals.filter(({ firedAt }) => firedAt > at('2022-06-01T00:00:00Z') && firedAt <= until);
    const [last] = seen;
    if (last === undefined) throw new Error('no signal');
    const vector = await reproduce(early, last);
    await early.close();
    expect(seen.length).toBeGreaterThan(30);
    expect(seen.map(({ firedAt, detectorId }) => [firedAt, detectorId])).toEqual(
      known.map(({ firedAt, detectorId }) => [firedAt, detectorId]),
    );
    for (const [index, { features }] of seen.entries())
      expectSameVector(features, known[index]?.features ?? features, `signal ${index}`);
    expectSameVector(vector, last.features, 'the newest');
  });

  it('refuses a period that ends before it begins, and one without candles', async () => {
    await expect(run({ from: period.to, to: period.from })).rejects.toMatchObject({ code: 'bad_input' });
    await expect(run({ ticker: 'NOPE' })).rejects.toMatchObject({ code: 'data_missing' });
    await expect(run({ timeframe: '1d' })).rejects.toMatchObject({ code: 'bad_input' });
  });
});

describe('replay and live scan', () => {
  const TICKERS = ['AAPL', 'AMD'];
  const from = at('2026-11-20T15:50:00Z');

  async function aRig(now: number): Promise<ScanRig> {
    const rig = await startScanRig({ now });
    rig.prices.bend((candle, _ticker, timeframe) =>
      timeframe !== '1d' && candle.ts < NOW - 16 * DAY ? null : candle,
    );
    return rig;
  }

  it('agree on every signal, its score and its features', async () => {
    await using live = await aRig(from);
    for (const ticker of TICKERS) await live.watch(ticker, from - 10 * MINUTE);
    const scanner = live.newScanner();
    for (live.now = from + 13_000; live.now <= NOW; live.now += 5 * MINUTE) await scanner.scanDue(live.now);

    await using replayed = await aRig(NOW);
    const period = { to: NOW, now: NOW };
    for (const ticker of TICKERS)
      await bringInCandles(replayed.services, {
        ticker,
        timeframes: ['5m'],
        context: ['15m', '1h'],
        now: NOW,
      });
    await bringInCandles(replayed.services, {
      ticker: 'SPY',
      timeframes: [],
      context: ['15m', '1d'],
      now: NOW,
    });
    await bringInCandles(replayed.services, { ticker: '^VIX', timeframes: [], context: ['15m'], now: NOW });
    for (const ticker of TICKERS)
      await replay(replayed.services, { ...period, ticker, timeframe: '5m', from: from - 5 * MINUTE });

    const [seen, again] = await Promise.all(
      [live, replayed].map(async ({ services }) => services.stores.signals.list({ limit: 1000 })),
    );
    expect(seen?.length).toBeGreaterThan(5);
    expect(essence(again ?? [])).toEqual(essence(seen ?? []));
    const fresh = seen?.find(({ quote }) => quote !== null);
    if (fresh === undefined) throw new Error('no signal with a quote');
    expect(fresh.features.spread_bps).toBeGreaterThan(0);
    expectSameVector(await reproduce(live.database, fresh), fresh.features, 'a live signal, with its quote');
  });

  it('never meet: a replay ends at the live cursor, and before the candle where a new watch begins', async () => {
    await using rig = await aRig(NOW);
    const cursor = at('2026-11-20T16:00:00Z');
    await rig.watch('AMD', cursor);
    await rig.watch('AAPL', NOW);
    await rig.rows(`UPDATE watch_requests SET last_scanned_ts = NULL WHERE last_scanned_ts > $1`, [
      new Date(cursor),
    ]);
    for (const ticker of ['AMD', 'AAPL'])
      await bringInCandles(rig.services, { ticker, timeframes: ['5m'], now: NOW });

    await replay(rig.services, { from, to: NOW, now: NOW });
    const replayed = await rig.services.stores.signals.list({ limit: 1000 });
    const scan = await rig.newScanner().scanDue(NOW);

    const latest = (ticker: string) =>
      Math.max(...replayed.filter((signal) => signal.ticker === ticker).map(({ firedAt }) => firedAt));
    expect(latest('AMD')).toBeLessThanOrEqual(candleEnd(cursor, '5m'));
    expect(latest('AAPL')).toBeLessThan(NOW - 5 * MINUTE);
    expect(scan.errors).toEqual([]);
    const fresh = await rig.rows(
      `SELECT s.ticker FROM cards c JOIN symbols s ON s.id = c.symbol_id WHERE suppressed_reason IS NULL ORDER BY 1`,
    );
    expect(fresh, 'what is fresh is still put before people').toEqual([
      { ticker: 'AAPL' },
      { ticker: 'AMD' },
    ]);
  });
});

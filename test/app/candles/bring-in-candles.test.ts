import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BringInInput, bringInAll, bringInCandles } from '../../../src/app/candles/bring-in-candles.ts';
import { createCoverageMemory } from '../../../src/app/candles/coverage-memory.ts';
import { readStatus } from '../../../src/app/ops/read-status.ts';
import type { SeriesSessions } from '../../../src/app/ports.ts';
import { buildCandles } from '../../../src/domain/build-candles.ts';
import { candleEnd, newYorkDate } from '../../../src/domain/calendar.ts';
import type { Candle, RawCandle } from '../../../src/domain/candle.ts';
import type { Timeframe } from '../../../src/domain/timeframe.ts';
import { aSession, at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { coverageOf } from '../../support/recorded.ts';
import { newYorkTime, type ScanRig, startScanRig } from '../../support/scan-rig.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** 11:00:13 in New York on a Friday: the 5m candle of 10:55 has just closed. */
const NOW = at('2026-11-20T16:00:13Z');
const TODAY = aSession('2026-11-20');

let rig: ScanRig;
const database = withDatabase();
beforeEach(async () => {
  rig = await startScanRig({ now: NOW, database: database.current });
});
afterEach(() => rig[Symbol.asyncDispose]());

const bringIn = (overrides: Partial<BringInInput> = {}) =>
  bringInCandles(rig.services, { ticker: 'NVDA', timeframes: ['5m'], now: rig.now, ...overrides });
const read = (timeframe: Timeframe, range = {}) =>
  rig.services.stores.candles.read({ ticker: 'NVDA', timeframe }, range);
const covered = async (date: string, timeframe: Timeframe = '5m') =>
  (await rig.services.stores.candles.coverage({ ticker: 'NVDA', timeframe }, date, date))[0]
    ?.coveredThrough ?? null;
/** What Yahoo would show of a series by now, without its defects. */
const truth = (timeframe: '1m' | '5m' | '15m' | '1h' | '1d', from: number): RawCandle[] =>
  rig.prices
    .candles('NVDA', timeframe, from, rig.now)
    .filter(({ ts }) => candleEnd(ts, timeframe) <= rig.now);
const sources = (timeframe: Timeframe) =>
  rig.rows<{ source: string; n: number }>(
    `SELECT c.source, count(*)::int AS n FROM candles c JOIN symbols s ON s.id = c.symbol_id
     WHERE s.ticker = 'NVDA' AND c.timeframe = $1 GROUP BY 1 ORDER BY 1`,
    [timeframe],
  );

describe('what is asked and stored', () => {
  it('asks for all that Yahoo has at first, then only for what is not covered', async () => {
    await bringIn();
    const [first, ...more] = rig.asked('NVDA', '5m');
    rig.now += 5 * MINUTE;
    await bringIn();
    const [second] = rig.asked('NVDA', '5m');

    expect(more).toEqual([]);
    expect(first?.from).toBeLessThan(NOW - 59 * DAY);
    expect(newYorkTime(second?.from ?? 0), 'a lead of twelve candles, for the first row is not kept').toBe(
      '2026-11-20 10:00',
    );
    expect((await read('5m')).slice(-2).map(({ ts }) => newYorkTime(ts))).toEqual([
      '2026-11-20 10:55',
      '2026-11-20 11:00',
    ]);
  });

  it('asks for nothing while no candle has closed', async () => {
    await bringIn();
    rig.asked('NVDA', '5m');

    rig.now += 4 * MINUTE;
    const brought = await bringIn();

    expect(rig.asked('NVDA', '5m')).toEqual([]);
    expect(brought).toMatchObject({ inserted: 0, changed: 0 });
  });

  it('stores exactly the closed regular candles: neither the live row nor a first row without volume', async () => {
    await bringIn();
    const stored = await read('5m');

    expect(stored).toEqual(truth('5m', stored[0]?.ts ?? 0).map((candle) => ({ vwap: null, ...candle })));
    expect(stored.length).toBeGreaterThan(3000);
    expect(stored.every(({ volume }) => volume > 0)).toBe(true);
    expect(newYorkTime(stored.at(-1)?.ts ?? 0)).toBe('2026-11-20 10:55');
  });

  it('closes a candle by the clock and its grace, not by what follows', async () => {
    const settings = { ...rig.services.settings, graceMs: 30_000 };

    await bringInCandles({ ...rig.services, settings }, { ticker: 'NVDA', timeframes: ['5m'], now: NOW });

    expect(newYorkTime((await read('5m')).at(-1)?.ts ?? 0), 'it ended 13 seconds ago').toBe(
      '2026-11-20 10:50',
    );
  });

  it("closes no candle by a clock that is ahead of the source's, and says so", async () => {
    await bringIn({ now: NOW + 3 * MINUTE });
    const early = await read('5m');
    const warned = rig.log.lines.filter(({ message }) => message === 'the clock is ahead of the source');
    rig.now += 5 * MINUTE;
    await bringIn();

    expect(newYorkTime(early.at(-1)?.ts ?? 0), '11:00 is running').toBe('2026-11-20 10:55');
    expect(warned).toMatchObject([{ data: { ticker: 'NVDA', aheadMs: expect.closeTo(3 * MINUTE, -4) } }]);
    expect((await read('5m')).slice(-2)).toMatchObject(truth('5m', NOW - 10 * MINUTE));
    expect(await rig.rows('SELECT FROM candle_revisions')).toEqual([]);
  });

  it('refetches the gap that a stop has left', async () => {
    rig.now = aSession('2026-11-17').close - 60 * MINUTE;
    await bringIn();
    rig.asked('NVDA', '5m');

    rig.now = NOW;
    await bringIn();

    expect(rig.asked('NVDA', '5m').map(({ from }) => newYorkTime(from))).toEqual(['2026-11-17 14:00']);
    const from = aSession('2026-11-16').open;
    expect((await read('5m', { from })).map(({ ts }) => ts)).toEqual(truth('5m', from).map(({ ts }) => ts));
    for (const date of ['2026-11-17', '2026-11-18', '2026-11-19'])
      expect(await covered(date)).toBe(aSession(date).close);
  });

  it('refuses a ticker that Yahoo does not know, and stores nothing', async () => {
    await expect(bringIn({ ticker: 'NOPE' })).rejects.toMatchObject({ code: 'not_found' });

    expect(await rig.rows('SELECT FROM candles')).toEqual([]);
    expect(await rig.rows('SELECT FROM symbols')).toEqual([]);
  });
});

describe('what counts as covered', () => {
  const hideFrom = (open: number) =>
    rig.prices.bend((candle, ticker) => (ticker === 'NVDA' && candle.ts >= open ? null : candle));

  it('ends at the newest candle that came while the source may only be late', async () => {
    hideFrom(at('2026-11-20T15:50:00Z'));

    await bringIn();

    expect(newYorkTime((await covered('2026-11-20')) ?? 0)).toBe('2026-11-20 10:50');
  });

  it('takes a candle for no trade when a later one came', async () => {
    const missing = at('2026-11-20T15:45:00Z');
    rig.prices.bend((candle, ticker) => (ticker === 'NVDA' && candle.ts === missing ? null : candle));

    await bringIn();

    expect(newYorkTime((await covered('2026-11-20')) ?? 0)).toBe('2026-11-20 11:00');
    expect(await read('5m', { from: missing, to: missing })).toEqual([]);
  });

  it('takes ten minutes of absence after the close for no trade', async () => {
    hideFrom(TODAY.close - 5 * MINUTE);

    rig.now = TODAY.close + 9 * MINUTE;
    await bringIn();
    const late = await covered('2026-11-20');
    rig.now = TODAY.close + 10 * MINUTE;
    await bringIn();

    expect(newYorkTime(late ?? 0)).toBe('2026-11-20 15:55');
    expect(await covered('2026-11-20')).toBe(TODAY.close);
  });

  it('stores the late candle when it comes', async () => {
    hideFrom(at('2026-11-20T15:50:00Z'));
    await bringIn();

    rig.prices.straighten();
    const brought = await bringIn();

    expect(brought).toMatchObject({ inserted: 2, changed: 0 });
    expect(newYorkTime((await covered('2026-11-20')) ?? 0)).toBe('2026-11-20 11:00');
    expect(await rig.rows('SELECT FROM candle_revisions')).toEqual([]);
  });

  it('gets the first candle after more than an hour without a trade, which Yahoo spoils as its first row', async () => {
    const before = aSession('2026-11-19');
    const quiet = before.close - 90 * MINUTE;
    rig.prices.bend((candle, ticker) =>
      ticker === 'NVDA' && candle.ts >= quiet && candle.ts < TODAY.open ? null : candle,
    );
    rig.now = before.close + 11 * MINUTE;
    await bringIn();

    rig.now = NOW;
    await bringIn();

    expect((await read('5m', { from: quiet })).map(({ ts }) => ts)).toEqual(
      truth('5m', TODAY.open).map(({ ts }) => ts),
    );
    expect(newYorkTime((await covered('2026-11-20')) ?? 0)).toBe('2026-11-20 11:00');
  });
});

describe('built timeframes', () => {
  /** The session in which Yahoo's reach begins is not whole: nothing of it is built. */
  const expected = (base: readonly Candle[], from: '5m' | '1h', timeframe: Timeframe) =>
    buildCandles(base, { base: from, timeframe, coverage: coverageOf(base).slice(1) }).filter(
      ({ ts }) => candleEnd(ts, timeframe) <= rig.now,
    );

  it('builds 15m and 1h from 5m candles, and only where all of a candle is covered', async () => {
    await bringIn({ context: ['15m', '1h'] });

    const base = await read('5m');
    for (const timeframe of ['15m', '1h'] as const) {
      const built = await read(timeframe);
      expect(built).toEqual(expected(base, '5m', timeframe));
      expect(await sources(timeframe)).toEqual([{ source: 'built:5m', n: built.length }]);
    }
    expect(newYorkTime((await read('1h')).at(-1)?.ts ?? 0)).toBe('2026-11-20 09:30');
  });

  it('builds 4h and 5h from 1h, anchored at the open and shorter at the close', async () => {
    rig.now = at('2026-11-28T15:00:00Z');
    await bringIn({ timeframes: ['4h', '5h'] });

    const times = async (timeframe: Timeframe, date: string) => {
      const { open: from, close: to } = aSession(date);
      return (await read(timeframe, { from, to })).map(({ ts }) => newYorkTime(ts).slice(11));
    };
    expect(await times('4h', '2026-11-25')).toEqual(['09:30', '13:30']);
    expect(await times('5h', '2026-11-25')).toEqual(['09:30', '14:30']);
    expect(aSession('2026-11-27').isHalfDay).toBe(true);
    expect(await times('4h', '2026-11-27')).toEqual(['09:30']);
    expect(await times('5h', '2026-11-27')).toEqual(['09:30']);
    const base = await read('1h', { from: aSession('2026-11-27').open });
    const [half] = await read('4h', { from: aSession('2026-11-27').open });
    expect(base).toHaveLength(4);
    expect(half).toMatchObject({
      open: base[0]?.open,
      close: base[3]?.close,
      volume: base.reduce((sum, { volume }) => sum + volume, 0),
    });
  });

  it('builds all of the history when the smaller series was there before', async () => {
    await bringIn();

    await bringIn({ context: ['15m', '1h'] });

    const base = await read('5m');
    const built = await read('1h');
    expect(built.length).toBeGreaterThan(250);
    expect(built).toEqual(expected(base, '5m', '1h'));
  });

  it('builds what a crash left unbuilt between storing and building', async () => {
    rig.now = TODAY.close + 13_000;
    await bringIn({ timeframes: ['1h'], context: ['4h'] });
    await rig.rows(`DELETE FROM candles WHERE timeframe = '4h' AND ts >= $1`, [new Date(TODAY.open)]);
    await rig.rows(`DELETE FROM candle_coverage WHERE timeframe = '4h' AND session_date = '2026-11-20'`);

    rig.now = aSession('2026-11-23').open + 60 * MINUTE + 13_000;
    await bringIn({ timeframes: ['1h'], context: ['4h'] });

    const built = await read('4h', { from: TODAY.open });
    expect(built.map(({ ts }) => newYorkTime(ts))).toEqual(['2026-11-20 09:30', '2026-11-20 13:30']);
  });

  it('lets a fetched candle take the place of a built one, and never the other way', async () => {
    await bringIn({ context: ['15m'] });
    await bringIn({ timeframes: ['15m'], refetchFrom: TODAY.open });
    const fetched = [{ source: 'yfinance', n: 6 }];
    const mixed = await rig.rows(
      `SELECT source, count(*)::int AS n FROM candles WHERE timeframe = '15m' AND ts >= $1 GROUP BY 1`,
      [new Date(TODAY.open)],
    );
    const before = await read('15m');

    await bringIn({ context: ['15m'], refetchFrom: TODAY.open });

    expect(mixed).toEqual(fetched);
    expect(await read('15m')).toEqual(before);
    expect(
      await rig.rows(
        `SELECT source, count(*)::int AS n FROM candles WHERE timeframe = '15m' AND ts >= $1 GROUP BY 1`,
        [new Date(TODAY.open)],
      ),
    ).toEqual(fetched);
  });
});

describe('bad rows', () => {
  it('turns them away, counts them by reason, and shows them in a run and in the status', async () => {
    const rows = truth('5m', TODAY.open);
    const [broken, negative, inverted] = rows.slice(2).map(({ ts }) => ts);
    rig.prices.bend((candle, ticker) => {
      if (ticker !== 'NVDA') return candle;
      if (candle.ts === broken) return { ...candle, close: null };
      if (candle.ts === negative) return { ...candle, volume: -5 };
      if (candle.ts === inverted) return { ...candle, high: candle.low, low: candle.high };
      return candle;
    });
    await rig.watch('NVDA', NOW - 10 * MINUTE);

    await rig.newScanner().scanDue(NOW);

    const [run] = await rig.rows<{ counts: Record<string, number> }>('SELECT counts FROM scan_runs');
    const database = { version: '', timescale: null, embedded: true };
    const status = await readStatus({ ...rig.services, database }, { now: NOW });
    expect(run?.counts).toMatchObject({
      'rejected.null_value': 1,
      'rejected.negative_volume': 1,
      'rejected.high_below_low': 1,
    });
    expect(status.rejected).toEqual({ null_value: 1, negative_volume: 1, high_below_low: 1 });
    const stored = new Set((await read('5m')).map(({ ts }) => ts));
    expect([broken, negative, inverted].filter((ts) => stored.has(ts ?? 0))).toEqual([]);
  });
});

describe('when history changes', () => {
  it('keeps a revision of a candle that is changed or added inside coverage', async () => {
    const changed = at('2026-11-20T15:00:00Z');
    const added = at('2026-11-20T15:10:00Z');
    rig.prices.bend((candle, ticker) => (ticker === 'NVDA' && candle.ts === added ? null : candle));
    await bringIn();
    const [before] = await read('5m', { from: changed, to: changed });
    rig.prices.straighten();
    rig.prices.bend((candle, ticker) =>
      ticker === 'NVDA' && candle.ts === changed ? { ...candle, volume: 12_345 } : candle,
    );

    const brought = await bringIn({ refetchFrom: TODAY.open });

    expect(brought).toMatchObject({ inserted: 1, changed: 1 });
    const revisions = await rig.rows<{ ts: Date; before: Candle | null; after: Candle }>(
      'SELECT ts, before, after FROM candle_revisions ORDER BY ts',
    );
    expect(revisions.map(({ ts }) => ts.getTime())).toEqual([changed, added]);
    expect(revisions[0]?.before?.volume).toBe(before?.volume);
    expect(revisions[0]?.after.volume).toBe(12_345);
    expect(revisions[1]?.before).toBeNull();
  });

  it('fetches all history again after a split, builds it anew, and says so in the audit log', async () => {
    rig.now = aSession('2026-11-19').close + 13_000;
    await bringIn({ context: ['1h'] });
    const [old] = await read('5m', { last: 1 });
    const [oldHour] = await read('1h', { last: 1 });
    const half = (price: number | null) => (price === null ? null : price / 2);
    rig.prices.bend((candle, ticker) =>
      ticker !== 'NVDA'
        ? candle
        : {
            ...candle,
            open: half(candle.open),
            high: half(candle.high),
            low: half(candle.low),
            close: half(candle.close),
            volume: (candle.volume ?? 0) * 2,
          },
    );
    rig.now = NOW;
    await answerWithSplit(TODAY.open);
    rig.asked('NVDA', '5m');

    const brought = await bringIn({ context: ['1h'] });

    const [, again] = rig.asked('NVDA', '5m');
    expect(again?.from).toBeLessThan(NOW - 59 * DAY);
    expect(brought.changed).toBeGreaterThan(3000);
    const [now] = await read('5m', { from: old?.ts, to: old?.ts });
    const [hour] = await read('1h', { from: oldHour?.ts, to: oldHour?.ts });
    expect(now?.close).toBeCloseTo((old?.close ?? 0) / 2, 6);
    expect(hour?.close).toBeCloseTo((oldHour?.close ?? 0) / 2, 6);
    const audit = await rig.rows(`SELECT actor, action, target, details FROM audit_log`);
    expect(audit).toEqual([
      {
        actor: 'yfinance',
        action: 'split',
        target: 'NVDA',
        details: expect.objectContaining({ ratio: 2, timeframe: '5m' }),
      },
    ]);

    rig.now += 5 * MINUTE;
    await bringIn({ context: ['1h'] });
    expect(await rig.rows('SELECT FROM audit_log'), 'once').toHaveLength(1);
  });

  /** The local Yahoo knows no splits: its next answer about NVDA gets one. */
  async function answerWithSplit(open: number): Promise<void> {
    const from = (aSession('2026-11-19').close - 60 * MINUTE) / 1000;
    const query = `interval=5m&period1=${from}&period2=${Math.floor(rig.now / 1000)}`;
    const response = await fetch(`${rig.yahoo.baseUrl}/v8/finance/chart/NVDA?${query}`);
    const answer = (await response.json()) as { chart: { result: [Record<string, unknown>] } };
    const date = open / 1000;
    const split = { date, numerator: 2, denominator: 1, splitRatio: '2:1' };
    answer.chart.result[0].events = { splits: { [date]: split } };
    rig.yahoo.faults.add({ match: /chart\/NVDA/, body: JSON.stringify(answer) });
  }
});

describe('what a watch of a larger timeframe finds', () => {
  it('has all of the history it needs though a smaller watch came first', async () => {
    await bringIn({ context: ['15m', '1h'] });

    await bringIn({ timeframes: ['4h'], depth: 'history' });

    expect((await read('4h')).length, 'enough for SMA200').toBeGreaterThan(500);
    expect(newYorkDate((await read('1h'))[0]?.ts ?? 0) < '2025-01-01').toBe(true);
  });

  it('has its candle at once though the coverage of smaller ones ended within it', async () => {
    await bringIn({ context: ['1h'] });
    rig.now += 30 * MINUTE;

    await bringIn({ timeframes: ['1h'] });

    expect((await read('1h')).slice(-2)).toMatchObject(truth('1h', TODAY.open));
    expect(await covered('2026-11-20', '1h')).toBe(at('2026-11-20T16:30:00Z'));
  });
});

describe('what is read of many tickers', () => {
  /** The same services, and what coverage was asked for, question by question. */
  function watched() {
    const asked: (readonly SeriesSessions[])[] = [];
    const { stores } = rig.services;
    const coverageOf: typeof stores.candles.coverageOf = (wanted) => {
      asked.push(wanted);
      return stores.candles.coverageOf(wanted);
    };
    return {
      asked,
      services: { ...rig.services, stores: { ...stores, candles: { ...stores.candles, coverageOf } } },
    };
  }

  it('is the coverage of a few at a time where nothing is known of them', async () => {
    const { asked, services } = watched();
    const tickers = Array.from('ABCDEFGHIJKLMNOPQRST', (letter) => `NO${letter}`);
    const inputs = tickers.map((ticker) => ({ ticker, timeframes: ['1d' as const], now: NOW }));

    const outcomes = await bringInAll(services, inputs);

    const days = asked.map((wanted) =>
      wanted.reduce((sum, { fromDate, toDate }) => sum + (at(toDate) - at(fromDate)) / DAY, 0),
    );
    expect(days.length).toBeGreaterThan(1);
    expect(Math.max(...days)).toBeLessThanOrEqual(50_000);
    expect(outcomes.map(({ input }) => input.ticker)).toEqual(tickers);
    expect(outcomes.every(({ errors }) => errors.length === 1)).toBe(true);
  });

  it('is nothing of what the same day knows, and since its last whole session on the next', async () => {
    const memory = createCoverageMemory();
    const bringInto = async (
      now: number,
      timeframes: readonly Timeframe[],
      context: readonly Timeframe[] = [],
    ) => {
      const { asked, services } = watched();
      const [outcome] = await bringInAll(services, [{ ticker: 'NVDA', timeframes, context, now }], {
        memory,
      });
      expect(outcome?.errors).toEqual([]);
      return asked[0]?.map(({ timeframe, fromDate }) => `${timeframe} ${fromDate}`);
    };
    const [before, tomorrow] = ['2026-11-19', NOW + DAY];

    await bringInto(NOW, ['5m', '1h'], ['15m', '4h']);

    expect(await bringInto(NOW, ['1h'], ['4h']), 'whatever it is brought in together with').toEqual([]);
    expect(await bringInto(NOW, ['5m'], ['15m', '4h']), 'nothing is known of 4h that rests on 5m').toEqual(
      ['5m', '15m', '4h'].map((timeframe) => `${timeframe} ${newYorkDate(NOW - 60 * DAY)}`),
    );
    expect(await bringInto(tomorrow, ['1h'], ['4h'])).toEqual([`1h ${before}`, `4h ${before}`]);
  });

  it('is asked for anew where a turn failed', async () => {
    const memory = createCoverageMemory();
    const bringInto = async () => {
      const { asked, services } = watched();
      const inputs = [{ ticker: 'NVDA', timeframes: ['5m' as const], now: rig.now }];
      const [outcome] = await bringInAll(services, inputs, { memory });
      return [asked[0]?.length, outcome?.errors.length];
    };
    await bringInto();
    rig.now += 5 * MINUTE;
    rig.yahoo.faults.add({ match: /chart\/NVDA/, times: 3, status: 500 });

    const turns = [await bringInto(), await bringInto(), await bringInto()];

    expect(turns, 'known, but it fails; read; known').toEqual([
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  it('may be less than what others have covered meanwhile: that is asked for once more', async () => {
    const memory = createCoverageMemory();
    const inputs = () => [{ ticker: 'NVDA', timeframes: ['5m' as const], now: rig.now }];
    await bringInAll(rig.services, inputs(), { memory });
    rig.now += 10 * MINUTE;
    await bringIn();
    rig.now += 5 * MINUTE;
    rig.asked('NVDA', '5m');

    const [outcome] = await bringInAll(rig.services, inputs(), { memory });

    expect(rig.asked('NVDA', '5m')).toHaveLength(1);
    expect(outcome?.brought).toMatchObject({ inserted: 1, changed: 0 });
    expect(await read('5m', { from: TODAY.open })).toMatchObject(truth('5m', TODAY.open));
  });
});

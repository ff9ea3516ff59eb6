import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BackfillInput, backfillCandles } from '../../../src/app/candles/backfill-candles.ts';
import { bringInCandles } from '../../../src/app/candles/bring-in-candles.ts';
import type { MarketSource } from '../../../src/app/ports.ts';
import { candleEnd } from '../../../src/domain/calendar.ts';
import { OraError } from '../../../src/domain/errors.ts';
import type { FetchedTimeframe, Timeframe } from '../../../src/domain/timeframe.ts';
import { aSession, at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { newYorkTime, type ScanRig, startScanRig } from '../../support/scan-rig.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** 11:00:13 in New York on a Friday. */
const NOW = at('2026-11-20T16:00:13Z');

let rig: ScanRig;
let pauses: number[];
const database = withDatabase();
beforeEach(async () => {
  pauses = [];
  rig = await startScanRig({ now: NOW, database: database.current });
});
afterEach(() => rig[Symbol.asyncDispose]());

const backfill = (
  overrides: Partial<BackfillInput> = {},
  onProgress?: Parameters<typeof backfillCandles>[2],
  market: MarketSource = rig.services.market,
) =>
  backfillCandles(
    { ...rig.services, market },
    {
      ticker: 'NVDA',
      timeframe: '5m',
      from: aSession('2026-10-01').open,
      to: NOW,
      now: rig.now,
      pause: async (ms) => void pauses.push(ms),
      ...overrides,
    },
    onProgress,
  );
const stored = (timeframe: Timeframe) => rig.services.stores.candles.read({ ticker: 'NVDA', timeframe });
/** What Yahoo would show of a series by now, without its defects. */
const truth = (timeframe: FetchedTimeframe, from: number) =>
  rig.prices
    .candles('NVDA', timeframe, from, rig.now)
    .filter(({ ts }) => candleEnd(ts, timeframe) <= rig.now)
    .map((candle) => ({ vwap: null, ...candle }));

describe('what is stored', () => {
  it('is each closed candle of the period as Yahoo has it, and nothing the second time', async () => {
    const first = await backfill();
    const once = await stored('5m');
    rig.asked('NVDA', '5m');
    const second = await backfill();

    expect(once).toEqual(truth('5m', aSession('2026-10-01').open));
    expect(first).toMatchObject({ inserted: once.length, changed: 0, finished: true, keptDays: null });
    expect(second).toMatchObject({ inserted: 0, changed: 0, fetched: 1, finished: true });
    expect(
      rig.asked('NVDA', '5m').map(({ from }) => newYorkTime(from)),
      'only the session that still runs, and its lead',
    ).toEqual(['2026-11-19 15:00']);
  });

  it("closes no candle by a clock that is ahead of the source's, and says so", async () => {
    rig.now += 2 * MINUTE; // the candle of 11:00 has traded, and runs
    const ahead = rig.now + 4 * MINUTE;

    await backfill({ from: aSession('2026-11-20').open, now: ahead, to: ahead });

    expect(await stored('5m')).toEqual(truth('5m', aSession('2026-11-20').open));
    expect(rig.log.lines.map(({ message }) => message)).toContain('the clock is ahead of the source');
  });

  it.each([
    ['1m', 29],
    ['15m', 60],
    ['1h', 730],
  ] as const)(
    'keeps to the limits of %s, which the local Yahoo refuses to exceed',
    async (timeframe, days) => {
      const done = await backfill({ timeframe, from: NOW - 3000 * DAY });

      const [first] = await stored(timeframe);
      expect(done).toMatchObject({ keptDays: days, finished: true });
      expect(first?.ts).toBe(aSession(done.beginsAt ?? '').open);
      expect(first?.ts).toBeLessThan(NOW - (days - 6) * DAY);
      expect(await stored(timeframe)).toEqual(truth(timeframe, first?.ts ?? 0));
    },
  );

  it("has the first candle of a chunk whole where nothing traded before it: an answer's first row is spoiled", async () => {
    const from = aSession('2026-11-02');
    const lead = aSession('2026-10-30');
    rig.prices.bend((candle, ticker) =>
      ticker === 'NVDA' && candle.ts >= lead.open && candle.ts < lead.close ? null : candle,
    );

    await backfill({ from: from.open, to: from.close });

    const asked = (await stored('5m')).filter(({ ts }) => ts >= from.open);
    expect(asked).toEqual(truth('5m', from.open).filter(({ ts }) => ts < from.close));
  });

  it('builds 4h from the hours that it fetches', async () => {
    await backfill({ timeframe: '4h', from: aSession('2026-11-02').open });

    const candles = await stored('4h');
    expect(candles.slice(0, 2).map(({ ts }) => newYorkTime(ts))).toEqual([
      '2026-11-02 09:30',
      '2026-11-02 13:30',
    ]);
    expect(await stored('1h')).toEqual(truth('1h', aSession('2026-11-02').open));
  });

  it('is of daily candles all there is, further back than a scan asks', async () => {
    const from = rig.prices.span().from;
    const done = await backfill({ timeframe: '1d', from: Date.UTC(1990, 0, 2) });

    expect(done.keptDays).toBeNull();
    expect((await stored('1d')).map(({ ts }) => ts)).toEqual(
      truth('1d', from)
        .slice(1)
        .map(({ ts }) => ts),
    );
  });
});

describe('stopped', () => {
  it('goes on where it was, whatever stopped it', async () => {
    const stopping = new AbortController();
    const first = await backfill({ timeframe: '1m', from: NOW - 20 * DAY, stopping: stopping.signal }, () =>
      stopping.abort(),
    );
    const before = await stored('1m');
    rig.asked('NVDA', '1m');
    let chunks = 0;
    await expect(
      backfill({ timeframe: '1m', from: NOW - 20 * DAY }, () => {
        chunks += 1;
        if (chunks === 3) throw new Error('the process dies');
      }),
    ).rejects.toThrow('dies');
    const killedAt = await stored('1m');
    rig.asked('NVDA', '1m');
    const last = await backfill({ timeframe: '1m', from: NOW - 20 * DAY });

    expect(first).toMatchObject({ finished: false, fetched: 0 });
    expect(before).toEqual([]);
    expect(killedAt.length).toBeGreaterThan(700);
    expect(rig.asked('NVDA', '1m')[0]?.to, 'what was stored is not asked for again').toBeGreaterThan(
      killedAt.at(-1)?.ts ?? Number.POSITIVE_INFINITY,
    );
    expect(last.finished).toBe(true);
    expect(await stored('1m')).toEqual(truth('1m', killedAt[0]?.ts ?? 0));
  });

  it('leaves Yahoo alone when it refuses, longer each time, and goes on', async () => {
    rig.yahoo.faults.add({ match: /chart\/NVDA/, times: 6, status: 429, body: 'Edge: Too Many Requests' });

    const done = await backfill();

    expect(pauses).toEqual([30_000, 60_000]);
    expect(done.finished).toBe(true);
    expect(await stored('5m')).toEqual(truth('5m', aSession('2026-10-01').open));
  });

  it('asks no more once it is told to stop while it leaves Yahoo alone', async () => {
    const stopping = new AbortController();
    rig.yahoo.faults.add({ match: /chart\/NVDA/, times: 1000, status: 429, body: 'Edge: Too Many Requests' });
    const pause = async () => stopping.abort();

    const done = await backfill({ stopping: stopping.signal, pause });

    expect(done).toMatchObject({ finished: false, fetched: 0 });
    expect(rig.asked('NVDA', '5m'), 'one request, tried three times').toHaveLength(3);
  });

  it.each([
    ['lies in the future', at('2027-01-04T15:00:00Z'), at('2027-02-01T15:00:00Z')],
    ['would end before it begins', at('2026-11-10T15:00:00Z'), at('2026-11-02T15:00:00Z')],
  ])('refuses a period that %s', async (words, from, to) => {
    await expect(backfill({ from, to })).rejects.toThrow(words);
  });

  it('gives up in the end, with what it has stored', async () => {
    rig.yahoo.faults.add({ match: /chart\/NVDA/, times: 1000, status: 503, body: 'no' });

    await expect(backfill()).rejects.toThrow(/Yahoo/);

    expect(pauses).toHaveLength(5);
  });

  it('says how far back the source goes when nothing of the period is left', async () => {
    const asking = backfill({ from: at('2024-01-02T15:00:00Z'), to: at('2024-02-02T15:00:00Z') });

    await expect(asking).rejects.toThrow(
      '5m goes back 60 days, to 2026-09-23: nothing of this period is left.',
    );
  });
});

describe('splits and dividends', () => {
  /** The next answer about NVDA tells of them. */
  function tell(events: Record<string, unknown>): void {
    rig.yahoo.faults.add({
      match: /chart\/NVDA/,
      rewrite: (body) => {
        const answer = JSON.parse(body);
        answer.chart.result[0].events = events;
        return JSON.stringify(answer);
      },
    });
  }

  it('are written down once, a dividend in the audit log too', async () => {
    const date = aSession('2026-11-10').open / 1000;
    tell({ dividends: { [date]: { amount: 0.25, date } } });
    await backfill({ from: aSession('2026-11-02').open });
    tell({ dividends: { [date]: { amount: 0.25, date } } });
    await backfill();

    expect(await rig.services.stores.actions.of('NVDA')).toEqual([
      { kind: 'dividend', exDate: '2026-11-10', amount: 0.25 },
    ]);
    const audit = await rig.rows(`SELECT target, details FROM audit_log WHERE action = 'dividend'`);
    expect(audit).toEqual([{ target: 'NVDA', details: { exDate: '2026-11-10', amount: 0.25 } }]);
  });

  it('a split has what was stored before it fetched again, before the chunk that told of it counts as done', async () => {
    await bringInCandles(rig.services, {
      ticker: 'NVDA',
      timeframes: ['5m'],
      now: aSession('2026-11-06').close,
    });
    const [old] = await stored('5m');
    await rig.rows(`DELETE FROM candle_coverage WHERE session_date > '2026-11-06'`);
    rig.prices.bend((candle, ticker) =>
      ticker === 'NVDA' && candle.close !== null
        ? { ...candle, open: 1, high: 1, low: 1, close: 1, ts: candle.ts }
        : candle,
    );
    const date = aSession('2026-11-10').open / 1000;
    tell({ splits: { [date]: { date, numerator: 2, denominator: 1, splitRatio: '2:1' } } });

    await backfill();

    expect(old?.close).not.toBe(1);
    const now = await stored('5m');
    expect(new Set(now.filter(({ ts }) => ts > NOW - 58 * DAY).map(({ close }) => close))).toEqual(
      new Set([1]),
    );
    const audit = await rig.rows(`SELECT details FROM audit_log WHERE action = 'split' AND target = 'NVDA'`);
    expect(audit).toHaveLength(1);
  });

  it('a split is not done with when the source refuses while what was before it is asked for', async () => {
    await bringInCandles(rig.services, {
      ticker: 'NVDA',
      timeframes: ['5m'],
      now: aSession('2026-11-06').close,
    });
    rig.prices.bend((candle, ticker) =>
      ticker === 'NVDA' ? { ...candle, open: 1, high: 1, low: 1, close: 1 } : candle,
    );
    const date = aSession('2026-11-10').open / 1000;
    const splits = { [date]: { date, numerator: 2, denominator: 1, splitRatio: '2:1' } };
    const { market } = rig.services;
    const outage = new OraError('unavailable', 'Yahoo refuses at the moment.');
    let asked = 0;
    const fetch: typeof market.fetch = async (request) => {
      asked += 1;
      if (asked === 1 || asked === 8) tell({ splits });
      if (asked > 1 && asked < 8) throw outage;
      return market.fetch(request);
    };

    await backfill({ from: aSession('2026-11-09').open }, undefined, { ...market, fetch });

    const within = (await stored('5m')).filter(({ ts }) => ts > NOW - 58 * DAY);
    expect(new Set(within.map(({ close }) => close)), 'no price of before the split is left').toEqual(
      new Set([1]),
    );
  });
});

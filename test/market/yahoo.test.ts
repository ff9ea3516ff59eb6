import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sessionOn } from '../../src/domain/calendar.ts';
import { checkCandles } from '../../src/domain/check-candles.ts';
import { FETCHED_TIMEFRAMES } from '../../src/domain/timeframe.ts';
import { sharedData } from '../support/shared-data.ts';
import { MIDSESSION, PRICES, startYahooRig, type YahooRig } from '../support/yahoo.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FRIDAY = sessionOn('2026-11-20')?.open ?? Number.NaN;
const SPY_FRIDAY = { ticker: 'SPY', timeframe: '5m', from: FRIDAY, to: MIDSESSION } as const;

let rig: YahooRig;
afterEach(() => rig[Symbol.asyncDispose]());

describe('what is asked', () => {
  it('names both ends of the range and leaves extended hours out', async () => {
    rig = await startYahooRig();

    await rig.source.fetch(SPY_FRIDAY);

    const query = new URL(rig.yahoo.journal[0]?.path ?? '', rig.yahoo.baseUrl).searchParams;
    const lead = FRIDAY - 18.5 * 60 * MINUTE;
    expect(query.get('includePrePost')).toBe('false');
    expect(query.get('events')).toBe('div|split');
    expect(query.get('period1')).toBe(String(lead / 1000));
    expect(query.get('period2')).toBe(String(MIDSESSION / 1000));
  });

  it('is split into weeks for minutes, and the answers join without a hole or a double', async () => {
    rig = await startYahooRig();
    const from = MIDSESSION - 27 * DAY;

    const { rows, reachedFrom } = await rig.source.fetch({ ...SPY_FRIDAY, timeframe: '1m', from });

    expect(rig.yahoo.journal.length).toBeGreaterThan(3);
    expect(reachedFrom).toBe(from);
    const { candles } = checkCandles(rows, { timeframe: '1m', now: MIDSESSION, graceMs: 0 });
    expect(candles).toEqual(PRICES.candles('SPY', '1m', from, MIDSESSION - MINUTE));
  });

  it.each(FETCHED_TIMEFRAMES)(
    'stays within what Yahoo has for %s and says where it begins',
    async (timeframe) => {
      rig = await startYahooRig();

      const { reachedFrom, rows } = await rig.source.fetch({ ...SPY_FRIDAY, timeframe, from: 0 });

      expect(rig.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
      expect(reachedFrom).toBeGreaterThanOrEqual(MIDSESSION - rig.source.reachDays[timeframe] * DAY);
      expect(rows[0]?.ts).toBeGreaterThanOrEqual(reachedFrom);
    },
  );

  it('is nothing when nothing lies between', async () => {
    rig = await startYahooRig();

    const { rows, reachedFrom } = await rig.source.fetch({ ...SPY_FRIDAY, from: MIDSESSION });

    expect(rows).toEqual([]);
    expect(reachedFrom).toBe(MIDSESSION);
    expect(rig.yahoo.journal).toEqual([]);
  });

  it.each(['../../etc', 'A/B?x=1', 'A'.repeat(200)])('is never the ticker %s', async (ticker) => {
    rig = await startYahooRig();

    await expect(rig.source.fetch({ ...SPY_FRIDAY, ticker })).rejects.toMatchObject({ code: 'bad_input' });
    expect(rig.yahoo.journal).toEqual([]);
  });
});

describe('closed candles only (invariants 1 and 8)', () => {
  const moments = [
    ['before the open', '2026-11-20T14:10:00Z'],
    ['at the open', '2026-11-20T14:30:00Z'],
    ['seconds into a candle', '2026-11-20T15:30:07Z'],
    ['exactly at a grid time', '2026-11-20T16:00:00Z'],
    ['in the last half hour', '2026-11-20T20:45:31Z'],
    ['at the close', '2026-11-20T21:00:00Z'],
    ['in the evening', '2026-11-20T22:30:10Z'],
    ['on a half day after its close', '2026-11-27T18:20:00Z'],
    ['on a weekend', '2026-11-22T12:00:00Z'],
  ] as const;
  const cases = moments.flatMap(([title, time]) =>
    FETCHED_TIMEFRAMES.map((tf) => [tf, title, time] as const),
  );

  it.each(cases)('gives %s candles %s as they were traded, and no other', async (timeframe, _title, time) => {
    const now = Date.parse(time);
    rig = await startYahooRig({ now: () => now });
    const from = FRIDAY - 3 * DAY;

    const { rows } = await rig.source.fetch({ ticker: 'NVDA', timeframe, from, to: now });

    const { candles } = checkCandles(rows, { timeframe, now, graceMs: 0 });
    const traded = PRICES.candles('NVDA', timeframe, from, now);
    const closed = checkCandles(traded, { timeframe, now, graceMs: 0 }).candles;
    expect(candles).toEqual(closed);
  });

  it('gives the first candle with the volume it traded, though Yahoo says 0', async () => {
    rig = await startYahooRig();

    const { rows, reachedFrom } = await rig.source.fetch(SPY_FRIDAY);

    const [traded] = PRICES.candles('SPY', '5m', FRIDAY, FRIDAY + 1);
    expect(rows[0]).toMatchObject({ ts: FRIDAY, volume: traded?.volume });
    expect(reachedFrom).toBe(FRIDAY);
  });

  it('says that it reaches only behind the first row when no earlier one exists', async () => {
    rig = await startYahooRig({ now: () => PRICES.span().from + 5 * DAY });
    const listed = PRICES.span().from;

    const { rows, reachedFrom } = await rig.source.fetch({
      ...SPY_FRIDAY,
      from: listed - 3 * DAY,
      to: listed + 2 * DAY,
    });

    expect(reachedFrom).toBe(listed + 1);
    expect(rows[0]?.ts).toBe(listed + 5 * MINUTE);
  });

  it('returns nothing that closes after the end asked for, though more is known', async () => {
    rig = await startYahooRig();
    const to = FRIDAY + 12 * MINUTE;

    const { rows } = await rig.source.fetch({ ...SPY_FRIDAY, to });

    expect(rows.map(({ ts }) => ts)).toEqual([FRIDAY, FRIDAY + 5 * MINUTE]);
  });

  it.each([
    ['5m', '2026-11-20', 78],
    ['1h', '2026-11-20', 7],
    ['1m', '2026-11-27', 210],
    ['1h', '2026-11-27', 4],
  ] as const)(
    'never lets extended hours through, even when Yahoo sends them unasked: %s on %s',
    async (timeframe, date, candlesOfTheDay) => {
      const open = sessionOn(date)?.open ?? Number.NaN;
      const evening = open + 9 * 60 * MINUTE;
      rig = await startYahooRig({ now: () => evening });
      const range = `period1=${open / 1000 - 18_000}&period2=${evening / 1000}`;
      const unasked = await fetch(
        `${rig.yahoo.baseUrl}/v8/finance/chart/SPY?interval=${timeframe}&includePrePost=true&${range}`,
      );
      rig.yahoo.faults.add({ body: await unasked.text() });

      const { rows } = await rig.source.fetch({ ticker: 'SPY', timeframe, from: open - 1, to: evening });

      const { candles, rejected } = checkCandles(rows, { timeframe, now: evening, graceMs: 0 });
      expect(candles).toHaveLength(candlesOfTheDay);
      expect(rejected.out_of_session, 'counted, so that it is seen').toBeGreaterThan(2);
    },
  );
});

describe('recorded answers', () => {
  const recorded = (name: string) => {
    const file = sharedData(`yahoo-v8-json/${name}`);
    if (file === null) return null;
    const content = JSON.parse(readFileSync(file, 'utf8'));
    return JSON.stringify(content.response?.bodyJson ?? content);
  };

  const live = recorded('equit-ease/chart-AAPL-1m-2021-01-11-live-midsession.json');
  it.skipIf(live === null)('turn the null row and the live row of a running session away', async () => {
    const now = Date.parse('2021-01-11T18:30:30Z');
    rig = await startYahooRig({ now: () => now });
    rig.yahoo.faults.add({ body: live ?? '' });

    const { rows } = await rig.source.fetch({
      ticker: 'AAPL',
      timeframe: '1m',
      from: now - 5 * 60 * MINUTE,
      to: now,
    });

    const { candles, rejected } = checkCandles(rows, { timeframe: '1m', now, graceMs: 0 });
    expect(candles).toHaveLength(239);
    expect(candles.at(-1)?.ts).toBe(Date.parse('2021-01-11T18:29:00Z'));
    expect(rejected).toEqual({ off_grid: 1 });
  });

  const split = recorded('gadicc/historical-via-chart-NVDA-split-2021-02-01-to-2022-01-31.csv.json');
  it.skipIf(split === null)('tell of a split', async () => {
    const now = Date.parse('2022-02-01T00:00:00Z');
    rig = await startYahooRig({ now: () => now });
    rig.yahoo.faults.add({ body: split ?? '' });

    const series = await rig.source.fetch({
      ticker: 'NVDA',
      timeframe: '1d',
      from: now - 360 * DAY,
      to: now,
    });

    expect(series.splits).toEqual([{ at: 1_626_787_800_000, ratio: 4 }]);
    expect(series).toMatchObject({ exchange: 'NMS', currency: 'USD' });
    expect(checkCandles(series.rows, { timeframe: '1d', now, graceMs: 0 }).rejected).toEqual({});
  });

  const weekend = recorded(
    'gadicc/chart-AAPL-2025-02-01-to-2025-02-02-includePrePost-false-interval-1m.json',
  );
  it.skipIf(weekend === null)('may be empty', async () => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ body: weekend ?? '' });

    const { rows, reachedFrom } = await rig.source.fetch(SPY_FRIDAY);

    expect(rows).toEqual([]);
    expect(reachedFrom).toBe(FRIDAY);
  });

  const euro = recorded('gadicc/chart-WSU.DE-2023-08-04-to-2023-08-09.json');
  it.skipIf(euro === null)('in another currency are refused', async () => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ body: euro ?? '' });

    const answer = rig.source.fetch({ ...SPY_FRIDAY, ticker: 'WSU.DE' });

    await expect(answer).rejects.toMatchObject({
      code: 'bad_input',
      message: '"WSU.DE" is quoted in EUR. Only tickers in USD are supported.',
    });
  });

  const warrant = recorded('gadicc/chart-LUCYW-null-currency.json');
  it.skipIf(warrant === null)('without a currency are refused', async () => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ body: warrant ?? '' });

    await expect(rig.source.fetch(SPY_FRIDAY)).rejects.toMatchObject({ code: 'bad_input' });
  });
});

/** An answer as small as Yahoo's can be, with rows around Friday's open. */
function anAnswer(
  overrides: { readonly meta?: object; readonly quote?: object; readonly ts?: number[] } = {},
) {
  const column = [10, 10, 10];
  const ts = [FRIDAY / 1000 - 65_000, FRIDAY / 1000, FRIDAY / 1000 + 300];
  const quote = { open: column, high: column, low: column, close: column, volume: column };
  const result = {
    meta: { currency: 'USD', exchangeName: 'NMS', symbol: 'SPY', ...overrides.meta },
    timestamp: overrides.ts ?? ts,
    indicators: { quote: [{ ...quote, ...overrides.quote }] },
  };
  return JSON.stringify({ chart: { result: [result], error: null } });
}

describe('odd answers', () => {
  const closed = { timeframe: '5m', now: MIDSESSION, graceMs: 0 } as const;

  it('are read though their meta lacks nearly everything', async () => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ body: anAnswer() });

    const { rows } = await rig.source.fetch(SPY_FRIDAY);

    expect(checkCandles(rows, closed).candles).toHaveLength(2);
  });

  it.each([
    ['EUR', '"SPY" is quoted in EUR.'],
    [null, '"SPY" is quoted in no currency.'],
  ])('in the currency %s are refused', async (currency, words) => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ body: anAnswer({ meta: { currency } }) });

    const answer = rig.source.fetch(SPY_FRIDAY);

    await expect(answer).rejects.toThrow(words);
    await expect(answer).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('tell of splits and dividends, those of the lead before it too: one that is told late is heard of', async () => {
    rig = await startYahooRig();
    const [late, today] = [FRIDAY / 1000 - 3600, FRIDAY / 1000];
    const answer = JSON.parse(anAnswer());
    answer.chart.result[0].events = {
      splits: Object.fromEntries(
        [late, today].map((date) => [date, { date, numerator: 4, denominator: 1, splitRatio: '4:1' }]),
      ),
      dividends: { [late]: { date: late, amount: 0.25 } },
    };
    rig.yahoo.faults.add({ body: JSON.stringify(answer) });

    const { splits, dividends } = await rig.source.fetch(SPY_FRIDAY);

    expect(splits).toEqual([
      { at: late * 1000, ratio: 4 },
      { at: today * 1000, ratio: 4 },
    ]);
    expect(dividends).toEqual([{ at: late * 1000, amount: 0.25 }]);
  });

  it('have their gaps, doubles and backward times counted by the checks', async () => {
    rig = await startYahooRig();
    const open = FRIDAY / 1000;
    const prices = [10, 10, null, 10, 10, 10];
    rig.yahoo.faults.add({
      body: anAnswer({
        ts: [open - 65_000, open + 300, open + 600, open + 900, open + 900, open],
        quote: { open: prices, high: prices, low: prices, close: prices, volume: [1, 1, null, 1, 1, 1] },
      }),
    });

    const { rows } = await rig.source.fetch(SPY_FRIDAY);

    const { candles, rejected } = checkCandles(rows, closed);
    expect(candles).toHaveLength(2);
    expect(rejected).toEqual({ null_value: 1, duplicate: 1, out_of_order: 1 });
  });

  it('with a column missing or too short give nulls, never a guess', async () => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ body: anAnswer({ quote: { volume: undefined, high: [10, 10] } }) });

    const { rows } = await rig.source.fetch(SPY_FRIDAY);

    expect(rows.map(({ high, volume }) => [high, volume])).toEqual([
      [10, null],
      [null, null],
    ]);
  });

  it.each([
    ['the refusal of a range', 422, 'Unprocessable Entity', '1m data not available for startTime=1'],
    ['a refusal without a reason known', 401, 'Unauthorized', 'Invalid Crumb'],
    ['a bad request', 400, 'Bad Request', 'Missing query parameter'],
  ])('turn %s into "unavailable"', async (_title, status, code, description) => {
    rig = await startYahooRig();
    const body = JSON.stringify({ chart: { result: null, error: { code, description } } });
    rig.yahoo.faults.add({ status, body });

    await expect(rig.source.fetch(SPY_FRIDAY)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['neither result nor error', '{"chart":{"result":null,"error":null}}'],
    ['an empty result', '{"chart":{"result":[],"error":null}}'],
    ['an error without a code', '{"chart":{"result":null,"error":{"description":"?"}}}'],
    ['a number that JSON does not know', '{"chart":{"result":[{"x":Infinity}]}}'],
    ['another shape', '{"finance":{"result":[{"secret":"do not repeat this"}]}}'],
  ])('with %s are "unavailable", in a sentence that repeats nothing of them', async (_title, body) => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ body });

    await expect(rig.source.fetch(SPY_FRIDAY)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'Yahoo\'s answer about "SPY" cannot be read. Try again in a minute.',
    });
  });

  it('say that a symbol is unknown', async () => {
    rig = await startYahooRig();

    await expect(rig.source.fetch({ ...SPY_FRIDAY, ticker: 'NOPE' })).rejects.toMatchObject({
      code: 'not_found',
      message: 'Yahoo does not know "NOPE". Check the spelling.',
    });
  });

  it('that only say that nothing traded in the range are empty', async () => {
    rig = await startYahooRig();
    const before = PRICES.span().from - 10 * DAY;

    const { rows } = await rig.source.fetch({
      ticker: 'SPY',
      timeframe: '1d',
      from: before - DAY,
      to: before,
    });

    expect(rows).toEqual([]);
  });
});

describe('the library stays harmless', () => {
  it('survives a cookie of a foreign domain', async () => {
    rig = await startYahooRig();
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    rig.yahoo.faults.add({ setCookie: 'a=1; Domain=.example.org' });

    await rig.source.fetch(SPY_FRIDAY);
    await new Promise((resolve) => setImmediate(resolve));

    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('prints nothing, whatever goes wrong', async () => {
    rig = await startYahooRig();
    const spies = (['log', 'info', 'warn', 'error', 'dir'] as const).map((method) =>
      vi.spyOn(console, method).mockReturnValue(undefined),
    );
    rig.yahoo.faults.add({ status: 404, body: '<html>gone</html>', times: 3 });
    rig.yahoo.faults.add({ status: 403, body: '{}' });
    rig.yahoo.faults.add({ body: anAnswer({ quote: { high: [1] } }) });

    for (let request = 0; request < 4; request++) await rig.source.fetch(SPY_FRIDAY).catch(() => null);
    await rig.source.quote('NOPE');

    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('still answers while more calls hang than its queue has places', async () => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ match: /QQQ/, hang: 'headers', times: 30 });
    const caller = new AbortController();
    const settled = vi.fn();
    const hung = Array.from({ length: 8 }, () =>
      rig.source.fetch({ ...SPY_FRIDAY, ticker: 'QQQ', signal: caller.signal }).catch(settled),
    );

    const fine = await rig.source.fetch(SPY_FRIDAY);

    expect(fine.rows.length).toBeGreaterThan(10);
    expect(settled).not.toHaveBeenCalled();
    caller.abort();
    await Promise.all(hung);
    expect(settled).toHaveBeenCalledTimes(8);
  });

  it('ends with the deadline of the caller', async () => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ hang: 'body', times: 9 });

    const answer = rig.source.fetch({ ...SPY_FRIDAY, signal: AbortSignal.timeout(50) });

    await expect(answer).rejects.toMatchObject({ code: 'unavailable', message: /did not answer in time/ });
  });
});

describe('quotes', () => {
  it('give bid and ask around the last price', async () => {
    rig = await startYahooRig();

    const quote = await rig.source.quote('SPY');

    const [minute] = PRICES.candles('SPY', '1m', MIDSESSION - 73_000, MIDSESSION);
    expect(quote?.bid).toBeLessThan(quote?.ask ?? 0);
    expect(quote?.bid).toBeCloseTo(minute?.close ?? 0, 0);
    expect(rig.yahoo.unhandledRoutes).toEqual([]);
  });

  it.each([
    ['an index, which has none', '^VIX', {}],
    ['an unknown ticker', 'NOPE', {}],
    ['text that is no ticker', '../x', {}],
    ['a refused crumb', 'SPY', { match: /getcrumb/, status: 429, body: 'Too Many Requests' }],
    ['a page without a cookie', 'SPY', { match: /^\/quote/, drop: true }],
    ['an answer that does not come', 'SPY', { match: /^\/v7/, hang: 'headers' as const }],
    [
      'prices that cross',
      'SPY',
      { match: /^\/v7/, body: '{"quoteResponse":{"result":[{"symbol":"SPY","bid":2,"ask":1}]}}' },
    ],
  ])('are null for %s', async (_title, ticker, fault) => {
    rig = await startYahooRig();
    if (Object.keys(fault).length > 0) rig.yahoo.faults.add({ ...fault, times: 3 });
    const begin = performance.now();

    expect(await rig.source.quote(ticker)).toBeNull();

    expect(performance.now() - begin).toBeLessThan(3000);
  });

  it('of several are one request, and what has none takes nothing from the others', async () => {
    rig = await startYahooRig();

    const quotes = await rig.source.quoteAll(['SPY', 'NOPE', '^VIX', 'AAPL']);

    expect([...quotes.keys()]).toEqual(['SPY', 'AAPL']);
    expect(quotes.get('SPY')).toEqual(await rig.source.quote('SPY'));
    expect(rig.yahoo.journal.filter(({ path }) => path.startsWith('/v7/'))).toHaveLength(2);
  });

  it('ask for a new crumb when the old one went stale', async () => {
    rig = await startYahooRig();
    await rig.source.quote('SPY');
    const body = '{"finance":{"result":null,"error":{"code":"Unauthorized","description":"Invalid Crumb"}}}';
    rig.yahoo.faults.add({ match: /^\/v7/, status: 401, body });

    expect(await rig.source.quote('SPY')).toBeNull();
    expect(await rig.source.quote('SPY')).not.toBeNull();

    expect(rig.yahoo.journal.filter(({ path }) => path.includes('getcrumb'))).toHaveLength(2);
  });

  it('that fail never make candles wait', async () => {
    rig = await startYahooRig();
    rig.yahoo.faults.add({ match: /quote/, status: 429, headers: { 'retry-after': '600' }, times: 99 });
    for (let request = 0; request < 6; request++) await rig.source.quote('SPY');

    const { rows } = await rig.source.fetch(SPY_FRIDAY);

    expect(rows.length).toBeGreaterThan(10);
  });
});

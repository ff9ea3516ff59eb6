import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import YahooFinance from 'yahoo-finance2';
import { sessionOn } from '../../../src/domain/calendar.ts';
import { type LocalYahoo, startLocalYahoo } from '../../../src/sandbox/yahoo/local-yahoo.ts';
import { MIDSESSION, PRICES } from '../../support/yahoo.ts';

const DAY = 86_400;
const MINUTE = 60;
const NOW = MIDSESSION / 1000;
const OPEN = (sessionOn('2026-11-20')?.open ?? Number.NaN) / 1000;

let yahoo: LocalYahoo;
let now = MIDSESSION;
beforeEach(async () => {
  now = MIDSESSION;
  yahoo = await startLocalYahoo({ prices: PRICES, now: () => now });
});
afterEach(() => yahoo.close());

interface ChartBody {
  readonly chart: {
    readonly result: readonly {
      readonly meta: Readonly<Record<string, unknown>>;
      readonly timestamp?: readonly number[];
      readonly indicators: {
        readonly quote: readonly Readonly<Record<string, readonly (number | null)[] | undefined>>[];
      };
    }[];
    readonly error: { readonly code: string; readonly description: string } | null;
  };
}

async function get(query: string, symbol = 'SPY'): Promise<{ readonly status: number } & ChartBody['chart']> {
  const response = await fetch(`${yahoo.baseUrl}/v8/finance/chart/${symbol}?${query}`);
  return { status: response.status, ...((await response.json()) as ChartBody).chart };
}

/** Rows as `[seconds after the open, close, volume]`. */
async function rowsOf(query: string): Promise<(readonly [number, number | null, number | null])[]> {
  const { result } = await get(query);
  const quote = result[0]?.indicators.quote[0];
  return (result[0]?.timestamp ?? []).map((ts, index) => [
    ts - OPEN,
    quote?.close?.[index] ?? null,
    quote?.volume?.[index] ?? null,
  ]);
}

describe('who is answered', () => {
  const statusWith = (headers: Readonly<Record<string, string>>) =>
    new Promise<number | undefined>((done, failed) => {
      request(`${yahoo.baseUrl}/v8/finance/chart/SPY`, { headers }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      })
        .on('error', failed)
        .end();
    });

  it('is this machine, and no page of elsewhere in its browser', async () => {
    expect(await statusWith({ host: 'evil.example' })).toBe(403);
    expect(await statusWith({ origin: 'http://evil.example' })).toBe(403);
    expect(await statusWith({})).not.toBe(403);
  });
});

describe('shape', () => {
  it.each(['1m', '5m', '15m', '1h', '1d'] as const)(
    'of %s passes the schema of the unmodified library',
    async (interval) => {
      const { baseUrl } = yahoo;
      const library = new YahooFinance({
        versionCheck: false,
        fetch: (input, init) => {
          const url = new URL(String(input));
          return fetch(`${baseUrl}${url.pathname}${url.search}`, init);
        },
      });

      const { quotes, meta } = await library.chart('^VIX', {
        period1: NOW - 5 * DAY,
        period2: NOW,
        interval,
      });

      expect(quotes.length).toBeGreaterThan(2);
      expect(meta).toMatchObject({ symbol: '^VIX', currency: 'USD', dataGranularity: interval });
      expect(meta.currentTradingPeriod.regular.start).toEqual(new Date(OPEN * 1000));
    },
  );

  it('of an empty range has no timestamps at all, as recorded', async () => {
    const saturday = OPEN - 6 * DAY;

    const { status, result } = await get(`interval=5m&period1=${saturday}&period2=${saturday + DAY}`);

    expect(status).toBe(200);
    expect(result[0]?.timestamp).toBeUndefined();
    expect(result[0]?.indicators.quote).toEqual([{}]);
  });
});

describe('defects', () => {
  const today = `period1=${OPEN}&period2=${NOW}`;

  it('give the first row of intraday answers volume 0', async () => {
    const [first, second] = await rowsOf(`interval=5m&${today}`);

    expect(first?.[2]).toBe(0);
    expect(second?.[2]).toBeGreaterThan(0);
  });

  it('end a running session with the candle so far and the live price', async () => {
    const rows = await rowsOf(`interval=5m&${today}`);

    const [unfinished, live] = rows.slice(-2);
    expect(unfinished?.[0]).toBe(60 * MINUTE);
    expect(live?.[0], 'off the grid').toBe(62 * MINUTE + 13);
    expect(live?.[2]).toBe(0);
  });

  it('leave the running minute null, as it has not been summed up yet', async () => {
    const rows = await rowsOf(`interval=1m&${today}`);

    expect(rows.at(-2)).toEqual([62 * MINUTE, null, null]);
    expect(rows.at(-1)?.[0]).toBe(62 * MINUTE + 13);
  });

  it('add a row at the very close', async () => {
    now = (OPEN + 8 * 3600) * 1000;

    const rows = await rowsOf(`interval=1h&period1=${OPEN}&period2=${OPEN + 8 * 3600}`);

    expect(rows).toHaveLength(8);
    expect(rows.at(-1)).toEqual([390 * MINUTE, rows.at(-2)?.[1], 0]);
  });

  it('give extended hours volume 0 when they are asked for', async () => {
    const rows = await rowsOf(`interval=5m&includePrePost=true&period1=${OPEN - 6 * 3600}&period2=${NOW}`);

    const early = rows.filter(([after]) => after < 0);
    expect(early).toHaveLength(66);
    expect(early.every(([, , volume]) => volume === 0)).toBe(true);
  });

  it('stay away when they are not wanted', async () => {
    const plain = { firstRowVolume: false, liveRow: false, closeRow: false };
    await yahoo.close();
    yahoo = await startLocalYahoo({ prices: PRICES, now: () => now, defects: plain });

    const rows = await rowsOf(`interval=5m&${today}`);

    expect(rows).toHaveLength(12);
    expect(rows[0]?.[2]).toBeGreaterThan(0);
  });

  it('never show what lies after the present', async () => {
    const rows = await rowsOf(`interval=1m&period1=${OPEN}&period2=${OPEN + 3 * DAY}`);

    expect(rows.at(-1)?.[0]).toBe(NOW - OPEN);
  });
});

describe('a recording without the market', () => {
  it.each(['SPY', '^VIX'])('has no candles of %s, but knows it', async (symbol) => {
    await using lacking = {
      ...(await startLocalYahoo({
        now: () => now,
        prices: { ...PRICES, tickers: () => ['NVDA'], candles: () => [] },
      })),
      async [Symbol.asyncDispose]() {
        await this.close();
      },
    };

    const query = `interval=15m&period1=${NOW - DAY}&period2=${NOW}`;
    const response = await fetch(`${lacking.baseUrl}/v8/finance/chart/${symbol}?${query}`);

    const { chart } = (await response.json()) as ChartBody;
    expect(response.status).toBe(200);
    expect(chart.result[0]?.timestamp).toBeUndefined();
  });
});

describe('refusals in the words of Yahoo', () => {
  it.each([
    [
      'an unknown symbol',
      'interval=1d&period1=1&period2=2',
      'NOPE',
      404,
      'No data found, symbol may be delisted',
    ],
    [
      'an interval it does not have',
      `interval=7m&period1=1&period2=2`,
      'SPY',
      422,
      'interval=7m is not supported',
    ],
    [
      'minutes of more than 7 days',
      `interval=1m&period1=${NOW - 8 * DAY}&period2=${NOW}`,
      'SPY',
      422,
      'Only 7 days worth of 1m granularity',
    ],
    [
      'minutes older than 30 days',
      `interval=1m&period1=${NOW - 31 * DAY}&period2=${NOW - 30 * DAY}`,
      'SPY',
      422,
      'must be within the last 30 days',
    ],
    [
      '5m candles older than 60 days',
      `interval=5m&period1=${NOW - 61 * DAY}&period2=${NOW}`,
      'SPY',
      422,
      'must be within the last 60 days',
    ],
    [
      'hours older than 730 days',
      `interval=1h&period1=${NOW - 731 * DAY}&period2=${NOW}`,
      'SPY',
      422,
      'must be within the last 730 days',
    ],
    [
      'a range that runs backwards',
      'interval=1d&period1=2&period2=1',
      'SPY',
      400,
      'start date cannot be after end date',
    ],
    [
      'a range before its first candle',
      'interval=1d&period1=1&period2=2',
      'SPY',
      400,
      "Data doesn't exist for startDate",
    ],
  ])('meet %s', async (_title, query, symbol, expectedStatus, text) => {
    const { status, result, error } = await get(query, symbol);

    expect(status).toBe(expectedStatus);
    expect(result).toBeNull();
    expect(error?.description).toContain(text);
  });
});

it('writes down each request and each route it does not serve', async () => {
  yahoo.faults.add({ match: /QQQ/, status: 503 });

  await fetch(`${yahoo.baseUrl}/v8/finance/chart/QQQ?interval=1d`);
  await fetch(`${yahoo.baseUrl}/v10/finance/quoteSummary/SPY`);

  expect(yahoo.journal.map(({ spoiled }) => spoiled)).toEqual([true, false]);
  expect(yahoo.unhandledRoutes).toEqual(['/v10/finance/quoteSummary/SPY']);
});

it('closes while a request hangs', async () => {
  yahoo.faults.add({ hang: 'headers' });
  const hung = fetch(`${yahoo.baseUrl}/v8/finance/chart/SPY`).catch(() => 'cut');

  while (yahoo.journal.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await yahoo.close();

  expect(await hung).toBe('cut');
});

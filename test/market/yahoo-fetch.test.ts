import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createYahooFetch, type YahooFetchOptions } from '../../src/market/yahoo-fetch.ts';
import { type LocalYahoo, startLocalYahoo } from '../../src/sandbox/yahoo/local-yahoo.ts';
import { recordingLog } from '../support/recording-log.ts';
import { MIDSESSION, PRICES } from '../support/yahoo.ts';

const CHART = 'https://query2.finance.yahoo.com/v8/finance/chart/SPY?interval=1d&period1=1794000000';

let yahoo: LocalYahoo;
beforeEach(async () => {
  yahoo = await startLocalYahoo({ prices: PRICES, now: () => MIDSESSION });
});
afterEach(() => yahoo.close());

function aFetch(overrides: Partial<YahooFetchOptions> = {}): typeof fetch {
  const quick = { spacingMs: 0, timeoutMs: 2000, backoffMs: 1 };
  return createYahooFetch({ baseUrl: yahoo.baseUrl, log: recordingLog(), ...quick, ...overrides });
}

describe('address', () => {
  it('sends what is meant for Yahoo to the base url, path and query kept', async () => {
    const response = await aFetch()(CHART);

    expect(response.status).toBe(200);
    expect(yahoo.journal[0]?.path).toBe('/v8/finance/chart/SPY?interval=1d&period1=1794000000');
  });

  it.each(['http://example.com', 'http://10.0.0.8:8080', 'ftp://127.0.0.1', 'yahoo'])(
    'refuses the base url %s',
    (baseUrl) => {
      expect(() => aFetch({ baseUrl })).toThrow(/YAHOO_BASE_URL/);
    },
  );
});

describe('deadline', () => {
  it.each(['headers', 'body'] as const)('gives up on an answer that hangs in its %s', async (hang) => {
    yahoo.faults.add({ hang });

    const answer = aFetch({ timeoutMs: 100, attempts: 1 })(CHART);

    await expect(answer).rejects.toMatchObject({ code: 'unavailable', message: /did not answer in time/ });
  });

  it('tries again after an answer that hangs', async () => {
    yahoo.faults.add({ hang: 'body' });

    const response = await aFetch({ timeoutMs: 100 })(CHART);

    expect(response.status).toBe(200);
    expect(yahoo.journal).toHaveLength(2);
  });

  it('ends at once when the caller gives up, and asks no more', async () => {
    yahoo.faults.add({ hang: 'headers', times: 5 });
    const caller = new AbortController();

    const answer = aFetch()(CHART, { signal: caller.signal });
    await vi.waitFor(() => expect(yahoo.journal).toHaveLength(1));
    caller.abort();

    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    expect(yahoo.journal).toHaveLength(1);
  });

  it('ends the wait for a turn when the caller gives up', async () => {
    const slow = aFetch({ spacingMs: 60_000 });
    await slow(CHART);

    const answer = slow(CHART, { signal: AbortSignal.timeout(20) });

    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    expect(yahoo.journal).toHaveLength(1);
  });
});

describe('repetition', () => {
  it.each([
    ['HTTP 429 in plain text', { status: 429, body: 'Edge: Too Many Requests' }],
    ['HTTP 500 in JSON', { status: 500, body: '{"chart":{"error":{"code":"Oops","description":"no"}}}' }],
    ['HTTP 502 in HTML', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['a page of HTML with 200', { body: '<html>Will be right back</html>' }],
    ['an empty body', { body: '' }],
    ['a broken connection', { drop: true }],
    ['a body cut short', { truncateBody: 80 }],
    ['a body that ends too early by its own account', { body: '{"chart":{"result":[{"meta":' }],
  ])('asks again after %s', async (_title, fault) => {
    yahoo.faults.add({ ...fault, times: 2 });

    const response = await aFetch()(CHART);

    expect(await response.json()).toHaveProperty('chart.result');
    expect(yahoo.journal.map(({ spoiled }) => spoiled)).toEqual([true, true, false]);
  });

  it('gives up after three attempts and says what it met', async () => {
    yahoo.faults.add({ status: 503, times: 9 });

    await expect(aFetch()(CHART)).rejects.toMatchObject({ code: 'unavailable', message: /HTTP 503/ });
    expect(yahoo.journal).toHaveLength(3);
  });

  it('waits as long as Retry-After says', async () => {
    yahoo.faults.add({ status: 429, headers: { 'retry-after': '1' } });

    await aFetch()(CHART);

    const [first, second] = yahoo.journal;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('understands a Retry-After that is a date', async () => {
    const date = 'Fri, 20 Nov 2026 15:00:00 GMT';
    yahoo.faults.add({ status: 429, headers: { date, 'retry-after': 'Fri, 20 Nov 2026 15:10:00 GMT' } });
    const fetchYahoo = aFetch();

    await expect(fetchYahoo(CHART)).rejects.toMatchObject({ code: 'unavailable' });

    await expect(fetchYahoo(CHART)).rejects.toThrow(/left alone for another (600|59\d) s/);
  });

  it('does not wait for a Retry-After longer than its patience, and leaves Yahoo alone until then', async () => {
    yahoo.faults.add({ status: 429, headers: { 'retry-after': '120' } });
    const fetchYahoo = aFetch();

    await expect(fetchYahoo(CHART)).rejects.toMatchObject({ code: 'unavailable', message: /HTTP 429/ });
    await expect(fetchYahoo(CHART)).rejects.toMatchObject({ code: 'unavailable', message: /left alone/ });

    expect(yahoo.journal).toHaveLength(1);
  });

  it('leaves Yahoo alone after five failed requests', async () => {
    yahoo.faults.add({ status: 500, times: 99 });
    const fetchYahoo = aFetch({ attempts: 1 });

    for (let request = 0; request < 8; request++) await fetchYahoo(CHART).catch(() => null);

    expect(yahoo.journal).toHaveLength(5);
  });

  it('hands on a refusal that Yahoo explains, without asking again', async () => {
    const response = await aFetch()(CHART.replace('SPY', 'NOPE'));

    expect(response.status).toBe(404);
    expect(yahoo.journal).toHaveLength(1);
  });
});

describe('manners', () => {
  it('starts requests at least the spacing apart', async () => {
    const fetchYahoo = aFetch({ spacingMs: 40 });

    await Promise.all([1, 2, 3, 4].map(() => fetchYahoo(CHART)));

    const starts = yahoo.journal.map(({ at }) => at);
    expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(3 * 40 - 10);
  });

  it('strips cookies from data and keeps them where the library needs them', async () => {
    yahoo.faults.add({ setCookie: 'B=1; Domain=.example.org', match: /chart/ });
    const fetchYahoo = aFetch();

    const chart = await fetchYahoo(CHART);
    const page = await fetchYahoo('https://finance.yahoo.com/quote/AAPL');

    expect(chart.headers.getSetCookie()).toEqual([]);
    expect(page.headers.getSetCookie()).toHaveLength(1);
  });
});

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sessionOn } from '../../../src/domain/calendar.ts';
import { choosePrices } from '../../../src/sandbox/yahoo/choose-prices.ts';
import { startLocalYahoo } from '../../../src/sandbox/yahoo/local-yahoo.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { sharedData } from '../../support/shared-data.ts';
import { MIDSESSION, PRICES } from '../../support/yahoo.ts';

const HEADER = 'timestamp,open,high,low,close,volume\n';
const choose = (options: { readonly dataDir?: string; readonly yahooUrl?: string }) =>
  choosePrices({ dataDir: null, seed: 1, now: MIDSESSION, log: recordingLog(), ...options });

function aFolder(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'prices-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

/** An address at which nobody listens. */
async function deadUrl(): Promise<string> {
  const server = await startLocalYahoo({ prices: PRICES, now: () => MIDSESSION });
  await server.close();
  return server.baseUrl;
}

describe('recorded prices', () => {
  const open = sessionOn('2024-03-08')?.open ?? Number.NaN;

  it('come from the files of a folder, larger candles built from the finest', async () => {
    const minutes = [0, 1, 2, 3, 4, 5].map(
      (minute) => `2024-03-08T14:3${minute}:00Z,10,${11 + minute},9,10.5,100\n`,
    );
    const dataDir = aFolder({
      'VIX_1m_2024.csv': HEADER + minutes.join(''),
      'notes.csv': 'x',
      'README.md': 'x',
    });

    const prices = await choose({ dataDir });

    expect(prices.tickers()).toEqual(['^VIX']);
    expect(prices.candles('^VIX', '1m', open, open + 120_000)).toHaveLength(2);
    expect(prices.candles('^VIX', '5m', open, open + 300_000)).toEqual([
      { ts: open, open: 10, high: 15, low: 9, close: 10.5, volume: 500, vwap: null },
    ]);
    expect(prices.describe()).toBe(`Prices are recordings from ${dataDir}: ^VIX, 2024-03-08 to 2024-03-08.`);
    expect(prices.span()).toEqual({ from: open, to: open + 360_000 });
  });

  it('leave out extended hours and rows that run backwards', async () => {
    const rows = ['2024-03-08T14:35:00Z,10,11,9,10,1', '2024-03-08T14:30:00Z,10,11,9,10,1'];
    const dataDir = aFolder({
      'SPY_5m.csv': `${HEADER}${rows.join('\n')}\n2024-03-08T13:30:00Z,10,11,9,10,0\n`,
    });

    const prices = await choose({ dataDir });

    expect(prices.candles('SPY', '5m', 0, MIDSESSION).map(({ ts }) => ts)).toEqual([open, open + 300_000]);
  });

  it('are refused when the folder is absent or holds none', async () => {
    const empty = aFolder({});
    const night = aFolder({ 'SPY_5m.csv': `${HEADER}2024-03-08T03:00:00Z,10,11,9,10,1\n` });
    mkdirSync(join(empty, 'inner'));

    await expect(choose({ dataDir: '/no/such/folder' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(choose({ dataDir: empty })).rejects.toMatchObject({ code: 'bad_input' });
    await expect(choose({ dataDir: night })).rejects.toMatchObject({ code: 'bad_input' });
  });

  const data = sharedData('stratback-5m');
  it.skipIf(data === null)('of half a year give every timeframe from 5m up', async () => {
    const prices = await choose({ dataDir: data ?? '' });

    const year = [Date.UTC(2022, 0), Date.UTC(2023, 0)] as const;
    expect(prices.tickers()).toContain('TSLA');
    expect(prices.candles('TSLA', '1d', ...year)).toHaveLength(125);
    expect(prices.candles('TSLA', '1h', ...year)).toHaveLength(125 * 7);
    expect(prices.candles('TSLA', '1m', ...year)).toEqual([]);
  });
});

describe('without a folder', () => {
  it('prices are the last sessions of the real Yahoo when it answers', async () => {
    const real = await startLocalYahoo({ prices: PRICES, now: () => MIDSESSION });

    const prices = await choose({ yahooUrl: real.baseUrl });
    await real.close();

    const day = MIDSESSION - 86_400_000;
    expect(prices.describe()).toMatch(/^Prices are recordings from Yahoo Finance, fetched just now/);
    expect(prices.tickers()).toContain('^VIX');
    const known = prices.candles('SPY', '5m', day, MIDSESSION - 300_000);
    expect(known).toEqual(PRICES.candles('SPY', '5m', day, MIDSESSION - 300_000).slice(0, known.length));
    expect(prices.candles('SPY', '15m', day, MIDSESSION).length).toBeGreaterThan(20);
  });

  it('prices lack a ticker that Yahoo refuses', async () => {
    const real = await startLocalYahoo({ prices: PRICES, now: () => MIDSESSION });
    real.faults.add({
      match: /AMD/,
      status: 404,
      body: '{"chart":{"error":{"code":"Not Found","description":"No data found"}}}',
      times: 9,
    });

    const prices = await choose({ yahooUrl: real.baseUrl });
    await real.close();

    expect(prices.tickers()).toContain('SPY');
    expect(prices.tickers()).not.toContain('AMD');
  });

  it('prices are simulated when nobody answers', async () => {
    const prices = await choose({ yahooUrl: await deadUrl() });

    expect(prices.describe()).toMatch(/^Prices are simulated/);
    const lastClose = sessionOn('2026-11-19')?.close;
    expect(prices.span().to, 'the last session that is over').toBe(lastClose);
  });

  it('prices are simulated when the answer takes longer than three seconds', async () => {
    const slow = await startLocalYahoo({ prices: PRICES, now: () => MIDSESSION });
    slow.faults.add({ hang: 'body', times: 99 });
    const begin = performance.now();

    const prices = await choose({ yahooUrl: slow.baseUrl });
    await slow.close();

    expect(prices.describe()).toMatch(/^Prices are simulated/);
    expect(performance.now() - begin).toBeLessThan(6000);
  });
});

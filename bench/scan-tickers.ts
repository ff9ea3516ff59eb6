import { ExtendedCookieJar } from 'yahoo-finance2/lib/cookieJar';
import { createScanner, type Scanner } from '../src/app/scan/scan-due.ts';
import { startWatch } from '../src/app/watches/start-watch.ts';
import type { Database } from '../src/db/open.ts';
import { nextCandleClose } from '../src/domain/calendar.ts';
import { createYahooSource } from '../src/market/yahoo.ts';
import { createYahooFetch } from '../src/market/yahoo-fetch.ts';
import { createYahooLibrary } from '../src/market/yahoo-library.ts';
import { type LocalYahoo, startLocalYahoo } from '../src/sandbox/yahoo/local-yahoo.ts';
import { quiet } from '../test/support/quiet-log.ts';
import { fillCatalog } from '../test/support/scan-rig.ts';
import { aSettings } from '../test/support/settings.ts';
import { type Bench, type BenchResult, quantile } from './bench.ts';
import { cheapPrices } from './cheap-prices.ts';
import { withBenchDatabase } from './database.ts';

/** The growth shows: what a scan costs however few it scans, and what each ticker adds. */
const SIZES = [10, 100];
const CLOSES = 24;
const WARM_UP = 4;
/** Requests at the same time, on both sides. */
const PARALLEL = 8;
/** Half past eleven in New York on a Wednesday. */
const START = Date.UTC(2026, 5, 10, 15, 30);

/** One candle close of warm tickers, against asking Yahoo for the same and committing one row each. */
export const scanTickers: Bench = {
  name: 'scan-tickers',
  async run() {
    const results: BenchResult[] = [];
    for (const size of SIZES) results.push(await withBenchDatabase((database) => measure(database, size)));
    return results;
  },
};

async function measure(database: Database, size: number): Promise<BenchResult> {
  let now = START;
  const clock = () => now;
  const prices = cheapPrices(size, START);
  const yahoo = await startLocalYahoo({ prices, now: clock });
  try {
    const scanner = await startWarm(database, yahoo, clock, prices.traded);
    const bare = await startBare(database, yahoo);
    const times = { ours: [] as number[], bare: [] as number[] };
    for (let close = 0; close < CLOSES; close += 1) {
      now = nextCandleClose('5m', now);
      const asked = yahoo.journal.length;
      times.ours.push(await timed(() => scanAll(scanner, now, size)));
      const charts = yahoo.journal.slice(asked).filter(({ path }) => path.includes('/chart/'));
      times.bare.push(await timed(() => bare(charts.map(({ path }) => path))));
    }
    const [ms = Number.NaN, limitMs = Number.NaN] = [times.ours, times.bare].map((side) =>
      quantile(side.slice(WARM_UP), 0.5),
    );
    const what = 'a scan of warm tickers';
    return { what, size, ms, limitMs, ratio: ms / limitMs, reach: 1.3, better: 'lower' };
  } finally {
    await yahoo.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function scanAll(scanner: Scanner, now: number, size: number): Promise<void> {
  const { watches, errors } = await scanner.scanDue(now);
  if (watches !== size || errors.length > 0) throw new Error(`scanned ${watches}: ${errors[0]}`);
}

/** The real scanner with a watch on every ticker and its history in the database. */
async function startWarm(
  { stores }: Database,
  { baseUrl }: LocalYahoo,
  now: () => number,
  tickers: readonly string[],
): Promise<Scanner> {
  await fillCatalog(stores);
  const source = createYahooSource({ baseUrl, log: quiet, spacingMs: 0, timeoutMs: 10_000, now });
  const settings = aSettings({ origin: 'sandbox', graceMs: 0 });
  const services = { stores, market: source, quotes: source, log: quiet, settings };
  for (const ticker of tickers)
    await startWatch(services, { ticker, timeframe: '5m', userId: 'bench', channelId: '900', now: now() });
  return createScanner(services, 'bench');
}

/** `yahoo-finance2` alone, asked for the same ranges, and one row committed for each answer. */
async function startBare(
  { pool }: Database,
  { baseUrl }: LocalYahoo,
): Promise<(paths: readonly string[]) => Promise<void>> {
  await pool.query('CREATE TABLE bare_scans (id bigserial PRIMARY KEY, ticker text, rows int)');
  const library = createYahooLibrary(quiet, new ExtendedCookieJar());
  const fetch = createYahooFetch({ baseUrl, log: quiet, spacingMs: 0, timeoutMs: 10_000 });
  const one = async (path: string): Promise<void> => {
    const { pathname, searchParams } = new URL(path, baseUrl);
    const ticker = decodeURIComponent(pathname.split('/').at(-1) ?? '');
    const [period1, period2] = ['period1', 'period2'].map((name) => Number(searchParams.get(name)));
    const { quotes } = await library.chart(
      ticker,
      {
        interval: searchParams.get('interval') as '5m',
        period1: period1 ?? 0,
        period2: period2 ?? 0,
        includePrePost: false,
        return: 'array',
      },
      { fetch },
    );
    await pool.query('INSERT INTO bare_scans (ticker, rows) VALUES ($1, $2)', [ticker, quotes.length]);
  };
  return async (paths) => {
    const left = [...paths];
    const work = async () => {
      for (let path = left.pop(); path !== undefined; path = left.pop()) await one(path);
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  };
}

import { randomUUID } from 'node:crypto';
import type { Stores } from '../../src/app/ports.ts';
import { createScanner, type Scanner } from '../../src/app/scan/scan-due.ts';
import type { ScanDeps } from '../../src/app/scan/scan-round.ts';
import type { Settings } from '../../src/app/services.ts';
import { newYorkDate } from '../../src/domain/calendar.ts';
import * as detectors from '../../src/domain/detectors/all.ts';
import { hashDetector } from '../../src/domain/detectors/code-hash.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';
import { createYahooSource } from '../../src/market/yahoo.ts';
import { type LocalYahoo, startLocalYahoo } from '../../src/sandbox/yahoo/local-yahoo.ts';
import { type BendablePrices, bendable } from './bendable-prices.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { recordingLog } from './recording-log.ts';
import { aSettings } from './settings.ts';
import { PRICES } from './yahoo.ts';

/** Everything a scan needs, real: a database of its own, the Yahoo source and a local Yahoo with bendable prices. */
export interface ScanRig extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly yahoo: LocalYahoo;
  readonly prices: BendablePrices;
  readonly services: ScanDeps;
  readonly log: ReturnType<typeof recordingLog>;
  /** The simulated present, epoch ms; a test moves it. */
  now: number;
  /** Another process: a scanner with nothing in its memory. */
  newScanner(overrides?: Partial<ScanDeps>, name?: string): Scanner;
  rows<T = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** Watches a ticker at 5m from a candle on, without bringing anything in. */
  watch(
    ticker: string,
    startAfter: number,
    timeframe?: '1m' | '5m' | '15m' | '1h' | '4h' | '5h',
  ): Promise<void>;
  /** What Yahoo was asked for a series since the last call, oldest first, epoch ms. */
  asked(ticker: string, timeframe: Timeframe): { readonly from: number; readonly to: number }[];
}

export interface ScanRigOptions {
  readonly now: number;
  readonly settings?: Partial<Settings>;
  /** A database of the test file's, to be emptied first and left open; without it the rig has its own. */
  readonly database?: TestDatabase;
}

/** Starts one. `settings.graceMs` is 0 unless said otherwise: a candle is closed when it ends. */
export async function startScanRig(options: ScanRigOptions): Promise<ScanRig> {
  const log = recordingLog();
  const prices = bendable(PRICES);
  const clock = () => rig.now;
  const yahoo = await startLocalYahoo({ prices, now: clock });
  const database = options.database ?? (await openTestDatabase());
  if (options.database !== undefined) await empty(database);
  await fillCatalog(database.stores);
  const source = createYahooSource({
    baseUrl: yahoo.baseUrl,
    log,
    spacingMs: 0,
    timeoutMs: 5000,
    backoffMs: 1,
    now: clock,
  });
  const services: ScanDeps = {
    stores: database.stores,
    market: source,
    quotes: source,
    log,
    settings: aSettings({ graceMs: 0, ...options.settings }),
  };
  const read = new Map<string, number>();
  const rig: ScanRig = {
    database,
    yahoo,
    prices,
    services,
    log,
    now: options.now,
    newScanner: (overrides = {}, name = randomUUID()) => createScanner({ ...services, ...overrides }, name),
    rows: async (sql, values = []) => (await database.pool.query(sql, [...values])).rows,
    async watch(ticker, startAfter, timeframe = '5m') {
      await database.stores.watches.add({
        ticker,
        timeframe,
        params: { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 },
        channelId: '900',
        userId: 'alice',
        startAfter,
      });
    },
    asked(ticker, timeframe) {
      const key = `${ticker} ${timeframe}`;
      const before = read.get(key) ?? 0;
      read.set(key, yahoo.journal.length);
      return yahoo.journal.slice(before).flatMap(({ path }) => {
        const url = new URL(path, yahoo.baseUrl);
        const query = url.searchParams;
        if (decodeURIComponent(url.pathname) !== `/v8/finance/chart/${ticker}`) return [];
        if (query.get('interval') !== timeframe) return [];
        return [{ from: Number(query.get('period1')) * 1000, to: Number(query.get('period2')) * 1000 }];
      });
    },
    async [Symbol.asyncDispose]() {
      await yahoo.close();
      if (options.database === undefined) await database.close();
    },
  };
  return rig;
}

/** Children first; what is append-only stays. */
const SCANNED = ['alerts', 'cards', 'signals', 'candles', 'candle_coverage', 'candle_revisions'];
const CHECKED = ['candle_gaps', 'gap_checks', 'corporate_actions'];
const WATCHED = ['watch_subscribers', 'watch_requests', 'symbols', 'scan_runs'];

/** Takes away what scans write: a tenth of the time that a new database takes. */
async function empty({ pool }: TestDatabase): Promise<void> {
  await pool.query([...SCANNED, ...CHECKED, ...WATCHED].map((table) => `DELETE FROM ${table}`).join('; '));
}

/** Puts the real detectors into the catalog, as the bot does when it starts. */
export function fillCatalog(stores: Stores): Promise<void> {
  return stores.detectors.sync(
    Object.values(detectors).map((detector) => ({ ...detector, codeHash: hashDetector(detector) })),
  );
}

/** The New York wall clock of a moment, for readable expectations: `2026-11-20 10:35`. */
export function newYorkTime(ts: number): string {
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'America/New_York',
    hour: '2-digit',
    minute: '2-digit',
  }).format(ts);
  return `${newYorkDate(ts)} ${time}`;
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOurs } from '../guard.ts';
import { answerChart } from './chart-route.ts';
import { ALL_DEFECTS, type YahooDefects } from './chart-rows.ts';
import { type Answer, createFaultList, type FaultList, send } from './faults.ts';
import { json } from './json.ts';
import type { Prices } from './prices.ts';
import { answerCrumb, answerQuotePage, answerQuotes } from './quote-route.ts';

/** What `yahoo-finance2` says where it asks for a crumb, as if it were a page of Yahoo's. */
const LIBRARY_ORIGIN = 'https://finance.yahoo.com';

export interface LocalYahooOptions {
  readonly prices: Prices;
  /** The simulated present, epoch ms: what lies after it does not show. */
  readonly now: () => number;
  /** Defects to leave out are set to false. */
  readonly defects?: Partial<YahooDefects>;
}

/** One request the server met. */
interface JournalEntry {
  /** Path and query as they came. */
  readonly path: string;
  /** When it came, epoch ms of the machine. */
  readonly at: number;
  /** Whether a fault spoiled it. */
  readonly spoiled: boolean;
}

export interface LocalYahoo {
  /** `http://127.0.0.1:PORT`, for `YAHOO_BASE_URL`. */
  readonly baseUrl: string;
  readonly faults: FaultList;
  /** All requests, oldest first. */
  readonly journal: readonly JournalEntry[];
  /** Paths that it does not serve: a test that finds one here has found a bug. */
  readonly unhandledRoutes: readonly string[];
  close(): Promise<void>;
}

/** Starts a Yahoo on this machine that serves candles and quotes in the real one's shape, defects included. */
export async function startLocalYahoo(options: LocalYahooOptions): Promise<LocalYahoo> {
  const { prices, now } = options;
  const defects = { ...ALL_DEFECTS, ...options.defects };
  const faults = createFaultList();
  const journal: JournalEntry[] = [];
  const unhandledRoutes: string[] = [];
  const closing = new AbortController();
  let port = 0;

  function answer(url: URL): Answer {
    const chart = /^\/v8\/finance\/chart\/([^/]+)$/.exec(url.pathname)?.[1];
    if (chart !== undefined) {
      return answerChart(decodeURIComponent(chart), url.searchParams, { prices, now: now(), defects });
    }
    if (url.pathname === '/v7/finance/quote') return answerQuotes(url.searchParams, prices, now());
    if (url.pathname === '/v1/test/getcrumb') return answerCrumb();
    if (/^\/quote\/[^/]+$/.test(url.pathname)) return answerQuotePage();
    unhandledRoutes.push(url.pathname);
    return json(404, {
      finance: { result: null, error: { code: 'Not Found', description: 'No such route' } },
    });
  }

  const server = createServer(async (request, response) => {
    if (!isOurs(request, port, [LIBRARY_ORIGIN])) {
      return send(response, json(403, { error: 'This server answers only its own machine.' }), null);
    }
    const path = request.url ?? '/';
    const fault = faults.take(path);
    journal.push({ path, at: Date.now(), spoiled: fault !== null });
    response.setHeader('date', new Date(now()).toUTCString());
    try {
      if (fault?.delayMs !== undefined) await sleep(fault.delayMs, undefined, { signal: closing.signal });
      send(response, answer(new URL(path, 'http://127.0.0.1')), fault);
    } catch (error) {
      if (closing.signal.aborted) return;
      const description = error instanceof Error ? error.message : String(error);
      send(response, json(500, { chart: { result: null, error: { code: 'Internal', description } } }), null);
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  port = (server.address() as AddressInfo).port;

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    faults,
    journal,
    unhandledRoutes,
    close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

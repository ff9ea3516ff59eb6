import { startWatch } from '../src/app/start-watch.ts';
import { openDatabase } from '../src/db/open.ts';
import { createYahooSource } from '../src/market/yahoo.ts';
import { startLocalDiscord } from '../src/sandbox/discord/server.ts';
import { startLocalYahoo } from '../src/sandbox/yahoo/local-yahoo.ts';
import type { Prices } from '../src/sandbox/yahoo/prices.ts';
import { quiet } from '../test/support/quiet-log.ts';
import { aSettings } from '../test/support/settings.ts';
import { createDatabase, dropDatabase, nameOf } from './databases.ts';

/** A desk that has watched its tickers up to a moment: every fault strikes a copy of it. */
export interface Stage {
  readonly prices: Prices;
  /** The moment, epoch ms. */
  readonly start: number;
  /** A copy. @returns its URL. */
  copy(): Promise<string>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Any database of the server it may use. */
  readonly serverUrl: string;
  readonly prices: Prices;
  readonly start: number;
  /** Watched at 5m. */
  readonly tickers: readonly string[];
}

/** Brings the history in, as a desk does for the first watch of a ticker. */
export async function setStage({ serverUrl, prices, start, tickers }: StageOptions): Promise<Stage> {
  const url = await createDatabase(serverUrl);
  const yahoo = await startLocalYahoo({ prices, now: () => start });
  const database = await openDatabase({ url, dataDir: '/nonexistent', log: quiet });
  const discord = await startLocalDiscord();
  try {
    const source = { baseUrl: yahoo.baseUrl, log: quiet, spacingMs: 0, timeoutMs: 10_000, now: () => start };
    const market = createYahooSource(source);
    const settings = aSettings({ origin: 'sandbox', graceMs: 0, alertChannelId: discord.channels.alerts });
    const services = { stores: database.stores, market, log: quiet, settings };
    const watch = { timeframe: '5m', userId: discord.people.alice, channelId: null, now: start };
    for (const ticker of tickers) await startWatch(services, { ...watch, ticker });
  } finally {
    await database.close();
    await discord.close();
    await yahoo.close();
  }
  return {
    prices,
    start,
    copy: () => createDatabase(serverUrl, nameOf(url)),
    close: () => dropDatabase(serverUrl, url),
  };
}

import { startWatch } from '../src/app/watches/start-watch.ts';
import { openDatabase } from '../src/db/open.ts';
import { createYahooSource } from '../src/market/yahoo.ts';
import { startLocalDiscord } from '../src/sandbox/discord/server.ts';
import { startLocalYahoo } from '../src/sandbox/yahoo/local-yahoo.ts';
import { quiet } from '../test/support/quiet-log.ts';
import { aSettings } from '../test/support/settings.ts';
import { createDatabase, dropDatabase, nameOf } from './databases.ts';
import type { World } from './world.ts';

/** A desk that has watched its tickers up to a moment: every fault strikes a copy of it. */
export interface Stage {
  readonly world: World;
  /** A copy. @returns its URL. */
  copy(): Promise<string>;
  close(): Promise<void>;
}

/** Brings the history in, as a desk does for the first watch of a ticker. `serverUrl` is any database of the server. */
export async function setStage(serverUrl: string, world: World): Promise<Stage> {
  const { prices, start, tickers, timeframes = ['5m'] } = world;
  const url = await createDatabase(serverUrl);
  const yahoo = await startLocalYahoo({ prices, now: () => start });
  const database = await openDatabase({ url, dataDir: '/nonexistent', log: quiet });
  const discord = await startLocalDiscord();
  try {
    const source = { baseUrl: yahoo.baseUrl, log: quiet, spacingMs: 0, timeoutMs: 10_000, now: () => start };
    const market = createYahooSource(source);
    const settings = aSettings({ origin: 'sandbox', graceMs: 0, alertChannelId: discord.channels.alerts });
    const services = { stores: database.stores, market, log: quiet, settings };
    const watch = { userId: discord.people.alice, channelId: null, now: start };
    for (const ticker of tickers) {
      for (const timeframe of timeframes) await startWatch(services, { ...watch, ticker, timeframe });
    }
  } finally {
    await database.close();
    await discord.close();
    await yahoo.close();
  }
  return {
    world,
    copy: () => createDatabase(serverUrl, nameOf(url)),
    close: () => dropDatabase(serverUrl, url),
  };
}

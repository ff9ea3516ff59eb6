import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MirrorTarget } from '../../src/app/legacy/legacy-ports.ts';
import type { Logger, Watch } from '../../src/app/ports.ts';
import { startWatch } from '../../src/app/watches/start-watch.ts';
import { type Bot, startBot } from '../../src/bot.ts';
import { createChartRenderer } from '../../src/chart/renderer.ts';
import { nextCandleClose } from '../../src/domain/calendar.ts';
import type { SignalTimeframe } from '../../src/domain/timeframe.ts';
import { createYahooSource } from '../../src/market/yahoo.ts';
import type { LocalDiscord, LocalDiscordOptions } from '../../src/sandbox/discord/server.ts';
import { nextMoment } from '../../src/sandbox/next-moment.ts';
import { playOnce } from '../../src/sandbox/play.ts';
import { type LocalYahoo, startLocalYahoo } from '../../src/sandbox/yahoo/local-yahoo.ts';
import type { Prices } from '../../src/sandbox/yahoo/prices.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { startCheckedDiscord } from './local-discord.ts';
import { recordingLog } from './recording-log.ts';

export interface TestDeskOptions {
  readonly prices: Prices;
  /** Simulated present at the start, epoch ms. */
  readonly start: number;
  readonly discord?: LocalDiscordOptions;
  readonly log?: Logger;
  /** `sandbox` unless said otherwise. */
  readonly origin?: 'live' | 'sandbox';
  /** The old MongoDB, to mirror to. */
  readonly mirror?: MirrorTarget;
}

/** The whole bot between the two local servers, on a database of its own, with a clock the test moves. */
export interface TestDesk {
  readonly database: TestDatabase;
  readonly discord: LocalDiscord;
  readonly yahoo: LocalYahoo;
  bot(): Bot;
  now(): number;
  /** Moves the clock; nothing runs by itself. */
  setNow(now: number): void;
  watch(ticker: string, timeframe: SignalTimeframe): Promise<Watch>;
  /** Goes to the next candle close of the timeframe and plays it, with the open and the digests on the way. @returns cards made. */
  step(timeframe: SignalTimeframe): Promise<number>;
  /** Plays every 5m close, open and digest up to a moment, which must be one of them. */
  playTo(moment: number): Promise<void>;
  /** Steps until a card was made. @returns the steps it took. */
  stepUntilCard(timeframe: SignalTimeframe, most?: number): Promise<number>;
  /** Stops the bot and starts another on the same database and servers. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it. Every request the bot makes is checked against Discord's schema; `close` fails on a violation. */
export async function startTestDesk(options: TestDeskOptions): Promise<TestDesk> {
  let now = options.start;
  const clock = () => now;
  const log = options.log ?? recordingLog();
  const resources = new AsyncDisposableStack();
  const yahoo = await startLocalYahoo({ prices: options.prices, now: clock });
  resources.defer(() => yahoo.close());
  const discord = await startCheckedDiscord({ rateLimits: 'off', ...options.discord });
  resources.defer(() => discord.close());
  const database = await openTestDatabase();
  resources.defer(() => database.close());
  const charts = createChartRenderer({ log });
  resources.defer(() => charts.close());

  const start = () =>
    startBot({
      database,
      charts,
      exportDir: join(tmpdir(), 'oracore-test-exports'),
      log,
      clock,
      market: createYahooSource({
        baseUrl: yahoo.baseUrl,
        log,
        spacingMs: 0,
        timeoutMs: 5000,
        backoffMs: 1,
        now: clock,
      }),
      settings: {
        origin: options.origin ?? 'sandbox',
        graceMs: 0,
        fetchDeadlineMs: 20_000,
        codeVersion: 'test',
        configHash: 'test',
        levelRule: 'atr',
        baselines: { seed: 'sandbox', rate: 0.02 },
        alertChannelId: discord.channels.alerts,
        digestChannelId: discord.channels.desk,
      },
      discord: {
        apiBase: discord.apiUrl,
        token: discord.token,
        guildId: discord.guildId,
        roles: { trader: [discord.roles.trader], admin: [discord.roles.administrator] },
      },
      ...(options.mirror && { mirror: options.mirror }),
      schedule: 'manual',
      notice: null,
      onFatal: (error) => log.error({ error }, 'fatal'),
    });
  let bot = await start();
  resources.defer(() => bot.stop());

  const playNext = (timeframe: SignalTimeframe): Promise<number> => {
    now = nextMoment(timeframe, now);
    return playOnce(bot.desk, now);
  };
  const step = async (timeframe: SignalTimeframe): Promise<number> => {
    const close = nextCandleClose(timeframe, now);
    let cards = 0;
    while (now < close) cards += await playNext(timeframe);
    return cards;
  };
  return {
    database,
    discord,
    yahoo,
    bot: () => bot,
    now: clock,
    setNow: (moment) => {
      now = moment;
    },
    watch: async (ticker, timeframe) => {
      const userId = discord.people.alice;
      return (await startWatch(bot.desk.services, { ticker, timeframe, userId, channelId: null, now })).watch;
    },
    step,
    playTo: async (moment) => {
      while (now < moment) await playNext('5m');
      if (now !== moment) throw new Error('nothing happens on the desk at that moment');
    },
    stepUntilCard: async (timeframe, most = 400) => {
      for (let steps = 1; steps <= most; steps += 1) if ((await step(timeframe)) > 0) return steps;
      throw new Error(`no card in ${most} candles`);
    },
    restart: async () => {
      await bot.stop();
      bot = await start();
    },
    close: async () => {
      const { violations, unhandledRoutes } = discord;
      await resources.disposeAsync();
      if (violations.length > 0)
        throw new Error(`against Discord's schema: ${JSON.stringify(violations[0])}`);
      if (unhandledRoutes.length > 0) throw new Error(`unknown routes: ${unhandledRoutes.join(', ')}`);
    },
  };
}

import { join } from 'node:path';
import type { Logger } from '../app/ports.ts';
import type { Bot } from '../bot.ts';
import { createChartRenderer } from '../chart/renderer.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { latestSession } from '../domain/calendar.ts';
import { eveningDigestAt } from '../domain/digest.ts';
import { type LocalDiscord, startLocalDiscord } from './discord/server.ts';
import { play } from './play.ts';
import { createReplayClock, type ReplayClock, type Speed } from './replay-clock.ts';
import { startSandboxBot, watchAll } from './sandbox-bot.ts';
import { showClock } from './show-clock.ts';
import { chooseStage, type Stage } from './stage.ts';
import { choosePrices } from './yahoo/choose-prices.ts';
import { type LocalYahoo, startLocalYahoo } from './yahoo/local-yahoo.ts';
import type { Prices } from './yahoo/prices.ts';

/** Recorded candles are all played; of other prices the last year is. */
const PLAYED_DAYS = 365;
const DAY = 86_400_000;

export interface SandboxOptions {
  /** Folder of recorded candles; null without. */
  readonly dataDir: string | null;
  /** From the first card on. Until then it plays as fast as it can: a newcomer should not have to wait. */
  readonly speed: Speed;
  readonly seed: number;
  /** Where the real Yahoo is looked for. */
  readonly yahooUrl: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where its database lives: `.oracore`. */
  readonly dataHome: string;
  readonly log: Logger;
  /** Ends the starting or the playing. A sandbox that has started must still be closed. */
  readonly signal?: AbortSignal;
}

export interface Sandbox {
  /** The page. */
  readonly url: string;
  /** One sentence on where the prices come from. */
  readonly notice: string;
  readonly database: Database;
  readonly discord: LocalDiscord;
  readonly yahoo: LocalYahoo;
  readonly bot: Bot;
  readonly clock: ReplayClock;
  /** Plays until the prices end or the sandbox closes; to be called once. */
  play(): Promise<void>;
  /** Finishes the candle that is being played, then ends everything. */
  close(): Promise<void>;
}

/**
 * Starts the real bot between a local Discord and a local Yahoo, on a database of its own that begins
 * empty, with every ticker watched.
 *
 * @throws OraError when the folder of recorded candles is absent or holds too few, or when another
 * process works with the database; what the signal says when it was aborted.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { log, speed } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])]);
  const resources = new AsyncDisposableStack();
  try {
    const prices = await choosePrices(options);
    signal.throwIfAborted();
    const notice = prices.describe();
    const stage = chooseStage(prices, options.dataDir === null ? lastYear(prices) : prices.span().from);
    const clock = createReplayClock({ ...stage, speed: 'max' });

    const yahoo = await startLocalYahoo({ prices, now: clock.now });
    resources.defer(() => yahoo.close());
    const rateLimits = speed === 'max' ? 'off' : 'on';
    const discord = await startLocalDiscord({ port: options.port, notice, rateLimits });
    resources.defer(() => discord.close());
    const dataDir = join(options.dataHome, 'sandbox');
    const database = await openDatabase({ dataDir, fresh: true, log });
    resources.defer(() => database.close());
    const charts = createChartRenderer({ log });
    resources.defer(() => charts.close());
    const bot = await startSandboxBot({
      database,
      charts,
      exportDir: join(dataDir, 'exports'),
      yahoo,
      discord,
      clock,
      notice: prices.label,
      log,
      signal,
    });
    resources.defer(() => bot.stop());
    await watchAll(bot.desk, { ...stage, userId: discord.people.alice, signal });

    const show = showClock(discord, clock);
    const onMoment = (): void => {
      if (clock.speed() !== speed && discord.messages(discord.channels.alerts).length > 0)
        clock.setSpeed(speed);
      show();
    };
    let playing: Promise<void> = Promise.resolve();
    return {
      url: discord.url,
      notice,
      database,
      discord,
      yahoo,
      bot,
      clock,
      play: async () => {
        playing = play({ desk: bot.desk, clock, until: endOf(stage), onMoment, signal });
        await playing;
        if (!signal.aborted) discord.setNotice(`${notice} They have been played to their end.`);
      },
      close: async () => {
        closing.abort();
        await Promise.allSettled([playing]);
        await resources.disposeAsync();
      },
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

/** A last day that is whole ends with its digest. */
function endOf({ until }: Stage): number {
  const session = latestSession(until);
  return until === session.close ? eveningDigestAt(session) : until;
}

/** Where the played part of prices begins that go on up to today. */
function lastYear(prices: Prices): number {
  const { from, to } = prices.span();
  return Math.max(from, to - PLAYED_DAYS * DAY);
}

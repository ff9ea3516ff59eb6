import type { Desk } from '../app/desk.ts';
import { startWatch } from '../app/watches/start-watch.ts';
import { type Bot, type BotOptions, startBot } from '../bot.ts';
import { codeVersion } from '../code-version.ts';
import { createYahooSource } from '../market/yahoo.ts';
import type { LocalDiscord } from './discord/server.ts';
import type { ReplayClock } from './replay-clock.ts';
import type { Stage } from './stage.ts';
import type { LocalYahoo } from './yahoo/local-yahoo.ts';

export interface SandboxBotOptions extends Pick<BotOptions, 'database' | 'charts' | 'exportDir' | 'log'> {
  readonly yahoo: LocalYahoo;
  readonly discord: LocalDiscord;
  readonly clock: ReplayClock;
  /** Said under every card. */
  readonly notice: string;
  readonly signal: AbortSignal;
}

/** Starts the bot of `main.ts` on the two local servers and the replay clock. */
export function startSandboxBot(options: SandboxBotOptions): Promise<Bot> {
  const { yahoo, discord, clock, ...others } = options;
  const { log } = options;
  return startBot({
    ...others,
    market: createYahooSource({
      baseUrl: yahoo.baseUrl,
      log,
      spacingMs: 0,
      timeoutMs: 10_000,
      now: clock.now,
    }),
    settings: {
      origin: 'sandbox',
      graceMs: 0,
      fetchDeadlineMs: 20_000,
      codeVersion: codeVersion(),
      configHash: 'sandbox',
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
    clock: clock.now,
    schedule: 'manual',
    onFatal: (error) => log.error({ error }, 'discord closed the connection for good'),
  });
}

/** Watches every ticker of the stage in the name of one person. */
export async function watchAll(
  { services, clock }: Desk,
  { tickers, timeframe, userId, signal }: Stage & { readonly userId: string; readonly signal: AbortSignal },
): Promise<void> {
  for (const ticker of tickers) {
    signal.throwIfAborted();
    await startWatch(services, { ticker, timeframe, userId, channelId: null, now: clock() });
  }
}

import type { Client } from 'discord.js';
import { expect } from 'vitest';
import { type ConnectOptions, connect, createClient } from '../../src/discord/client.ts';
import type { OraError } from '../../src/domain/errors.ts';
import type { LocalDiscord, LocalDiscordOptions } from '../../src/sandbox/discord/server.ts';
import { startCheckedDiscord } from './local-discord.ts';
import { recordingLog } from './recording-log.ts';

/** The real client, connected to a local Discord of its own. */
export interface TestBot {
  readonly discord: LocalDiscord;
  readonly client: Client<true>;
  readonly log: ReturnType<typeof recordingLog>;
  /** What `onFatal` was called with. */
  readonly fatal: readonly OraError[];
  close(): Promise<void>;
}

/** Starts both; `close` stops both and fails when the bot broke Discord's schema or met an unknown route. */
export async function startTestBot(
  options: LocalDiscordOptions = {},
  connection: Partial<ConnectOptions> = {},
): Promise<TestBot> {
  const discord = await startCheckedDiscord({ rateLimits: 'off', ...options });
  const log = recordingLog();
  const fatal: OraError[] = [];
  const idle = createClient({ apiBase: discord.apiUrl });
  const close = async () => {
    await idle.destroy();
    await discord.close();
    const broken = discord.violations.filter(({ what }) => what === 'request');
    expect(broken, 'every request keeps to the schema').toEqual([]);
    expect(discord.unhandledRoutes, 'every route exists').toEqual([]);
  };
  try {
    const client = await connect(idle, {
      token: discord.token,
      guildId: discord.guildId,
      log,
      onForeignGuild: async () => undefined,
      onFatal: (error) => void fatal.push(error),
      retryMs: 10,
      ...connection,
    });
    return { discord, client, log, fatal, close };
  } catch (error) {
    await close();
    throw error;
  }
}

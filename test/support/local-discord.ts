import { Client, type ClientOptions, GatewayIntentBits, type Interaction } from 'discord.js';
import { expect } from 'vitest';
import {
  type LocalDiscord,
  type LocalDiscordOptions,
  startLocalDiscord,
} from '../../src/sandbox/discord/server.ts';
import { checkRequest, checkResponse } from './discord-spec.ts';

/** A local Discord with the real discord.js connected to it. */
export interface ConnectedBot {
  readonly discord: LocalDiscord;
  readonly client: Client<true>;
  /** Answers every interaction from now on in this way. */
  readonly answerWith: (handler: (interaction: Interaction) => Promise<unknown>) => void;
  /** Ends both, and fails when the bot broke Discord's schema or met a route that does not exist. */
  readonly close: () => Promise<void>;
}

/** Starts a local Discord that checks each request and answer against Discord's schema. */
export function startCheckedDiscord(options: LocalDiscordOptions = {}): Promise<LocalDiscord> {
  return startLocalDiscord({ checkRequest, checkResponse, ...options });
}

/** A discord.js client set up for this local Discord, not logged in. */
export function aClient(discord: LocalDiscord, options: Partial<ClientOptions> = {}): Client {
  const { rest, ...others } = options;
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    ...others,
    rest: { ...rest, api: discord.apiUrl },
  });
  // Faults are injected on purpose; without a listener the emitter would throw.
  client.on('error', () => undefined);
  return client;
}

/** Logs in and waits until the guild is there. */
export async function login(client: Client, token: string): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => client.once('clientReady', resolve));
  await client.login(token);
  return ready;
}

/** Both together. */
export async function connectBot(
  options: LocalDiscordOptions = {},
  clientOptions: Partial<ClientOptions> = {},
): Promise<ConnectedBot> {
  const discord = await startCheckedDiscord(options);
  const client = await login(aClient(discord, clientOptions), discord.token);
  return {
    discord,
    client,
    answerWith(handler) {
      client.removeAllListeners('interactionCreate');
      client.on('interactionCreate', (interaction) => {
        handler(interaction).catch((error: unknown) => client.emit('error', error as Error));
      });
    },
    async close() {
      await client.destroy();
      await discord.close();
      expect(discord.violations, 'every request and answer keeps to the schema').toEqual([]);
      expect(discord.unhandledRoutes, 'every route the bot used exists').toEqual([]);
    },
  };
}

/** The smallest real PNG: one transparent pixel. */
export const ONE_PIXEL_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

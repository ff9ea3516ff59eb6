import { setTimeout as sleep } from 'node:timers/promises';
import type { APIRequest, ResponseLike } from '@discordjs/rest';
import {
  Client,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayIntentBits,
  type Guild,
} from 'discord.js';
import type { Logger } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';
import { isTransient } from './errors.ts';

/** Close codes after which Discord will never let this session or token back in (gateway documentation). */
const FATAL_CLOSES: Readonly<Record<number, string>> = {
  4004: 'the token is no longer valid',
  4010: 'the shard is invalid',
  4011: 'the bot is in too many servers for one connection',
  4012: 'the gateway version is invalid',
  4013: 'the intents are invalid',
  4014: 'an intent is not allowed for this application',
};

/** A client that listens to guilds only and mentions nobody unless told to. */
export function createClient({ apiBase }: { readonly apiBase: string }): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    enforceNonce: true,
    rest: { api: apiBase },
  });
  surviveMalformed(client);
  return client;
}

/**
 * The library reads an interaction before anybody can look at it, and one that lacks a field makes it throw
 * where nobody catches. Such an interaction is dropped with a warning: there is nobody to answer.
 */
function surviveMalformed(client: Client): void {
  const action = Reflect.get(Reflect.get(client, 'actions'), 'InteractionCreate') as {
    handle(data: unknown): void;
  };
  const handle = action.handle.bind(action);
  action.handle = (data) => {
    try {
      handle(data);
    } catch (error) {
      client.emit(Events.Warn, `malformed interaction dropped: ${String(error)}`);
    }
  };
}

export interface ConnectOptions {
  readonly token: string;
  /** The one guild this deployment serves. */
  readonly guildId: string;
  readonly log: Logger;
  /** Called for a guild that was left because it is not ours. */
  readonly onForeignGuild: (guild: { readonly id: string; readonly name: string }) => Promise<void>;
  /** Called once when the connection is lost for good: only a new process with a mended configuration can help. */
  readonly onFatal: (error: OraError) => void;
  /** Ends the waiting between attempts. */
  readonly signal?: AbortSignal;
  /** First pause between attempts, ms; it doubles up to a minute. */
  readonly retryMs?: number;
}

/**
 * Logs in, again and again while Discord cannot be reached, and waits until the guild is there.
 *
 * @throws OraError `config` when the token or an intent is refused, or the bot is not in its guild.
 */
export async function connect(client: Client, options: ConnectOptions): Promise<Client<true>> {
  const { guildId, log, signal } = options;
  signal?.throwIfAborted();
  watchConnection(client, options);
  try {
    await unlessAborted(logIn(client, options), signal);
    const connected = await unlessAborted(untilReady(client), signal);
    await keepToOneGuild(connected, options);
    log.info({ user: connected.user.tag, guildId }, 'connected to discord');
    return connected;
  } catch (error) {
    const closed = client.destroy();
    // In the middle of connecting, the library closes only after it has connected: nobody waits for that.
    if (!signal?.aborted) await closed;
    throw error;
  }
}

async function logIn(client: Client, options: ConnectOptions): Promise<void> {
  const { token, log, signal, retryMs = 1000 } = options;
  for (let pauseMs = retryMs; ; pauseMs = Math.min(pauseMs * 2, 60_000)) {
    try {
      await client.login(token);
      return;
    } catch (error) {
      if (!isTransient(error)) throw loginRefused(error);
      log.warn({ error, pauseMs }, 'discord cannot be reached, trying again');
      await sleep(pauseMs, undefined, signal && { signal });
      // A failed login marks the connection destroyed, and `destroy()` would then leave the next one open.
      Reflect.set(client.ws, 'destroyed', false);
    }
  }
}

function untilReady(client: Client): Promise<Client<true>> {
  return new Promise((resolve) => {
    if (client.isReady()) resolve(client);
    else client.once(Events.ClientReady, resolve);
  });
}

/** The work's result, or the signal's reason once it is aborted. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function loginRefused(cause: unknown): OraError {
  if (cause instanceof DiscordjsError && cause.code === DiscordjsErrorCodes.TokenInvalid) {
    return new OraError(
      'config',
      'Discord does not accept DISCORD_TOKEN. Copy it again from the developer portal.',
      {
        cause,
      },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new OraError('config', `Discord refused the login: ${reason}.`, { cause });
}

/**
 * After these closes `isReady()` stays true for ever, and after a 401 the library has forgotten its
 * token: the process must end, so that a supervisor sees it.
 */
function watchConnection(client: Client, { log, onFatal }: ConnectOptions): void {
  let ended = false;
  const fatal = (reason: string): void => {
    if (ended) return;
    ended = true;
    onFatal(new OraError('config', `Discord closed the connection for good: ${reason}.`));
  };
  client.on(Events.ShardDisconnect, ({ code }) => {
    const reason = FATAL_CLOSES[code];
    if (reason !== undefined) fatal(reason);
  });
  client.on(Events.Invalidated, () => fatal('the session was invalidated'));
  client.rest.on('response', (request, response) => {
    if (client.isReady() && isTokenRefusal(request, response)) fatal('the token is no longer valid');
  });
  client.rest.on('rateLimited', ({ route, timeToReset, scope }) => {
    log.warn({ route, timeToReset, scope }, 'discord rate limit reached');
  });
  client.on(Events.Error, (error) => log.error({ error }, 'discord client error'));
  client.on(Events.Warn, (warning) => log.warn({ warning }, 'discord client warning'));
}

/** A 401 to the bot's own token; interactions carry tokens of their own, which expire after 15 minutes. */
function isTokenRefusal({ route }: APIRequest, { status }: ResponseLike): boolean {
  return status === 401 && !route.startsWith('/webhooks/') && !route.startsWith('/interactions/');
}

async function keepToOneGuild(client: Client<true>, options: ConnectOptions): Promise<void> {
  client.on(Events.GuildCreate, (guild) => void leaveForeignGuild(guild, options));
  await Promise.all(client.guilds.cache.map((guild) => leaveForeignGuild(guild, options)));
  const { guildId } = options;
  if (client.guilds.cache.has(guildId)) return;
  throw new OraError(
    'config',
    `The bot is not in the server ${guildId}. Invite it, or correct DISCORD_GUILD_ID.`,
  );
}

async function leaveForeignGuild(
  guild: Guild,
  { guildId, log, onForeignGuild }: ConnectOptions,
): Promise<void> {
  if (guild.id === guildId) return;
  try {
    await onForeignGuild({ id: guild.id, name: guild.name });
    await guild.leave();
    log.warn({ guildId: guild.id }, 'left a server that is not ours');
  } catch (error) {
    log.error({ error, guildId: guild.id }, 'could not leave a server that is not ours');
  }
}

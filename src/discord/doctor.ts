import { type Client, DiscordAPIError, Events } from 'discord.js';
import { type Finding, judgeClock } from '../domain/finding.ts';
import type { Roles } from './access.ts';
import { createClient } from './client.ts';
import { missingPermissions } from './messenger.ts';

const READY_DEADLINE_MS = 20_000;

export interface DiscordCheck {
  readonly apiBase: string;
  readonly token: string;
  readonly applicationId: string;
  readonly guildId: string;
  readonly alertChannelId: string;
  readonly roles: Roles;
}

/** Logs in beside a running bot and checks token, application, server, roles, channel, permissions and clock. */
export async function checkDiscord(check: DiscordCheck): Promise<Finding[]> {
  const clock = await checkClock(check.apiBase);
  const client = createClient({ apiBase: check.apiBase });
  try {
    const ready = new Promise<Client<true>>((resolve, reject) => {
      client.once(Events.ClientReady, resolve);
      AbortSignal.timeout(READY_DEADLINE_MS).onabort = () => reject(new Error('no answer from the gateway'));
    });
    const [connected] = await Promise.all([ready, client.login(check.token)]);
    return [
      checkApplication(connected, check),
      checkGuild(connected, check),
      ...checkRoles(connected, check),
      await checkChannel(connected, check),
      clock,
    ];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      { level: 'fail', check: 'token', sentence: `Discord refused the login: ${why}. Check DISCORD_TOKEN.` },
      clock,
    ];
  } finally {
    await client.destroy();
  }
}

function checkApplication(client: Client<true>, { applicationId }: DiscordCheck): Finding {
  if (client.application.id === applicationId) {
    return { level: 'ok', check: 'token', sentence: `Logged in as ${client.user.tag}.` };
  }
  const sentence = `The token belongs to application ${client.application.id}: correct DISCORD_APPLICATION_ID or DISCORD_TOKEN.`;
  return { level: 'fail', check: 'token', sentence };
}

function checkGuild(client: Client<true>, { guildId }: DiscordCheck): Finding {
  const guild = client.guilds.cache.get(guildId);
  return guild === undefined
    ? {
        level: 'fail',
        check: 'server',
        sentence: `The bot is not in the server ${guildId}: invite it, or correct DISCORD_GUILD_ID.`,
      }
    : { level: 'ok', check: 'server', sentence: `The bot is in "${guild.name}".` };
}

function checkRoles(client: Client<true>, { guildId, roles }: DiscordCheck): Finding[] {
  const known = client.guilds.cache.get(guildId)?.roles.cache;
  return (['trader', 'admin'] as const).map((access) => {
    const variable = `${access.toUpperCase()}_ROLE_IDS`;
    const unknown = roles[access].filter((id) => !known?.has(id));
    if (roles[access].length === 0) {
      return {
        level: 'warn',
        check: 'roles',
        sentence: `${variable} is empty: nobody is admitted as ${access}.`,
      };
    }
    if (unknown.length > 0) {
      return {
        level: 'fail',
        check: 'roles',
        sentence: `${variable} names roles the server does not have: ${unknown.join(', ')}.`,
      };
    }
    return {
      level: 'ok',
      check: 'roles',
      sentence: `${variable} names ${roles[access].length} role of the server.`,
    };
  });
}

async function checkChannel(client: Client<true>, { alertChannelId }: DiscordCheck): Promise<Finding> {
  const check = 'permissions';
  try {
    const channel = await client.channels.fetch(alertChannelId);
    if (channel === null || channel.isDMBased() || !channel.isTextBased()) {
      return {
        level: 'fail',
        check,
        sentence: `ALERT_CHANNEL_ID ${alertChannelId} is not a text channel of the server.`,
      };
    }
    const missing = await missingPermissions(channel);
    return missing.length === 0
      ? { level: 'ok', check, sentence: `The bot may post cards in #${channel.name}.` }
      : {
          level: 'fail',
          check,
          sentence: `The bot lacks ${missing.join(', ')} in #${channel.name}: allow it in the channel's settings.`,
        };
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error;
    return {
      level: 'fail',
      check,
      sentence: `The bot cannot see the channel ${alertChannelId}: ${error.message}. Correct ALERT_CHANNEL_ID or its permissions.`,
    };
  }
}

/** By the Date header of any answer; it has whole seconds. */
async function checkClock(apiBase: string): Promise<Finding> {
  try {
    const before = Date.now();
    const answer = await fetch(`${apiBase}/v10/gateway`, { signal: AbortSignal.timeout(10_000) });
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(theirs))
      return { level: 'warn', check: 'clock', sentence: 'Discord did not say what time it is.' };
    return judgeClock('Discord', (before + Date.now()) / 2 - (theirs + 500));
  } catch {
    return {
      level: 'fail',
      check: 'clock',
      sentence: `Discord does not answer at ${apiBase}: check the network.`,
    };
  }
}

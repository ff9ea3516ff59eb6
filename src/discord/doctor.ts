import { type Client, DiscordAPIError, Events } from 'discord.js';
import { type Environment, inForce, type SettingsInForce } from '../app/ops/chosen-settings.ts';
import type { DeskSettings } from '../domain/desk-settings.ts';
import { type Finding, judgeClock } from '../domain/finding.ts';
import { createClient } from './client.ts';
import { missingPermissions } from './messenger.ts';

const READY_DEADLINE_MS = 20_000;

export interface DiscordCheck {
  readonly apiBase: string;
  readonly token: string;
  readonly applicationId: string;
  readonly guildId: string;
  readonly environment: Environment;
  /** Where alarms are told; null when nobody is. */
  readonly adminChannelId: string | null;
  /** What an administrator chose, which goes before the environment. */
  readonly chosen: DeskSettings;
}

/** Logs in beside a running bot and checks token, application, server, roles, channels, permissions and clock. */
export async function checkDiscord(check: DiscordCheck): Promise<Finding[]> {
  const clock = await checkClock(check.apiBase);
  const client = createClient({ apiBase: check.apiBase });
  try {
    const ready = new Promise<Client<true>>((resolve, reject) => {
      client.once(Events.ClientReady, resolve);
      AbortSignal.timeout(READY_DEADLINE_MS).onabort = () => reject(new Error('no answer from the gateway'));
    });
    const [connected] = await Promise.all([ready, client.login(check.token)]);
    const settings = inForce(check.environment, check.chosen);
    return [
      checkApplication(connected, check),
      checkGuild(connected, check),
      ...checkRoles(connected, check, settings),
      ...(await checkChannels(connected, check, settings)),
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

const ROLES = {
  trader: { key: 'traderRoleIds', variable: 'TRADER_ROLE_IDS' },
  admin: { key: 'adminRoleIds', variable: 'ADMIN_ROLE_IDS' },
} as const;

function checkRoles(
  client: Client<true>,
  { guildId, chosen }: DiscordCheck,
  settings: SettingsInForce,
): Finding[] {
  const known = client.guilds.cache.get(guildId)?.roles.cache;
  return (['trader', 'admin'] as const).map((access) => {
    const { key, variable } = ROLES[access];
    const ids = settings[key];
    const source = chosen[key] === null ? variable : 'What /setup chose';
    const unknown = ids.filter((id) => !known?.has(id));
    if (ids.length === 0)
      return finding('warn', 'roles', `${source} is empty: nobody is admitted as ${access}.`);
    if (unknown.length > 0)
      return finding(
        'fail',
        'roles',
        `${source} names roles the server does not have: ${unknown.join(', ')}.`,
      );
    const count = ids.length === 1 ? '1 role' : `${ids.length} roles`;
    return finding('ok', 'roles', `${source} names ${count} of the server: ${access}.`);
  });
}

/** The channels of cards, digests and alarms, each once. */
async function checkChannels(
  client: Client<true>,
  { chosen, adminChannelId }: DiscordCheck,
  settings: SettingsInForce,
): Promise<Finding[]> {
  const { alertChannelId, digestChannelId } = settings;
  const remedy = (isChosen: boolean) =>
    isChosen ? 'Choose another with /setup' : 'Correct ALERT_CHANNEL_ID';
  const channels = [
    { id: alertChannelId, what: 'cards', remedy: remedy(chosen.alertChannelId !== null) },
    { id: digestChannelId, what: 'digests', remedy: remedy(chosen.digestChannelId !== null) },
    ...(adminChannelId === null
      ? []
      : [{ id: adminChannelId, what: 'alarms', remedy: 'Correct ADMIN_CHANNEL_ID' }]),
  ];
  const each = channels.filter(({ id }, index) => channels.findIndex((other) => other.id === id) === index);
  const found = await Promise.all(each.map((channel) => checkChannel(client, channel)));
  if (adminChannelId !== null) return found;
  return [
    ...found,
    finding('warn', 'alarms', 'ADMIN_CHANNEL_ID is empty: nobody is told when something is wrong.'),
  ];
}

async function checkChannel(
  client: Client<true>,
  { id, what, remedy }: { readonly id: string; readonly what: string; readonly remedy: string },
): Promise<Finding> {
  const check = 'permissions';
  try {
    const channel = await client.channels.fetch(id);
    if (channel === null || channel.isDMBased() || !channel.isTextBased())
      return finding(
        'fail',
        check,
        `The channel for ${what}, ${id}, is not a text channel of the server. ${remedy}.`,
      );
    const missing = await missingPermissions(channel);
    return missing.length === 0
      ? finding('ok', check, `The bot may post ${what} in #${channel.name}.`)
      : finding(
          'fail',
          check,
          `The bot lacks ${missing.join(', ')} in #${channel.name}, the channel for ${what}: allow it in the channel's settings.`,
        );
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error;
    return finding(
      'fail',
      check,
      `The bot cannot see the channel for ${what}, ${id}: ${error.message}. ${remedy} or its permissions.`,
    );
  }
}

function finding(level: Finding['level'], check: string, sentence: string): Finding {
  return { level, check, sentence };
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

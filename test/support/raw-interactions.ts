import { InteractionType } from 'discord.js';
import type { PersonName } from '../../src/sandbox/discord/seed.ts';
import type { LocalDiscord } from '../../src/sandbox/discord/server.ts';

type Json = Readonly<Record<string, unknown>>;

/** Far above every id that the local Discord gives. */
let last = 1_900_000_000_000_000_000n;

/** Snowflakes of interactions are new each time; the token belongs to none that Discord waits for. */
function nextId(): string {
  last += 1n;
  return String(last);
}

/** What INTERACTION_CREATE carries for somebody in the desk's channel, as Discord would send it. */
export function rawInteraction(
  discord: LocalDiscord,
  {
    person,
    type,
    data,
  }: { readonly person: PersonName; readonly type: InteractionType; readonly data: Json },
): Json {
  const id = nextId();
  const userId = discord.people[person];
  const roles = { alice: ['trader'], bob: ['trader'], carol: ['administrator'], dave: [] } as const;
  const channel = { id: discord.channels.desk, type: 0, guild_id: discord.guildId, name: 'desk' };
  return {
    id,
    application_id: discord.applicationId,
    type,
    token: `token-${id}`,
    version: 1,
    data,
    guild_id: discord.guildId,
    guild: { id: discord.guildId, locale: 'en-US', features: [] },
    guild_locale: 'en-US',
    channel,
    channel_id: discord.channels.desk,
    member: {
      user: { id: userId, username: person, discriminator: '0', global_name: person, avatar: null },
      roles: roles[person].map((role) => discord.roles[role]),
      joined_at: '2024-01-02T14:30:00.000Z',
      premium_since: null,
      permissions: '0',
      flags: 0,
      nick: null,
      avatar: null,
      deaf: false,
      mute: false,
    },
    app_permissions: '117760',
    locale: 'en-US',
    entitlements: [],
    authorizing_integration_owners: { '0': discord.guildId },
    attachment_size_limit: 10_485_760,
    context: 0,
    ...(type === InteractionType.ApplicationCommand || type === InteractionType.ApplicationCommandAutocomplete
      ? {}
      : { message: aMessage(discord) }),
  };
}

/** A message of the bot's that a click is about. */
function aMessage(discord: LocalDiscord): Json {
  return {
    id: nextId(),
    channel_id: discord.channels.desk,
    author: { id: discord.applicationId, username: 'oracore', discriminator: '0', avatar: null, bot: true },
    content: 'forged',
    timestamp: '2026-11-20T15:32:13.000Z',
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    type: 0,
    flags: 0,
  };
}

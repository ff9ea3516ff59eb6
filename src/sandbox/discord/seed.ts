import {
  type APIDMChannel,
  type APIGuildMember,
  type APIRole,
  type APITextChannel,
  type APIUser,
  ChannelType,
  OverwriteType,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import { snowflakeAt } from './snowflake.ts';

/** A channel a message can be in: of the guild, or between the bot and one person. */
export type LocalChannel = APITextChannel | APIDMChannel;

/** Somebody of the guild. `key` is how tests name them, `role` the word for the page's switch. */
export interface Person {
  readonly key: PersonName;
  readonly role: string;
  readonly user: APIUser;
  readonly roleIds: readonly string[];
}

/** Two traders, an administrator, and a member to whom nothing is granted. */
export type PersonName = 'alice' | 'bob' | 'carol' | 'dave';

/** A channel of the guild by its name. */
export type ChannelName = 'alerts' | 'desk' | 'admin';

/** Discord's flag enums name no member for "none", so 0 needs this cast. */
export const noFlags = <Flags extends number>(): Flags => 0 as Flags;

const FOUNDED = Date.UTC(2024, 0, 2, 14, 30);
const id = (n: number): string => snowflakeAt(FOUNDED, n);

/** Ids that never change, so a database kept from an earlier run still knows everyone. */
export const ids = {
  guild: id(1),
  application: id(2),
  roles: { trader: id(11), administrator: id(12), bot: id(13) },
  channels: { alerts: id(21), desk: id(22), admin: id(23) },
  people: { alice: id(31), bob: id(32), carol: id(33), dave: id(34) },
} as const;

const EVERYONE = P.ViewChannel | P.SendMessages | P.ReadMessageHistory | P.UseApplicationCommands;
/** What the invitation of the bot asks for, and no more. */
const BOT = P.ViewChannel | P.SendMessages | P.EmbedLinks | P.AttachFiles | P.ReadMessageHistory;

/** The bot itself. */
export const botUser: APIUser = { ...aUser(ids.application, 'oracore', 'OraCore'), bot: true };

/** Everyone who can be played on the page, in display order. */
export const people: readonly Person[] = [
  aPerson('alice', 'Alice', 'Trader', [ids.roles.trader]),
  aPerson('bob', 'Bob', 'Trader', [ids.roles.trader]),
  aPerson('carol', 'Carol', 'Administrator', [ids.roles.administrator]),
  aPerson('dave', 'Dave', 'Outsider', []),
];

/** The roles of a new guild. */
export function seedRoles(): APIRole[] {
  return [
    aRole(ids.guild, '@everyone', EVERYONE, 0),
    aRole(ids.roles.trader, 'Trader', 0n, 1),
    { ...aRole(ids.roles.bot, 'OraCore', BOT, 2), managed: true, tags: { bot_id: ids.application } },
    aRole(ids.roles.administrator, 'Administrator', P.Administrator, 3),
  ];
}

/** The channels of a new guild: alerts nobody else writes in, a desk, and one for administrators. */
export function seedChannels(): APITextChannel[] {
  return [
    aChannel('alerts', 0, [
      overwrite(ids.guild, { deny: P.SendMessages }),
      overwrite(ids.roles.bot, { allow: P.SendMessages }),
    ]),
    aChannel('desk', 1, []),
    aChannel('admin', 2, [
      overwrite(ids.guild, { deny: P.ViewChannel }),
      overwrite(ids.roles.bot, { allow: P.ViewChannel }),
    ]),
  ];
}

/** The bot's and everyone's membership. */
export function seedMembers(): APIGuildMember[] {
  return [aMember(botUser, [ids.roles.bot]), ...people.map((person) => aMember(person.user, person.roleIds))];
}

function aPerson(key: PersonName, name: string, role: string, roleIds: readonly string[]): Person {
  return { key, role, user: aUser(ids.people[key], key, name), roleIds };
}

function aUser(userId: string, username: string, displayName: string): APIUser {
  return {
    id: userId,
    username,
    discriminator: '0',
    global_name: displayName,
    avatar: null,
    public_flags: noFlags(),
    flags: noFlags(),
    primary_guild: null,
  };
}

function aMember(user: APIUser, roleIds: readonly string[]): APIGuildMember {
  return {
    user,
    roles: [...roleIds],
    joined_at: new Date(FOUNDED).toISOString(),
    deaf: false,
    mute: false,
    flags: noFlags(),
    nick: null,
    avatar: null,
    banner: null,
    pending: false,
    premium_since: null,
    communication_disabled_until: null,
  };
}

function aRole(roleId: string, name: string, permissions: bigint, position: number): APIRole {
  return {
    id: roleId,
    name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position,
    permissions: String(permissions),
    managed: false,
    mentionable: true,
    flags: noFlags(),
  };
}

function aChannel(
  name: ChannelName,
  position: number,
  permission_overwrites: APITextChannel['permission_overwrites'],
): APITextChannel {
  return {
    id: ids.channels[name],
    type: ChannelType.GuildText,
    guild_id: ids.guild,
    name,
    position,
    permission_overwrites: permission_overwrites ?? [],
    topic: null,
    nsfw: false,
    parent_id: null,
    last_message_id: null,
    rate_limit_per_user: 0,
    flags: noFlags(),
  };
}

function overwrite(
  roleId: string,
  { allow = 0n, deny = 0n }: { readonly allow?: bigint; readonly deny?: bigint },
): { id: string; type: OverwriteType; allow: string; deny: string } {
  return { id: roleId, type: OverwriteType.Role, allow: String(allow), deny: String(deny) };
}

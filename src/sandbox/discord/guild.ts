import {
  type APIGuildMember,
  type APIRole,
  type APITextChannel,
  ChannelType,
  OverwriteType,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import { refusals } from './api-error.ts';
import {
  botUser,
  ids,
  type LocalChannel,
  noFlags,
  people,
  seedChannels,
  seedMembers,
  seedRoles,
} from './seed.ts';

const ALL = Object.values(P).reduce((all, bit) => all | bit, 0n);

/** The one guild: who is in it, its roles, its channels, and what each may do where. */
export interface Guild {
  readonly roles: readonly APIRole[];
  readonly members: readonly APIGuildMember[];
  readonly channels: ReadonlyMap<string, LocalChannel>;
  /** Text channels of the guild in display order. */
  readonly textChannels: () => readonly APITextChannel[];
  /** @throws ApiError 10003 when there is none, 10007 likewise for a member. */
  readonly channel: (channelId: string) => LocalChannel;
  readonly member: (userId: string) => APIGuildMember;
  /** What `userId` may do in the channel, as a bit set; nothing for somebody who is not in it. */
  readonly permissions: (userId: string, channelId: string) => bigint;
  /** Opens (or finds) the private channel between the bot and a person. */
  readonly openDm: (userId: string, newId: () => string) => LocalChannel;
  /** Takes permissions from the bot in one channel; an empty set gives all back. */
  readonly denyBot: (channelId: string, permissions: bigint) => void;
}

/** A guild as founded. */
export function createGuild(): Guild {
  const roles = seedRoles();
  const members = seedMembers();
  const channels = new Map<string, LocalChannel>(seedChannels().map((channel) => [channel.id, channel]));

  const channel = (channelId: string): LocalChannel => {
    const found = channels.get(channelId);
    if (!found) throw refusals.unknownChannel();
    return found;
  };
  const member = (userId: string): APIGuildMember => {
    const found = members.find(({ user }) => user.id === userId);
    if (!found) throw refusals.unknownMember();
    return found;
  };

  return {
    roles,
    members,
    channels,
    channel,
    member,
    textChannels: () => [...channels.values()].filter((each) => each.type === ChannelType.GuildText),
    permissions(userId, channelId) {
      const where = channel(channelId);
      if (where.type === ChannelType.DM) return isInDm(where, userId) ? ALL : 0n;
      return permissionsIn(where, member(userId), roles);
    },
    openDm(userId, newId) {
      const recipient = people.find(({ user }) => user.id === userId)?.user;
      if (!recipient) throw refusals.unknownUser();
      for (const each of channels.values())
        if (each.type === ChannelType.DM && each.recipients?.[0]?.id === userId) return each;
      const dm: LocalChannel = {
        id: newId(),
        type: ChannelType.DM,
        name: null,
        recipients: [recipient],
        last_message_id: null,
        flags: noFlags(),
      };
      channels.set(dm.id, dm);
      return dm;
    },
    denyBot(channelId, permissions) {
      const where = channel(channelId);
      if (where.type !== ChannelType.GuildText) throw refusals.unknownChannel();
      const others = (where.permission_overwrites ?? []).filter(({ id }) => id !== ids.application);
      const denial = {
        id: ids.application,
        type: OverwriteType.Member,
        allow: '0',
        deny: String(permissions),
      };
      where.permission_overwrites = permissions === 0n ? others : [...others, denial];
    },
  };
}

function isInDm(channel: LocalChannel, userId: string): boolean {
  if (userId === botUser.id) return true;
  return channel.type === ChannelType.DM && channel.recipients?.[0]?.id === userId;
}

/** Source: Discord documentation, "Permissions", "Permission Overwrites": everyone, then roles, then member. */
function permissionsIn(channel: APITextChannel, member: APIGuildMember, roles: readonly APIRole[]): bigint {
  const own = new Set([ids.guild, ...member.roles]);
  let granted = 0n;
  for (const role of roles) if (own.has(role.id)) granted |= BigInt(role.permissions);
  if (granted & P.Administrator) return ALL;

  const overwrites = channel.permission_overwrites ?? [];
  const layers = [
    overwrites.filter(({ id }) => id === ids.guild),
    overwrites.filter(({ id, type }) => type === OverwriteType.Role && id !== ids.guild && own.has(id)),
    overwrites.filter(({ id }) => id === member.user.id),
  ];
  for (const layer of layers) {
    for (const { deny } of layer) granted &= ~BigInt(deny);
    for (const { allow } of layer) granted |= BigInt(allow);
  }
  return granted & P.ViewChannel ? granted : 0n;
}

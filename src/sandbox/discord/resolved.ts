import { ComponentType as T } from 'discord-api-types/v10';
import { isJson, type Json } from './forms/json.ts';
import type { Local } from './local.ts';

/** Users, members, roles and channels by the ids a person chose. */
export function resolveIds(local: Local, chosen: readonly string[]): Json {
  const { guild } = local;
  const members = guild.members.filter(({ user }) => chosen.includes(user.id));
  const roles = guild.roles.filter(({ id }) => chosen.includes(id));
  const channels = guild.textChannels().filter(({ id }) => chosen.includes(id));
  return {
    users: Object.fromEntries(members.map(({ user }) => [user.id, user])),
    members: Object.fromEntries(
      members.map(({ user, ...member }) => [user.id, { ...member, permissions: '0' }]),
    ),
    roles: Object.fromEntries(roles.map((role) => [role.id, role])),
    channels: Object.fromEntries(channels.map((channel) => [channel.id, { ...channel, permissions: '0' }])),
  };
}

/** A submitted form with what its user, role and channel selects refer to. */
export function withResolved(local: Local, data: Json): Json {
  const chosen = JSON.stringify(data).match(/\d{17,20}/g) ?? [];
  const hasEntitySelect = Array.isArray(data.components) && data.components.some(isEntityLabel);
  return hasEntitySelect ? { ...data, resolved: resolveIds(local, chosen) } : data;
}

function isEntityLabel(node: unknown): boolean {
  const inner = isJson(node) ? node.component : null;
  const entities: readonly unknown[] = [T.UserSelect, T.RoleSelect, T.MentionableSelect, T.ChannelSelect];
  return isJson(inner) && entities.includes(inner.type);
}

import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { z } from 'zod';
import { refusals } from '../api-error.ts';
import { parseForm } from '../forms/parse.ts';
import { guildPayload } from '../guild-payload.ts';
import type { Call, Route } from '../router.ts';
import { botUser, ids, type LocalChannel } from '../seed.ts';

const OpenDm = z.object({ recipient_id: z.string() });

/**
 * The channel a route names, when the bot may see it.
 * @throws ApiError 10003 when there is none, 50001 when the bot may not view it
 */
export function visibleChannel({ local, param }: Call): LocalChannel {
  const channel = local.guild.channel(param('channel_id'));
  if ((local.guild.permissions(botUser.id, channel.id) & P.ViewChannel) === 0n)
    throw refusals.missingAccess();
  return channel;
}

/** The guild, its channels, roles and members, and private channels. */
export const channelRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/channels/{channel_id}',
    auth: 'bot',
    handle: (call) => ({ status: 200, body: visibleChannel(call) }),
  },
  {
    method: 'POST',
    pattern: '/channels/{channel_id}/typing',
    auth: 'bot',
    handle: (call) => {
      visibleChannel(call);
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    pattern: '/users/@me/channels',
    auth: 'bot',
    handle: ({ local, body }) => {
      const { recipient_id: recipient } = parseForm(OpenDm, body);
      return { status: 200, body: local.guild.openDm(recipient, local.newId) };
    },
  },
  {
    method: 'GET',
    pattern: '/guilds/{guild_id}',
    auth: 'bot',
    handle: (call) => {
      knownGuild(call);
      return { status: 200, body: guildPayload(call.local.guild) };
    },
  },
  {
    method: 'GET',
    pattern: '/guilds/{guild_id}/channels',
    auth: 'bot',
    handle: (call) => {
      knownGuild(call);
      return { status: 200, body: call.local.guild.textChannels() };
    },
  },
  {
    method: 'GET',
    pattern: '/guilds/{guild_id}/roles',
    auth: 'bot',
    handle: (call) => {
      knownGuild(call);
      return { status: 200, body: call.local.guild.roles };
    },
  },
  {
    method: 'GET',
    pattern: '/guilds/{guild_id}/members/{user_id}',
    auth: 'bot',
    handle: (call) => {
      knownGuild(call);
      return { status: 200, body: call.local.guild.member(call.param('user_id')) };
    },
  },
];

function knownGuild({ param }: Call): void {
  if (param('guild_id') !== ids.guild) throw refusals.unknownGuild();
}

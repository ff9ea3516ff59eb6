import { ChannelType, type Guild, type GuildTextBasedChannel } from 'discord.js';
import { OraError } from '../domain/errors.ts';
import { missingPermissions } from './messenger.ts';

/**
 * A channel of this server in which the bot may post cards.
 *
 * @throws OraError `bad_input` for another kind of channel, `forbidden` naming the permissions that are missing.
 */
export async function checkChannel(guild: Guild, channelId: string): Promise<GuildTextBasedChannel> {
  const channel = guild.channels.cache.get(channelId);
  if (channel?.type !== ChannelType.GuildText) {
    throw new OraError('bad_input', 'That is not a text channel of this server. Choose another one.');
  }
  const missing = await missingPermissions(channel);
  if (missing.length === 0) return channel;
  throw new OraError(
    'forbidden',
    `The bot lacks ${missing.join(', ')} in <#${channelId}>. Allow it in the channel’s settings, then try again.`,
  );
}

import {
  type APIMessageInteractionMetadata,
  ApplicationCommandType,
  ChannelType,
  InteractionType,
} from 'discord-api-types/v10';
import type { Json } from './forms/json.ts';
import type { Interaction } from './interaction.ts';
import type { Local } from './local.ts';
import { botUser, ids } from './seed.ts';

const OWNERS = { '0': ids.guild };
const LOCALE = 'en-US';
/** 10 MiB, Discord's default for a file. */
const ATTACHMENT_BYTES = 10 * 1024 * 1024;

/** What INTERACTION_CREATE carries for an interaction whose `data` is given. */
export function interactionPayload(local: Local, interaction: Interaction, data: Json): Json {
  const { guild } = local;
  const { id, token, type, userId, channelId, source } = interaction;
  const channel = guild.channel(channelId);
  const permissions = String(guild.permissions(userId, channelId));
  const member = guild.member(userId);
  const isDm = channel.type === ChannelType.DM;
  return {
    id,
    application_id: ids.application,
    type,
    token,
    version: 1,
    data,
    channel: { ...channel, permissions },
    channel_id: channelId,
    ...(isDm
      ? { user: member.user, context: 1 }
      : {
          guild_id: ids.guild,
          guild: { id: ids.guild, locale: LOCALE, features: [] },
          guild_locale: LOCALE,
          member: { ...member, permissions },
          context: 0,
        }),
    ...(source && { message: publicFields(local.messages.get(source.id) ?? source) }),
    app_permissions: String(guild.permissions(botUser.id, channelId)),
    locale: LOCALE,
    entitlements: [],
    authorizing_integration_owners: OWNERS,
    attachment_size_limit: ATTACHMENT_BYTES,
  };
}

/** A message without what only our page knows. */
export function publicFields<Message extends object>(
  message: Message & { readonly ephemeralFor?: string; readonly failed?: string },
): Omit<Message, 'ephemeralFor' | 'failed'> {
  const { ephemeralFor: _reader, failed: _failed, ...rest } = message;
  return rest;
}

/** Makes the `interaction_metadata` of answers to a slash command; its name includes the subcommand. */
export function commandMetadata(
  local: Local,
  userId: string,
  { name, subcommand }: { readonly name: string; readonly subcommand?: string },
): (id: string) => APIMessageInteractionMetadata {
  return (id) => ({
    id,
    type: InteractionType.ApplicationCommand,
    user: local.guild.member(userId).user,
    authorizing_integration_owners: OWNERS,
    name: subcommand === undefined ? name : `${name} ${subcommand}`,
    command_type: ApplicationCommandType.ChatInput,
  });
}

/** The same for a button or select. */
export function componentMetadata(
  local: Local,
  userId: string,
  messageId: string,
): (id: string) => APIMessageInteractionMetadata {
  return (id) => ({
    id,
    type: InteractionType.MessageComponent,
    user: local.guild.member(userId).user,
    authorizing_integration_owners: OWNERS,
    interacted_message_id: messageId,
  });
}

/** The same for a submitted form. `opener` is what opened it. */
export function modalMetadata(
  local: Local,
  userId: string,
  opener: Interaction,
): (id: string) => APIMessageInteractionMetadata {
  return (id) => ({
    id,
    type: InteractionType.ModalSubmit,
    user: local.guild.member(userId).user,
    authorizing_integration_owners: OWNERS,
    // A form cannot open a form, so the opener is never a modal submit.
    triggering_interaction_metadata: opener.metadata as Exclude<
      APIMessageInteractionMetadata,
      { type: InteractionType.ModalSubmit }
    >,
  });
}

import {
  type APIApplicationCommand,
  ButtonStyle,
  ChannelType,
  InteractionType,
  PermissionFlagsBits as P,
  ComponentType as T,
} from 'discord-api-types/v10';
import { ActError } from './act-error.ts';
import { commandData } from './command-call.ts';
import type { Json } from './forms/json.ts';
import { type ComponentNode, findComponent } from './forms/layout.ts';
import type { Interaction, Start } from './interaction.ts';
import {
  commandMetadata,
  componentMetadata,
  interactionPayload,
  modalMetadata,
} from './interaction-payload.ts';
import type { Interactions } from './interactions.ts';
import type { Local } from './local.ts';
import { checkChoices, modalData } from './modal-values.ts';
import { storeOptionFiles } from './option-files.ts';
import { resolveIds, withResolved } from './resolved.ts';
import type { UiAction, UiMessage } from './ui-protocol.ts';

type Act<Type extends UiAction['type']> = Omit<Extract<UiAction, { type: Type }>, 'type'>;

/** What a person can do in Discord, each beginning an interaction the bot hears of. */
export interface Acts {
  /** @throws ActError (all of them) for what Discord's own client would not let a person do */
  readonly click: (userId: string, act: Act<'click'>) => Interaction;
  readonly select: (userId: string, act: Act<'select'>) => Interaction;
  readonly command: (userId: string, act: Act<'command'>) => Interaction;
  readonly autocomplete: (userId: string, act: Act<'autocomplete'>) => Interaction;
  readonly submitModal: (userId: string, act: Act<'modalSubmit'>) => Interaction;
  readonly dismiss: (userId: string, act: Act<'dismiss'>) => void;
}

/** `dispatch` sends an event to the bot. */
export function createActs(
  local: Local,
  interactions: Interactions,
  dispatch: (event: string, data: Json) => void,
): Acts {
  const start = (how: Start, data: Json): Interaction => {
    const interaction = interactions.begin(how);
    dispatch('INTERACTION_CREATE', interactionPayload(local, interaction, data));
    return interaction;
  };

  const useComponent = (
    userId: string,
    act: Act<'click'>,
    read: (component: ComponentNode) => Json,
  ): Interaction => {
    const source = visibleMessage(local, userId, act.messageId);
    const component = findComponent(source.components ?? [], act.customId);
    if (!component) throw new ActError(`The message has no component "${act.customId}".`);
    if (component.disabled === true) throw new ActError(`"${act.customId}" is disabled.`);
    const data = { custom_id: act.customId, component_type: component.type, ...read(component) };
    return start(
      {
        type: InteractionType.MessageComponent,
        userId,
        channelId: source.channel_id,
        source,
        metadata: componentMetadata(local, userId, source.id),
      },
      data,
    );
  };

  return {
    click: (userId, act) =>
      useComponent(userId, act, (component) => {
        if (component.type !== T.Button || component.style === ButtonStyle.Link)
          throw new ActError(`"${act.customId}" is not a button the bot hears of.`);
        return { id: component.id };
      }),
    select: (userId, act) =>
      useComponent(userId, act, (component) => {
        if (component.type === T.Button) throw new ActError(`"${act.customId}" is a button.`);
        const values = checkChoices(component, act.values);
        const resolved = component.type === T.StringSelect ? {} : { resolved: resolveIds(local, values) };
        return { id: component.id, values, ...resolved };
      }),
    command(userId, act) {
      const command = usableCommand(local, userId, act);
      const { options, attachments } = storeOptionFiles(local, act.channelId, act.options);
      const { data, references } = commandData(command, { ...act, options });
      const hasFiles = Object.keys(attachments).length > 0;
      const resolved = { ...resolveIds(local, references), ...(hasFiles && { attachments }) };
      return start(
        {
          type: InteractionType.ApplicationCommand,
          userId,
          channelId: act.channelId,
          metadata: commandMetadata(local, userId, act),
        },
        references.length > 0 || hasFiles ? { ...data, resolved } : data,
      );
    },
    autocomplete(userId, act) {
      const command = usableCommand(local, userId, act);
      const { data } = commandData(command, act);
      return start(
        {
          type: InteractionType.ApplicationCommandAutocomplete,
          userId,
          channelId: act.channelId,
          requestId: act.requestId,
          metadata: commandMetadata(local, userId, act),
        },
        data,
      );
    },
    submitModal(userId, act) {
      const open = interactions.modal(act.interactionId);
      if (!open || open.opener.userId !== userId || open.modal.customId !== act.customId)
        throw new ActError('This form is not open for you.');
      const data = modalData(open.modal, act.fields);
      return start(
        {
          type: InteractionType.ModalSubmit,
          userId,
          channelId: open.opener.channelId,
          source: open.opener.source,
          metadata: modalMetadata(local, userId, open.opener),
        },
        withResolved(local, data),
      );
    },
    dismiss(userId, act) {
      const message = local.messages.get(act.messageId);
      if (!message || message.ephemeralFor !== userId)
        throw new ActError('Only your own private message can be dismissed.');
      local.messages.remove(message.id);
      local.feed.tell({ type: 'messageDeleted', message });
    },
  };
}

/** The commands this person is offered: by the permissions each asks for. Administrators see all. */
export function commandsFor(local: Local, userId: string): readonly APIApplicationCommand[] {
  return local.commands.visible().filter((command) => mayUse(local, userId, command));
}

/** True when this person sees the message: it is in a channel they may view and not another's private one. */
export function canSee(local: Local, userId: string, message: UiMessage): boolean {
  if (message.ephemeralFor !== undefined && message.ephemeralFor !== userId) return false;
  return (local.guild.permissions(userId, message.channel_id) & P.ViewChannel) !== 0n;
}

function mayUse(local: Local, userId: string, command: APIApplicationCommand): boolean {
  const needed = command.default_member_permissions;
  if (needed === null || needed === undefined) return true;
  const channels = local.guild.textChannels();
  const held = channels.reduce((all, { id }) => all | local.guild.permissions(userId, id), 0n);
  if ((held & P.Administrator) !== 0n) return true;
  return BigInt(needed) !== 0n && (held & BigInt(needed)) === BigInt(needed);
}

function usableCommand(
  local: Local,
  userId: string,
  act: { readonly channelId: string; readonly name: string },
): APIApplicationCommand {
  const command = local.commands.visible().find(({ name }) => name === act.name);
  if (!command) throw new ActError(`There is no command /${act.name}.`);
  if (!mayUse(local, userId, command)) throw new ActError(`You may not use /${act.name}.`);
  const channel = local.guild.channels.get(act.channelId);
  if (!channel || (local.guild.permissions(userId, act.channelId) & P.ViewChannel) === 0n)
    throw new ActError('There is no such channel.');
  if (command.contexts && !command.contexts.includes(channel.type === ChannelType.DM ? 1 : 0))
    throw new ActError(`/${act.name} cannot be used in this channel.`);
  return command;
}

function visibleMessage(local: Local, userId: string, messageId: string): UiMessage {
  const message = local.messages.get(messageId);
  if (!message || !canSee(local, userId, message))
    throw new ActError('This message does not exist any more.');
  return message;
}

import { InteractionType as I, MessageFlags, InteractionResponseType as R } from 'discord-api-types/v10';
import { z } from 'zod';
import { refusals, refuseProblems } from './api-error.ts';
import type { UploadedFile } from './file-store.ts';
import { editFormFor, MessageForm } from './forms/message.ts';
import { ModalForm } from './forms/modal.ts';
import { parseForm } from './forms/parse.ts';
import { type Interaction, isLoading, originOf } from './interaction.ts';
import type { Interactions } from './interactions.ts';
import type { Local } from './local.ts';
import { deleteMessage, editMessage, postMessage } from './messages.ts';
import type { UiMessage, UiModal } from './ui-protocol.ts';

const Answer = z.object({
  type: z.literal([
    R.ChannelMessageWithSource,
    R.DeferredChannelMessageWithSource,
    R.DeferredMessageUpdate,
    R.UpdateMessage,
    R.ApplicationCommandAutocompleteResult,
    R.Modal,
  ]),
  data: z.unknown().optional(),
});

const Choices = z.object({
  choices: z
    .array(z.object({ name: z.string().min(1).max(100), value: z.union([z.string().max(100), z.number()]) }))
    .max(25),
});

/** What the bot sent to `/callback` or to a webhook: JSON and files. */
export interface Sent {
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

/** Carries out the bot's answers to interactions. */
export interface Answering {
  readonly local: Local;
  readonly interactions: Interactions;
}

/**
 * The first answer to an interaction. Returns the message it made or changed, if any.
 * @throws ApiError 10062, 40060, or 50035 for a form Discord refuses
 */
export function answer(
  { local, interactions }: Answering,
  interaction: Interaction,
  sent: Sent,
): UiMessage | null {
  const { type, data } = parseForm(Answer, sent.body);
  refuseMisplaced(interaction, type);
  switch (type) {
    case R.ChannelMessageWithSource: {
      const form = parseForm(MessageForm, data ?? {});
      const origin = originOf(interaction, { ephemeral: isEphemeral(form) });
      const message = postMessage(local, {
        channelId: interaction.channelId,
        form,
        files: sent.files,
        origin,
      });
      own(interaction, message);
      interactions.acknowledge(interaction, type);
      interaction.settle({ kind: 'message', message });
      return message;
    }
    case R.DeferredChannelMessageWithSource: {
      const form = parseForm(MessageForm, data ?? {});
      const origin = originOf(interaction, { ephemeral: isEphemeral(form), loading: true });
      const message = postMessage(local, { channelId: interaction.channelId, form: {}, files: [], origin });
      own(interaction, message);
      interactions.acknowledge(interaction, type);
      return message;
    }
    case R.DeferredMessageUpdate: {
      interaction.originalId = interaction.source?.id ?? null;
      interactions.acknowledge(interaction, type);
      return null;
    }
    case R.UpdateMessage: {
      const source = current(local, interaction.source?.id);
      const form = parseForm(editFormFor(isV2(source)), data ?? {});
      const message = editMessage(local, source, { form, files: sent.files });
      interaction.originalId = message.id;
      interactions.acknowledge(interaction, type);
      interaction.settle({ kind: 'update', message });
      return message;
    }
    case R.ApplicationCommandAutocompleteResult: {
      const { choices } = parseForm(Choices, data);
      interactions.acknowledge(interaction, type);
      const { userId, requestId, id } = interaction;
      local.feed.tell({ type: 'autocompleted', userId, answer: { requestId: requestId ?? id, choices } });
      interaction.settle({ kind: 'autocomplete', choices });
      return null;
    }
    case R.Modal: {
      const form = parseForm(ModalForm, data);
      interactions.acknowledge(interaction, type);
      interactions.openModal(interaction, {
        interactionId: interaction.id,
        customId: form.custom_id,
        title: form.title,
        // Checked against Discord's limits just above; the two types name the same tree differently.
        components: form.components as UiModal['components'],
      });
      return null;
    }
  }
}

/** A further message. The first one after a deferred reply takes that reply's place, as on Discord. */
export function followUp({ local }: Answering, interaction: Interaction, sent: Sent): UiMessage {
  const form = parseForm(MessageForm, sent.body);
  const original = interaction.originalId ? local.messages.get(interaction.originalId) : null;
  if (original && isLoading(original)) return editMessage(local, original, { form, files: sent.files });
  const origin = originOf(interaction, { ephemeral: isEphemeral(form) });
  const message = postMessage(local, { channelId: interaction.channelId, form, files: sent.files, origin });
  interaction.ownIds.add(message.id);
  interaction.settle({ kind: 'message', message });
  return message;
}

/**
 * The message a webhook route means: `@original`, or one this interaction made.
 * @throws ApiError 10008 when there is none, or it is another's
 */
export function ownMessage({ local }: Answering, interaction: Interaction, reference: string): UiMessage {
  if (reference === '@original') return current(local, interaction.originalId);
  if (!interaction.ownIds.has(reference) && reference !== interaction.originalId)
    throw refusals.unknownMessage();
  return current(local, reference);
}

/** Changes a message through the interaction's token. */
export function editOwn(answering: Answering, message: UiMessage, sent: Sent): UiMessage {
  const form = parseForm(editFormFor(isV2(message)), sent.body);
  return editMessage(answering.local, message, { form, files: sent.files });
}

/** Removes a message through the interaction's token. */
export function deleteOwn(answering: Answering, message: UiMessage): void {
  deleteMessage(answering.local, message);
}

/** True when the message is made of Components V2, which it then stays. */
export function isV2(message: UiMessage): boolean {
  return Boolean((message.flags ?? 0) & MessageFlags.IsComponentsV2);
}

function own(interaction: Interaction, message: UiMessage): void {
  interaction.originalId = message.id;
  interaction.ownIds.add(message.id);
}

function isEphemeral(form: MessageForm): boolean {
  return Boolean((form.flags ?? 0) & MessageFlags.Ephemeral);
}

function current(local: Local, messageId: string | null | undefined): UiMessage {
  const message = messageId ? local.messages.get(messageId) : null;
  if (!message) throw refusals.unknownMessage();
  return message;
}

/** Only a component can be updated, only autocomplete be completed, and no form answers a form. */
function refuseMisplaced({ type, source }: Interaction, answerType: R): void {
  const isAutocomplete = type === I.ApplicationCommandAutocomplete;
  const isUpdate = answerType === R.UpdateMessage || answerType === R.DeferredMessageUpdate;
  const fits =
    isAutocomplete === (answerType === R.ApplicationCommandAutocompleteResult) &&
    !(isUpdate && !source) &&
    !(answerType === R.Modal && type === I.ModalSubmit);
  if (!fits)
    refuseProblems([
      {
        path: 'type',
        code: 'INTERACTION_INVALID_CALLBACK_TYPE',
        message: `Callback type ${answerType} does not fit interaction type ${type}`,
      },
    ]);
}

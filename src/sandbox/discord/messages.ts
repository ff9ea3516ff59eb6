import {
  type APIAttachment,
  type APIMessageInteractionMetadata,
  MessageFlags as F,
  MessageReferenceType,
  MessageType,
} from 'discord-api-types/v10';
import { refusals, refuseProblems } from './api-error.ts';
import type { UploadedFile } from './file-store.ts';
import type { MessageForm } from './forms/message.ts';
import type { Local } from './local.ts';
import { createMediaResolver, presentComponents, presentEmbeds } from './media.ts';
import { readMentions } from './mentions.ts';
import { botUser, ids } from './seed.ts';
import type { UiMessage } from './ui-protocol.ts';
import { storeUploads } from './uploads.ts';

/** What an answer to an interaction adds to a message. */
export interface InteractionOrigin {
  readonly type: MessageType.ChatInputCommand | MessageType.Reply | MessageType.Default;
  readonly metadata: APIMessageInteractionMetadata;
  /** The message whose button was clicked, or the one followed up on. */
  readonly repliesTo: string | null;
  /** The only user who sees it; null for everyone. */
  readonly ephemeralFor: string | null;
  /** True for "is thinking…": nothing to show yet. */
  readonly loading: boolean;
}

/** A message about to be posted by the bot. */
export interface Draft {
  readonly channelId: string;
  readonly form: MessageForm;
  readonly files: readonly UploadedFile[];
  readonly origin?: InteractionOrigin;
}

const SETTABLE = F.SuppressEmbeds | F.SuppressNotifications | F.IsComponentsV2;

/**
 * Stores a message of the bot and tells everyone.
 * @throws ApiError 50006 when there is nothing to show, 50035 for a reply to nothing or a missing upload
 */
export function postMessage(local: Local, draft: Draft): UiMessage {
  const { channelId, form, files, origin } = draft;
  const id = local.newId();
  const reference = referenceOf(local, draft);
  const flags =
    ((form.flags ?? 0) & SETTABLE) |
    (origin?.ephemeralFor ? F.Ephemeral : 0) |
    (origin?.loading ? F.Loading : 0);
  const attachments = storeUploads(local, { channelId, form, files });
  const shown = show(local, { form, attachments, before: null });

  const message: UiMessage = {
    id,
    channel_id: channelId,
    author: botUser,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: form.tts ?? false,
    pinned: false,
    type: origin?.type ?? (reference ? MessageType.Reply : MessageType.Default),
    flags,
    ...shown,
    ...reference,
    ...(origin && {
      application_id: ids.application,
      webhook_id: ids.application,
      interaction_metadata: origin.metadata,
    }),
    ...(origin?.ephemeralFor && { ephemeralFor: origin.ephemeralFor }),
  };
  if (!origin?.loading) refuseEmpty(message, attachments);
  keep(local, message, attachments);
  local.feed.tell({ type: 'messageCreated', message });
  return message;
}

/** A change of a message, and the files that come with it. */
export interface Change {
  readonly form: MessageForm;
  readonly files: readonly UploadedFile[];
}

/**
 * Changes what the form names and leaves the rest; a deferred answer stops "thinking".
 * @throws ApiError 50006 when nothing would be left, 50035 for a missing upload
 */
export function editMessage(local: Local, before: UiMessage, { form, files }: Change): UiMessage {
  const kept = local.files.of(before.id).filter(({ id }) => isKept(id, form));
  const attachments = [...kept, ...storeUploads(local, { channelId: before.channel_id, form, files })];
  const wasLoading = Boolean((before.flags ?? 0) & F.Loading);
  const after: UiMessage = {
    ...before,
    ...show(local, { form, attachments, before }),
    flags: editedFlags(before.flags ?? 0, form),
    edited_timestamp: wasLoading ? null : new Date().toISOString(),
  };
  refuseEmpty(after, attachments);
  keep(local, after, attachments);
  local.feed.tell({ type: 'messageEdited', message: after });
  return after;
}

/** Removes a message and tells everyone. */
export function deleteMessage(local: Local, message: UiMessage): void {
  local.messages.remove(message.id);
  local.feed.tell({ type: 'messageDeleted', message });
}

function keep(local: Local, message: UiMessage, attachments: readonly APIAttachment[]): void {
  local.files.keep(message.id, attachments);
  local.messages.put(message);
}

type Shown = Pick<
  UiMessage,
  'content' | 'embeds' | 'components' | 'attachments' | 'mentions' | 'mention_roles' | 'mention_everyone'
>;

function show(
  local: Local,
  now: {
    readonly form: MessageForm;
    readonly attachments: readonly APIAttachment[];
    readonly before: UiMessage | null;
  },
): Shown {
  const { form, attachments, before } = now;
  const media = createMediaResolver(attachments);
  const content = form.content === undefined ? (before?.content ?? '') : (form.content ?? '');
  const embeds =
    form.embeds === undefined && before ? before.embeds : presentEmbeds(form.embeds ?? [], media);
  const components =
    form.components === undefined && before
      ? before.components
      : // The form was checked against Discord's limits; its type and Discord's name the same tree differently.
        (presentComponents(form.components ?? [], media) as NonNullable<UiMessage['components']>);
  const text = JSON.stringify([embeds, components]);
  const listed = attachments.filter(({ id, url }) => !media.used.has(id) && !text.includes(url));
  return {
    content,
    embeds,
    components: components ?? [],
    attachments: [...listed],
    ...readMentions(content, form.allowed_mentions, local.guild),
  };
}

function isKept(attachmentId: string, form: MessageForm): boolean {
  return form.attachments ? form.attachments.some(({ id }) => id === attachmentId) : true;
}

function editedFlags(before: number, form: MessageForm): number {
  const settable = form.flags === undefined ? before & SETTABLE : (form.flags ?? 0) & SETTABLE;
  return settable | (before & (F.IsComponentsV2 | F.Ephemeral));
}

function refuseEmpty(message: UiMessage, attachments: readonly APIAttachment[]): void {
  const isV2 = Boolean((message.flags ?? 0) & F.IsComponentsV2);
  const shows = message.content !== '' || message.embeds.length > 0 || attachments.length > 0;
  if (!shows && !(isV2 && message.components?.length)) throw refusals.emptyMessage();
}

/** The keys that make a message a reply; null for one that is not. */
function referenceOf(
  local: Local,
  { channelId, form, origin }: Draft,
): Pick<UiMessage, 'message_reference' | 'referenced_message'> | null {
  const targetId = origin ? origin.repliesTo : form.message_reference?.message_id;
  if (!targetId) return null;
  const target = local.messages.get(targetId);
  if (!target || target.channel_id !== channelId || (target.ephemeralFor && !origin)) {
    if (origin || form.message_reference?.fail_if_not_exists === false) return null;
    refuseProblems([
      { path: 'message_reference', code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' },
    ]);
    return null;
  }
  // One level deep, as Discord gives it: the message replied to does not carry its own reply target.
  const { referenced_message: _deeper, ephemeralFor: _reader, ...referenced } = target;
  return {
    message_reference: {
      type: MessageReferenceType.Default,
      channel_id: channelId,
      message_id: targetId,
      guild_id: ids.guild,
    },
    referenced_message: referenced,
  };
}

import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { z } from 'zod';
import { isV2 } from '../answer.ts';
import { refusals } from '../api-error.ts';
import { editFormFor, MessageForm } from '../forms/message.ts';
import { parseForm } from '../forms/parse.ts';
import { publicFields } from '../interaction-payload.ts';
import { deleteMessage, editMessage, postMessage } from '../messages.ts';
import type { Call, Reply, Route } from '../router.ts';
import { botUser } from '../seed.ts';
import type { UiMessage } from '../ui-protocol.ts';
import { visibleChannel } from './channels.ts';

const Range = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  before: z.string().optional(),
  after: z.string().optional(),
  around: z.string().optional(),
});

/** Messages of a channel: history, posting with nonce and files, editing, deleting. */
export const messageRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/channels/{channel_id}/messages', auth: 'bot', handle: listMessages },
  { method: 'POST', pattern: '/channels/{channel_id}/messages', auth: 'bot', handle: createMessage },
  {
    method: 'GET',
    pattern: '/channels/{channel_id}/messages/{message_id}',
    auth: 'bot',
    handle: (call) => {
      need(call, P.ReadMessageHistory);
      return { status: 200, body: publicFields(messageOf(call)) };
    },
  },
  {
    method: 'PATCH',
    pattern: '/channels/{channel_id}/messages/{message_id}',
    auth: 'bot',
    handle: (call) => {
      visibleChannel(call);
      const before = messageOf(call);
      const form = parseForm(editFormFor(isV2(before)), call.body);
      const after = editMessage(call.local, before, { form, files: call.files });
      return { status: 200, body: publicFields(after) };
    },
  },
  {
    method: 'DELETE',
    pattern: '/channels/{channel_id}/messages/{message_id}',
    auth: 'bot',
    handle: (call) => {
      visibleChannel(call);
      deleteMessage(call.local, messageOf(call));
      return { status: 204 };
    },
  },
];

function listMessages(call: Call): Reply {
  const { local, query } = call;
  const channel = visibleChannel(call);
  const { before, after, around, limit } = parseForm(Range, Object.fromEntries(query));
  if ((local.guild.permissions(botUser.id, channel.id) & P.ReadMessageHistory) === 0n)
    return { status: 200, body: [] };
  const range = { limit, ...(before && { before }), ...(after && { after }), ...(around && { around }) };
  return { status: 200, body: local.messages.history(channel.id, range).map(publicFields) };
}

function createMessage(call: Call): Reply {
  const { local, body, files } = call;
  const channel = visibleChannel(call);
  const form = parseForm(MessageForm, body ?? {});
  need(call, P.SendMessages);
  if (form.embeds?.length) need(call, P.EmbedLinks);
  if (files.length > 0) need(call, P.AttachFiles);
  if (form.message_reference?.message_id && !holds(call, P.ReadMessageHistory))
    throw refusals.replyNeedsHistory();

  const nonce = form.nonce === null || form.nonce === undefined ? null : form.nonce;
  const earlier = nonce !== null && form.enforce_nonce ? local.nonces.find(String(nonce)) : null;
  const message = earlier
    ? stillThere(call, earlier)
    : postMessage(local, { channelId: channel.id, form, files });
  if (nonce !== null && !earlier) local.nonces.remember(String(nonce), message.id);
  return { status: 200, body: { ...publicFields(message), ...(nonce !== null && { nonce }) } };
}

/** A nonce whose message was deleted is refused, not posted again. Source: discord-api-docs PR 6647. */
function stillThere({ local }: Call, messageId: string): UiMessage {
  const message = local.messages.get(messageId);
  if (!message) throw refusals.unknownMessage();
  return message;
}

/** Ephemeral messages do not exist for the channel routes. */
function messageOf({ local, param }: Call): UiMessage {
  const message = local.messages.get(param('message_id'));
  if (!message || message.ephemeralFor !== undefined || message.channel_id !== param('channel_id'))
    throw refusals.unknownMessage();
  return message;
}

function holds({ local, param }: Call, permission: bigint): boolean {
  return (local.guild.permissions(botUser.id, param('channel_id')) & permission) !== 0n;
}

function need(call: Call, permission: bigint): void {
  visibleChannel(call);
  if (!holds(call, permission)) throw refusals.missingPermissions();
}

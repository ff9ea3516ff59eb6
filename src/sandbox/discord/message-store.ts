import { compareIds } from './snowflake.ts';
import type { UiMessage } from './ui-protocol.ts';

/** Which part of a channel's history is wanted; ids are exclusive bounds. */
interface HistoryRange {
  readonly limit: number;
  readonly before?: string;
  readonly after?: string;
  readonly around?: string;
}

/** Every message, public and ephemeral, by id and by channel. */
export interface MessageStore {
  /** Null when there is none, or it was deleted. */
  readonly get: (messageId: string) => UiMessage | null;
  /** Adds it, or puts it in place of the one with its id. */
  readonly put: (message: UiMessage) => void;
  readonly remove: (messageId: string) => void;
  /** All of one channel, ephemeral ones included, oldest first. */
  readonly inChannel: (channelId: string) => readonly UiMessage[];
  /** What `GET /channels/{id}/messages` gives: public ones only, newest first. */
  readonly history: (channelId: string, range: HistoryRange) => readonly UiMessage[];
}

/** An empty store. Messages live in memory: a sandbox begins with empty channels. */
export function createMessageStore(): MessageStore {
  const byId = new Map<string, UiMessage>();
  const order = new Map<string, string[]>();

  const inChannel = (channelId: string): readonly UiMessage[] =>
    (order.get(channelId) ?? []).flatMap((id) => byId.get(id) ?? []);

  return {
    inChannel,
    get: (messageId) => byId.get(messageId) ?? null,
    put(message) {
      if (!byId.has(message.id)) {
        const list = order.get(message.channel_id);
        if (list) list.push(message.id);
        else order.set(message.channel_id, [message.id]);
      }
      byId.set(message.id, message);
    },
    remove(messageId) {
      const message = byId.get(messageId);
      if (!message) return;
      byId.delete(messageId);
      const list = order.get(message.channel_id) ?? [];
      list.splice(list.indexOf(messageId), 1);
    },
    history(channelId, range) {
      const visible = inChannel(channelId).filter((message) => message.ephemeralFor === undefined);
      return cut(visible, range).toReversed();
    },
  };
}

/** `after` takes the nearest newer ones; everything else takes the newest that qualify. */
function cut(messages: readonly UiMessage[], { limit, before, after, around }: HistoryRange) {
  if (after !== undefined) return messages.filter(({ id }) => compareIds(id, after) > 0).slice(0, limit);
  if (before !== undefined) return messages.filter(({ id }) => compareIds(id, before) < 0).slice(-limit);
  if (around === undefined) return messages.slice(-limit);
  const middle = messages.findIndex(({ id }) => compareIds(id, around) >= 0);
  const start = Math.max(0, (middle < 0 ? messages.length : middle) - Math.floor(limit / 2));
  return messages.slice(start, start + limit);
}

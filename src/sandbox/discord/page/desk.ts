import type { UiMessage, UiSnapshot } from '../ui-protocol.ts';
import { compareIds } from './snowflake.ts';

/** All messages the reader may see, by channel, each list oldest first. */
export interface Desk {
  readonly messagesOf: (channelId: string) => readonly UiMessage[];
  readonly find: (messageId: string) => UiMessage | null;
  /** Adds a message at its place or puts an edited one in place of the old; true when it was new. */
  readonly put: (message: UiMessage) => boolean;
  /** Takes a message away; null when there was none. */
  readonly remove: (messageId: string) => UiMessage | null;
}

/** The desk as a snapshot has it. */
export function createDesk({ messages }: UiSnapshot): Desk {
  const byChannel = new Map<string, UiMessage[]>();
  const byId = new Map<string, UiMessage>();
  const listOf = (channelId: string): UiMessage[] => {
    const list = byChannel.get(channelId) ?? [];
    byChannel.set(channelId, list);
    return list;
  };
  const put = (message: UiMessage): boolean => {
    const list = listOf(message.channel_id);
    const at = placeOf(list, message.id);
    const isNew = list[at]?.id !== message.id;
    list.splice(at, isNew ? 0 : 1, message);
    byId.set(message.id, message);
    return isNew;
  };
  for (const message of messages) put(message);
  return {
    messagesOf: listOf,
    find: (id) => byId.get(id) ?? null,
    put,
    remove: (id) => {
      const message = byId.get(id);
      if (message === undefined) return null;
      byId.delete(id);
      const list = listOf(message.channel_id);
      list.splice(placeOf(list, id), 1);
      return message;
    },
  };
}

/** Where a message with this id stands, or would stand, in a list that is oldest first. */
export function placeOf(messages: readonly { readonly id: string }[], id: string): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(messages[middle]?.id ?? '', id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

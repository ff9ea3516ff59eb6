import type { UiMessage } from '../ui-protocol.ts';
import { compareIds } from './snowflake.ts';

const countedAtMost = 99;

/** What waits in a channel; `mentions` is the part of `count` that speaks to the reader: by name, or in private. */
export interface Unread {
  readonly count: number;
  readonly mentions: number;
}

/** How far each person has read each channel, since the page was opened. */
export interface Reading {
  /** The person has seen all of these, oldest first. */
  readonly markRead: (channelKey: string, messages: readonly UiMessage[]) => void;
  /** What came since; everything counts as read in a channel never marked. Counts stop at 99. */
  readonly unreadOf: (
    channelKey: string,
    messages: readonly UiMessage[],
    isForMe: (message: UiMessage) => boolean,
  ) => Unread;
  readonly knows: (channelKey: string) => boolean;
}

/** Remembers the newest message read, by a key made of person and channel. */
export function createReading(): Reading {
  const newest = new Map<string, string>();
  return {
    knows: (key) => newest.has(key),
    markRead: (key, messages) => newest.set(key, messages.at(-1)?.id ?? '0'),
    unreadOf: (key, messages, isForMe) => {
      const read = newest.get(key);
      if (read === undefined) return { count: 0, mentions: 0 };
      const fresh = messages.slice(-countedAtMost).filter(({ id }) => compareIds(id, read) > 0);
      return { count: fresh.length, mentions: fresh.filter(isForMe).length };
    },
  };
}

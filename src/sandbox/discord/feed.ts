import type { UiAutocomplete, UiClock, UiInteractionState, UiMessage, UiModal } from './ui-protocol.ts';

/** Something that happened in the local Discord, as its gateway, its page and waiting tests hear of it. */
export type Happening =
  | { readonly type: 'messageCreated' | 'messageEdited' | 'messageDeleted'; readonly message: UiMessage }
  | { readonly type: 'channelChanged'; readonly channelId: string }
  | { readonly type: 'commandsChanged' }
  | { readonly type: 'modalOpened'; readonly userId: string; readonly modal: UiModal }
  | { readonly type: 'interaction'; readonly userId: string; readonly state: UiInteractionState }
  | { readonly type: 'autocompleted'; readonly userId: string; readonly answer: UiAutocomplete }
  | { readonly type: 'clock'; readonly clock: UiClock | null }
  | { readonly type: 'notice'; readonly notice: string };

type Listener = (happening: Happening) => void;

/** Tells every listener what happened, at once, and each in the same order. */
export interface Feed {
  readonly tell: (happening: Happening) => void;
  /** Returns the function that stops listening. */
  readonly listen: (listener: Listener) => () => void;
}

/** An empty feed. */
export function createFeed(): Feed {
  const listeners = new Set<Listener>();
  const waiting: Happening[] = [];
  return {
    tell(happening) {
      // A listener may tell something itself: that waits until all have heard of what came first.
      if (waiting.push(happening) > 1) return;
      try {
        for (const next of waiting) for (const listener of [...listeners]) listener(next);
      } finally {
        waiting.length = 0;
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

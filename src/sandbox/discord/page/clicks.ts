/** The last click on a message. */
export interface Click {
  /** What was clicked and not answered yet; null when nothing waits. */
  readonly busy: string | null;
  /** Why it failed, as Discord would say it; null when it did not. */
  readonly failure: string | null;
}

/** The last click on each message. */
export interface Clicks {
  readonly of: (messageId: string) => Click;
  readonly set: (messageId: string, click: Click) => void;
  /** Puts the focus back on what was clicked last, when closing a form left it nowhere. */
  readonly refocus: () => void;
  readonly forget: () => void;
}

const none: Click = { busy: null, failure: null };

/** No clicks yet. */
export function createClicks(): Clicks {
  const clicks = new Map<string, Click>();
  let last = '';
  return {
    of: (messageId) => clicks.get(messageId) ?? none,
    set: (messageId, click) => {
      clicks.set(messageId, click);
      if (click.busy !== null) {
        last = `[data-message-id="${CSS.escape(messageId)}"] [data-custom-id="${CSS.escape(click.busy)}"]`;
      }
    },
    refocus: () => {
      // The browser itself goes back only to an element that was not replaced meanwhile.
      const { activeElement } = document;
      const isLost = activeElement === document.body || activeElement?.closest('dialog') != null;
      if (last !== '' && isLost) document.querySelector<HTMLElement>(last)?.focus({ preventScroll: true });
    },
    forget: () => clicks.clear(),
  };
}

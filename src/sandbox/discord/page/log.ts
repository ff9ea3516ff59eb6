import type { UiMessage } from '../ui-protocol.ts';
import { placeOf } from './desk.ts';
import { byId } from './dom.ts';
import { createMessageWindow } from './message-window.ts';

const nearEdgePx = 600;
const atEndPx = 40;

/** The messages of the open channel. */
export interface Log {
  /** Opens a channel: its live list (oldest first), at the newest message. */
  readonly open: (messages: readonly UiMessage[]) => void;
  /** A message of the open channel came or was edited; the list already has it. */
  readonly put: (message: UiMessage, isNew: boolean) => void;
  /** A message of the open channel went; the list no longer has it. */
  readonly remove: (messageId: string) => void;
  /** Brings a message into view, however old it is. */
  readonly reveal: (messageId: string) => void;
  /** Goes to the newest message. */
  readonly toEnd: () => void;
  /** Whether the reader is at the newest message, so that new ones come into view by themselves. */
  readonly isAtEnd: () => boolean;
}

/**
 * Scrolls a window of messages: it stays at the newest unless the reader scrolled up, grows at the edge he
 * scrolls to, and takes in what arrives once per frame, so that a burst of thousands does not freeze the page.
 */
export function createLog(
  render: (message: UiMessage) => HTMLElement,
  onEnd: (isAtEnd: boolean) => void,
): Log {
  const scroller = byId('log');
  const list = byId('list');
  const shown = createMessageWindow(list, render);
  let messages: readonly UiMessage[] = [];
  let isPinned = true;
  let lastTop = 0;
  let isCatchingUp = false;
  scroller.tabIndex = 0; // so that the arrow keys scroll it

  const scrollToEnd = (): void => {
    scroller.scrollTop = scroller.scrollHeight;
    lastTop = scroller.scrollTop;
  };
  /** The browser holds what is looked at in place while content above it changes, but not at the end. */
  const anchor = (): void => {
    scroller.style.overflowAnchor = isPinned ? 'none' : '';
  };
  const setPinned = (value: boolean): void => {
    if (value === isPinned) return;
    isPinned = value;
    anchor();
    onEnd(value);
  };
  const toEnd = (): void => {
    shown.show(messages, shown.tailOf(messages));
    setPinned(true);
    scrollToEnd();
  };
  /** Grows the window without moving what the reader looks at. */
  const grow = (change: () => void, fixed: Element | null): void => {
    const before = fixed?.getBoundingClientRect().top ?? 0;
    scroller.style.overflowAnchor = 'none'; // or the browser would correct the same shift once more
    change();
    scroller.scrollTop += (fixed?.getBoundingClientRect().top ?? 0) - before;
    anchor();
    lastTop = scroller.scrollTop;
  };
  const catchUp = (): void => {
    isCatchingUp = false;
    const { below } = shown.hidden();
    if (below === 0) return;
    if (isPinned && below > 40) toEnd();
    else if (isPinned) shown.growDown();
    else if (!shown.isFull()) grow(shown.growDown, list.lastElementChild);
  };

  scroller.addEventListener('scroll', () => {
    const isUpward = scroller.scrollTop < lastTop;
    lastTop = scroller.scrollTop;
    const { above, below } = shown.hidden();
    const space = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    if (scroller.scrollTop < nearEdgePx && above > 0) grow(shown.growUp, list.firstElementChild);
    else if (space < nearEdgePx && below > 0) grow(shown.growDown, list.lastElementChild);
    else if (space < atEndPx) setPinned(true);
    if (isUpward && space >= atEndPx) setPinned(false);
  });
  // Images that load, fields that open and a keyboard that slides in must not push the newest out of view.
  const watcher = new ResizeObserver(() => {
    if (isPinned) scrollToEnd();
  });
  watcher.observe(list);
  watcher.observe(scroller);
  anchor();

  return {
    open: (next) => {
      messages = next;
      toEnd();
    },
    put: (message, isNew) => {
      if (isNew) shown.insert(message.id);
      else shown.replace(message);
      if (isCatchingUp || shown.hidden().below === 0) return;
      isCatchingUp = true;
      requestAnimationFrame(catchUp);
    },
    remove: shown.remove,
    reveal: (messageId) => {
      const at = placeOf(messages, messageId);
      if (messages[at]?.id !== messageId) return;
      setPinned(false);
      if (shown.find(messageId) === null) shown.show(messages, Math.max(0, at - 20));
      const article = shown.find(messageId);
      article?.scrollIntoView({ block: 'center' });
      article?.classList.add('revealed');
      lastTop = scroller.scrollTop;
    },
    toEnd,
    isAtEnd: () => isPinned,
  };
}

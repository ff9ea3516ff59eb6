import type { UiMessage } from '../ui-protocol.ts';
import { placeOf } from './desk.ts';
import { el } from './dom.ts';
import { isSameDay } from './time.ts';

const page = 80;
const most = 320;
const groupedWithinMs = 7 * 60_000;

/** The part of a message list that is on the page, as articles inside one element. */
export interface MessageWindow {
  /** Shows another list (oldest first, and live: its owner adds to it), from this index on. */
  readonly show: (messages: readonly UiMessage[], from: number) => void;
  /** Where to begin so that the newest message is the last one shown. */
  readonly tailOf: (messages: readonly UiMessage[]) => number;
  /** How many older and newer messages are not on the page. */
  readonly hidden: () => { readonly above: number; readonly below: number };
  readonly isFull: () => boolean;
  /** Shows some more and, when that makes too many, fewer at the other end. */
  readonly growUp: () => void;
  readonly growDown: () => void;
  /** The list has a new message; it is shown when it falls between others that are. */
  readonly insert: (messageId: string) => void;
  readonly replace: (message: UiMessage) => void;
  /** The list lost this message. */
  readonly remove: (messageId: string) => void;
  /** Null when the message is not on the page. */
  readonly find: (messageId: string) => HTMLElement | null;
}

/** Keeps at most some hundred articles in `list`, so that a list of any length costs the same. */
export function createMessageWindow(
  list: HTMLElement,
  render: (message: UiMessage) => HTMLElement,
): MessageWindow {
  let messages: readonly UiMessage[] = [];
  let articles: HTMLElement[] = []; // those of messages[first], messages[first + 1], …
  let first = 0;

  const end = (): number => first + articles.length;
  const arrangeFrom = (from: number, to: number): void => {
    for (const [at, article] of articles.slice(from, to + 1).entries()) {
      arrange(article, articles[from + at - 1] ?? null);
    }
  };
  const drop = (from: number, count: number): void => {
    for (const article of articles.splice(from, count)) article.remove();
    if (from === 0) first += count;
    arrangeFrom(from, from);
  };
  const growDown = (): void => {
    const newer = messages.slice(end(), end() + page).map(render);
    const at = articles.length;
    list.append(...newer);
    articles.push(...newer);
    arrangeFrom(at, articles.length);
    if (articles.length > most) drop(0, articles.length - most);
  };
  return {
    hidden: () => ({ above: first, below: messages.length - end() }),
    isFull: () => articles.length >= most,
    tailOf: ({ length }) => Math.max(0, length - page),
    show: (next, from) => {
      list.replaceChildren();
      messages = next;
      articles = [];
      first = from;
      growDown();
    },
    growDown,
    growUp: () => {
      const from = Math.max(0, first - page);
      const older = messages.slice(from, first).map(render);
      list.prepend(...older);
      articles = [...older, ...articles];
      first = from;
      arrangeFrom(0, older.length);
      if (articles.length > most) drop(most, articles.length - most);
    },
    insert: (messageId) => {
      const at = placeOf(messages, messageId);
      const message = messages[at];
      if (at < first) first += 1;
      if (message === undefined || at < first || at >= end()) return;
      const article = render(message);
      articles[at - first]?.before(article);
      articles.splice(at - first, 0, article);
      arrangeFrom(at - first, at - first + 1);
    },
    replace: (message) => {
      const at = placeOf(messages, message.id) - first;
      const old = articles[at];
      if (old === undefined) return;
      const article = render(message);
      const focused = focusedId(old);
      keepImages(old, article);
      old.replaceWith(article);
      articles[at] = article;
      arrangeFrom(at, at);
      if (focused !== null) focusAgain(article, focused);
    },
    remove: (messageId) => {
      const at = placeOf(messages, messageId);
      if (at < first) first -= 1;
      else if (articles[at - first]?.dataset.messageId === messageId) {
        articles.splice(at - first, 1)[0]?.remove();
        arrangeFrom(at - first, at - first);
      }
    },
    find: (messageId) => articles.find((article) => article.dataset.messageId === messageId) ?? null,
  };
}

/** Follows the message before it without a second heading, or begins a new day. */
function arrange(article: HTMLElement, before: HTMLElement | null): void {
  const at = Number(article.dataset.at);
  const beforeAt = Number(before?.dataset.at);
  const isNewDay = before === null || !isSameDay(new Date(at), new Date(beforeAt));
  const continues =
    !isNewDay &&
    before.dataset.author === article.dataset.author &&
    at - beforeAt < groupedWithinMs &&
    !article.classList.contains('starts-group');
  article.classList.toggle('grouped', continues);
  article.querySelector(':scope > .day')?.remove();
  if (!isNewDay) return;
  const day = new Date(at).toLocaleDateString('en-US', { dateStyle: 'long' });
  article.prepend(el('div', { class: 'day', role: 'separator', 'aria-label': day }, el('span', {}, day)));
}

/** Takes over pictures that stay the same: a new one, even of the same file, would flicker at every click. */
function keepImages(old: HTMLElement, article: HTMLElement): void {
  const loaded = [...old.querySelectorAll('img')];
  for (const image of article.querySelectorAll('img')) {
    const same = loaded.find((candidate) => candidate.isEqualNode(image));
    if (same !== undefined) image.replaceWith(same);
  }
}

function focusedId(article: HTMLElement): string | null {
  const { activeElement } = document;
  if (activeElement === null || !article.contains(activeElement)) return null;
  return activeElement.getAttribute('data-custom-id');
}

function focusAgain(article: HTMLElement, customId: string): void {
  const target = article.querySelector(`[data-custom-id="${CSS.escape(customId)}"]`);
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

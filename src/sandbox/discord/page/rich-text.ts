import { el } from './dom.ts';
import { type Inline, parseInline } from './markdown.ts';
import { type Block, type ListItem, parseMarkdown } from './markdown-blocks.ts';
import type { Names } from './names.ts';
import { formatNewYork, formatTime } from './time.ts';

const dots: Readonly<Record<string, string>> = { '🟢': 'green', '🔴': 'red' };
const tags = { bold: 'strong', italic: 'em', underline: 'u', strike: 's' } as const;

/** Shows a text in Discord's markdown: message content, an embed's description, a field's value. */
export function renderMarkdown(source: string, names: Names): DocumentFragment {
  return fragment(parseMarkdown(source).map((block) => renderBlock(block, names)));
}

/** Shows a text that has no blocks: a title, the name of a field. */
export function renderLine(source: string, names: Names): DocumentFragment {
  return renderInlines(parseInline(source), names);
}

/** Brings the relative times inside `root` up to date ("3 minutes ago"). */
export function refreshTimes(root: ParentNode, now: Date): void {
  for (const time of root.querySelectorAll('time[data-relative]')) {
    const text = formatTime(new Date(time.getAttribute('datetime') ?? 0), 'R', now);
    if (time.textContent !== text) time.textContent = text;
  }
}

function fragment(nodes: readonly Node[]): DocumentFragment {
  const whole = document.createDocumentFragment();
  whole.append(...nodes);
  return whole;
}

function renderInlines(parts: readonly Inline[], names: Names): DocumentFragment {
  return fragment(parts.map((part) => renderInline(part, names)));
}

function renderBlock(block: Block, names: Names): HTMLElement {
  switch (block.kind) {
    case 'paragraph':
      return el('div', { class: 'paragraph' }, renderInlines(block.children, names));
    case 'subtext':
      return el('small', { class: 'subtext' }, renderInlines(block.children, names));
    case 'heading':
      return el(headingTag(block.level), {}, renderInlines(block.children, names));
    case 'quote':
      return el('blockquote', {}, fragment(block.blocks.map((inner) => renderBlock(inner, names))));
    case 'list':
      return el(
        block.ordered ? 'ol' : 'ul',
        { start: block.ordered ? block.start : null },
        ...block.items.map((item) => renderItem(item, names)),
      );
    case 'codeBlock':
      return el('pre', { 'data-language': block.language || null }, el('code', {}, block.text));
  }
}

// The page's own headings are levels 1 and 2.
function headingTag(level: number): 'h3' | 'h4' | 'h5' {
  return level === 1 ? 'h3' : level === 2 ? 'h4' : 'h5';
}

function renderItem(item: ListItem, names: Names): HTMLElement {
  return el('li', { 'data-depth': item.depth || null }, renderInlines(item.children, names));
}

function renderInline(part: Inline, names: Names): Node {
  switch (part.kind) {
    case 'text':
    case 'emoji':
      return renderText(part.text);
    case 'code':
      return el('code', {}, part.text);
    case 'spoiler':
      return renderSpoiler(part.children, names);
    case 'link':
      return externalLink(part.url, renderInlines(part.children, names));
    case 'time':
      return renderTime(part.seconds, part.style, names.now());
    case 'user':
      return renderMention(`@${names.user(part.id) ?? 'unknown'}`, part.id === names.me);
    case 'role':
      return renderMention(`@${names.role(part.id) ?? 'unknown'}`, false);
    case 'channel':
      return renderMention(`#${names.channel(part.id) ?? 'no-access'}`, false);
    case 'everyone':
      return renderMention(part.text, true);
    case 'command':
      return renderMention(part.text, false);
    default:
      return el(tags[part.kind], {}, renderInlines(part.children, names));
  }
}

/** Coloured dots are drawn: a machine without an emoji font would show an empty box. */
function renderText(text: string): Node {
  const parts = text.split(/(🟢|🔴)/u).filter((part) => part !== '');
  return fragment(
    parts.map((part) => {
      const colour = dots[part];
      return colour === undefined
        ? document.createTextNode(part)
        : el('span', { class: `dot ${colour}` }, part);
    }),
  );
}

/** A link out of the page: opened only when clicked, in a tab of its own. */
export function externalLink(url: string, label: Node | string): HTMLAnchorElement {
  return el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label);
}

function renderMention(text: string, isMine: boolean): HTMLElement {
  return el('span', { class: isMine ? 'mention mine' : 'mention' }, text);
}

function renderTime(seconds: number, style: string, now: Date): HTMLElement {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return el('time', {}, 'an invalid date');
  return el(
    'time',
    {
      datetime: at.toISOString(),
      title: `${formatTime(at, 'F', now)} · ${formatNewYork(at)}`,
      'data-relative': style === 'R',
    },
    formatTime(at, style, now),
  );
}

function renderSpoiler(children: readonly Inline[], names: Names): HTMLElement {
  const spoiler = el(
    'span',
    { class: 'spoiler', role: 'button', tabindex: 0, 'aria-label': 'Spoiler', 'aria-expanded': 'false' },
    el('span', {}, renderInlines(children, names)),
  );
  const reveal = (): void => {
    for (const name of ['role', 'tabindex', 'aria-label', 'aria-expanded']) spoiler.removeAttribute(name);
    spoiler.classList.add('revealed');
  };
  spoiler.addEventListener('click', reveal);
  spoiler.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') reveal();
  });
  return spoiler;
}

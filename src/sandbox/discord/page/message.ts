import type { APIAttachment } from 'discord-api-types/v10';
import type { UiMessage } from '../ui-protocol.ts';
import { type ComponentContext, renderComponent } from './components.ts';
import { type Child, el } from './dom.ts';
import { renderEmbed } from './embed.ts';
import { renderImage } from './image.ts';
import { Flag } from './kinds.ts';
import type { Names } from './names.ts';
import { externalLink, renderMarkdown } from './rich-text.ts';
import { formatNewYork, formatStamp, formatTime } from './time.ts';

/** What a message needs to know and to do on the page. */
export interface MessageContext extends ComponentContext {
  /** Why the last click on this message failed; null when it did not. */
  readonly failure: string | null;
  readonly dismiss: () => void;
  /** Brings the message with this id into view. */
  readonly jump: (messageId: string) => void;
}

/** One message as an article; everything in it comes from the message, so an edit simply replaces it. */
export function renderMessage(message: UiMessage, context: MessageContext): HTMLElement {
  const author = authorOf(message);
  const at = new Date(message.timestamp);
  const article = el(
    'article',
    {
      'data-message-id': message.id,
      'data-author': message.author.id,
      'data-at': at.getTime(),
      'aria-label': `${author}, ${formatTime(at, 't', at)}`,
    },
    renderContext(message, context),
    renderAvatar(message),
    renderHeader(message),
    el('div', { class: 'body' }, ...renderBody(message, context)),
  );
  if (isHidden(message)) article.classList.add('ephemeral');
  if (mentions(message, context.names.me)) article.classList.add('mentions-me');
  if (article.querySelector('.context, .silent') !== null) article.classList.add('starts-group');
  return article;
}

/** Whether the message speaks to the reader: by name, or to everyone. */
export function mentions(message: UiMessage, userId: string): boolean {
  return message.mention_everyone || message.mentions.some(({ id }) => id === userId);
}

function authorOf({ author }: UiMessage): string {
  return author.global_name ?? author.username;
}

function isHidden(message: UiMessage): boolean {
  return message.ephemeralFor !== undefined || ((message.flags ?? 0) & Flag.ephemeral) !== 0;
}

function renderBody(message: UiMessage, context: MessageContext): readonly Child[] {
  const { names } = context;
  return [
    renderText(message, names),
    ...message.attachments.map(renderAttachment),
    ...message.embeds.map((embed) => renderEmbed(embed, names)),
    ...(message.components ?? []).map((component) => renderComponent(component, context)),
    context.failure === null ? null : el('p', { class: 'failure', role: 'alert' }, context.failure),
    isHidden(message) ? renderDismiss(context) : null,
  ];
}

function renderText(message: UiMessage, names: Names): HTMLElement | null {
  if (message.failed !== undefined) return el('p', { class: 'failure', role: 'alert' }, message.failed);
  if (((message.flags ?? 0) & Flag.loading) !== 0) {
    return el('p', { class: 'thinking', role: 'status' }, `${authorOf(message)} is thinking…`);
  }
  const edited = message.edited_timestamp === null ? null : new Date(message.edited_timestamp);
  if (message.content === '' && edited === null) return null;
  const text = el('div', { class: 'text' }, renderMarkdown(message.content, names));
  if (edited !== null) {
    // Inside the last paragraph, so that the mark follows the words instead of taking a line.
    const last = text.lastElementChild;
    const mark = el(
      'span',
      { class: 'edited', title: `Edited ${formatTime(edited, 'f', edited)}` },
      '(edited)',
    );
    (last?.className === 'paragraph' ? last : text).append(' ', mark);
  }
  return text;
}

function renderHeader(message: UiMessage): HTMLElement {
  const at = new Date(message.timestamp);
  const isSilent = ((message.flags ?? 0) & Flag.silent) !== 0;
  return el(
    'header',
    {},
    el('span', { class: 'name' }, authorOf(message)),
    message.author.bot === true ? el('span', { class: 'app' }, 'APP') : null,
    el(
      'time',
      { datetime: message.timestamp, title: `${formatTime(at, 'F', at)} · ${formatNewYork(at)}` },
      formatStamp(at, new Date()),
    ),
    isSilent ? el('span', { class: 'silent', title: 'Sent without a notification' }, 'silent') : null,
  );
}

function renderAvatar({ author }: UiMessage): HTMLElement {
  const name = author.global_name ?? author.username;
  const hue = Number(BigInt(author.id) % 360n);
  const avatar = el('span', { class: 'avatar', 'aria-hidden': 'true' }, name.slice(0, 1).toUpperCase());
  avatar.style.setProperty('--hue', String(hue));
  return avatar;
}

/** The line above a message: what it replies to, or who used which command. */
function renderContext(message: UiMessage, { names, jump }: MessageContext): HTMLElement | null {
  const replied = message.referenced_message;
  if (message.message_reference?.message_id !== undefined) {
    const id = message.message_reference.message_id;
    const label = replied ? `${authorOf(replied)}: ${summarize(replied)}` : 'Original message was deleted';
    return el(
      'div',
      { class: 'context' },
      el('button', { type: 'button', click: () => jump(id), 'aria-label': `Reply to ${label}` }, label),
    );
  }
  const used = message.interaction_metadata;
  if (used === undefined || !('name' in used)) return null;
  const who = names.user(used.user.id) ?? used.user.global_name ?? used.user.username;
  return el('div', { class: 'context' }, `${who} used `, el('b', {}, `/${String(used.name)}`));
}

function summarize(message: Omit<UiMessage, 'ephemeralFor' | 'failed'>): string {
  const text = message.content || message.embeds[0]?.title || 'Click to see the message';
  return text
    .replace(/[*_~|`]+/g, '')
    .replace(/\s+/g, ' ')
    .slice(0, 120);
}

function renderAttachment(file: APIAttachment): HTMLElement {
  if (file.content_type?.startsWith('image/') !== true) {
    const size = `${Math.ceil(file.size / 1024)} KB`;
    return el('p', { class: 'file' }, externalLink(file.url, file.filename), ` ${size}`);
  }
  const { url, width = null, height = null } = file;
  return renderImage({ url, alt: file.description ?? file.filename, width, height }, 'wide');
}

function renderDismiss({ dismiss }: MessageContext): HTMLElement {
  return el(
    'p',
    { class: 'only-you' },
    'Only you can see this · ',
    el('button', { type: 'button', class: 'quiet', click: dismiss }, 'Dismiss message'),
  );
}

import type { APIEmbed, APIEmbedField, APIEmbedImage } from 'discord-api-types/v10';
import { el } from './dom.ts';
import { fieldRows } from './field-rows.ts';
import { renderIcon, renderImage } from './image.ts';
import type { Names } from './names.ts';
import { externalLink, renderLine, renderMarkdown } from './rich-text.ts';
import { formatNewYork, formatStamp } from './time.ts';

/** One embed: colour bar, author, title, text, fields, image, footer. */
export function renderEmbed(embed: APIEmbed, names: Names): HTMLElement {
  const box = el(
    'section',
    { class: 'embed', 'aria-label': embed.title ?? embed.author?.name ?? 'Embed' },
    renderAuthor(embed),
    renderTitle(embed, names),
    embed.description === undefined
      ? null
      : el('div', { class: 'text' }, renderMarkdown(embed.description, names)),
    renderFields(embed.fields ?? [], names),
    embed.image ? renderImage(pictureOf(embed.image, embed), 'wide') : null,
    renderFooter(embed, names),
    embed.thumbnail ? renderImage(pictureOf(embed.thumbnail, embed), 'thumbnail') : null,
  );
  if (embed.thumbnail) box.classList.add('with-thumbnail');
  if (embed.color) box.style.setProperty('--bar', `#${embed.color.toString(16).padStart(6, '0')}`);
  return box;
}

function pictureOf(image: APIEmbedImage, embed: APIEmbed) {
  return {
    url: image.url,
    alt: image.description ?? embed.title ?? '',
    width: image.width ?? null,
    height: image.height ?? null,
  };
}

function renderAuthor({ author }: APIEmbed): HTMLElement | null {
  if (author === undefined) return null;
  const name = author.url ? externalLink(author.url, author.name) : author.name;
  return el('div', { class: 'author' }, renderIcon(author.icon_url, 'icon'), name);
}

function renderTitle({ title, url }: APIEmbed, names: Names): HTMLElement | null {
  if (title === undefined || title === '') return null;
  const text = renderLine(title, names);
  return el('h3', { class: 'title' }, url ? externalLink(url, text) : text);
}

function renderFields(fields: readonly APIEmbedField[], names: Names): HTMLElement | null {
  if (fields.length === 0) return null;
  const list = el('dl', { class: 'fields' });
  for (const row of fieldRows(fields)) {
    for (const field of row) {
      const cell = el(
        'div',
        {},
        el('dt', {}, renderLine(field.name, names)),
        el('dd', {}, renderMarkdown(field.value, names)),
      );
      cell.style.setProperty('--span', String(12 / row.length));
      list.append(cell);
    }
  }
  return list;
}

function renderFooter({ footer, timestamp }: APIEmbed, names: Names): HTMLElement | null {
  if (footer === undefined && timestamp === undefined) return null;
  const line = el('footer', {}, renderIcon(footer?.icon_url, 'icon'), footer?.text ?? '');
  if (timestamp !== undefined) {
    const at = new Date(timestamp);
    line.append(
      footer?.text ? ' · ' : '',
      el('time', { datetime: timestamp, title: formatNewYork(at) }, formatStamp(at, names.now())),
    );
  }
  return line;
}

import { type APIAttachment, type APIEmbed, ComponentType } from 'discord-api-types/v10';
import { refuseProblems } from './api-error.ts';
import { dropNulls, isJson, type Json } from './forms/json.ts';
import type { MessageForm } from './forms/message.ts';

const SCHEME = 'attachment://';

/** Finds the uploads that embeds and components name, and remembers which were used. */
export interface MediaResolver {
  /**
   * The public URL for a link of a form.
   * @throws ApiError 50035 when `attachment://name` names no file of the message
   */
  readonly urlOf: (url: string) => string;
  /** The upload behind a link, or null for a link elsewhere. */
  readonly attachmentOf: (url: string) => APIAttachment | null;
  /** Ids of the files shown inside an embed or component: Discord does not list those again. */
  readonly used: ReadonlySet<string>;
}

/** Resolves among the files of one message. */
export function createMediaResolver(attachments: readonly APIAttachment[]): MediaResolver {
  const used = new Set<string>();
  const attachmentOf = (url: string): APIAttachment | null => {
    if (!url.startsWith(SCHEME)) return attachments.find((each) => each.url === url) ?? null;
    const name = url.slice(SCHEME.length);
    const found = attachments.find(({ filename }) => filename === name);
    if (!found)
      refuseProblems([
        {
          path: 'attachments',
          code: 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
          message: `The referenced attachment "${name}" was not found`,
        },
      ]);
    return found ?? null;
  };
  return {
    used,
    attachmentOf,
    urlOf(url) {
      const attachment = attachmentOf(url);
      if (attachment) used.add(attachment.id);
      return attachment?.url ?? url;
    },
  };
}

/** Embeds as Discord answers them: `type` set, nulls gone, uploads by URL with their size. */
export function presentEmbeds(embeds: MessageForm['embeds'], media: MediaResolver): APIEmbed[] {
  return (embeds ?? []).map((embed) => {
    const { image, thumbnail, footer, author } = embed;
    const shown = {
      ...embed,
      type: 'rich',
      fields: embed.fields?.map((field) => ({ ...field, inline: field.inline ?? false })),
      timestamp: embed.timestamp ? new Date(embed.timestamp).toISOString() : null,
      image: image && presentImage(image.url, media),
      thumbnail: thumbnail && presentImage(thumbnail.url, media),
      footer: footer && { ...footer, icon_url: footer.icon_url && media.urlOf(footer.icon_url) },
      author: author && { ...author, icon_url: author.icon_url && media.urlOf(author.icon_url) },
    };
    // `dropNulls` keeps every key's type but null, which the compiler cannot follow through a tree.
    return dropNulls(shown) as APIEmbed;
  });
}

/** Components as Discord answers them: numbered, defaults filled in, uploads by URL. */
export function presentComponents(components: readonly unknown[], media: MediaResolver): unknown[] {
  let last = 0;
  const present = (value: unknown): unknown => {
    if (!isJson(value) || typeof value.type !== 'number') return value;
    last += 1;
    const node: Json = { id: last, ...defaultsOf(value.type), ...(dropNulls(value) as Json) };
    const children = Array.isArray(node.components) ? { components: node.components.map(present) } : {};
    const accessory = node.accessory === undefined ? {} : { accessory: present(node.accessory) };
    return { ...node, ...children, ...accessory, ...presentMedia(node, media) };
  };
  return components.map(present);
}

function defaultsOf(type: number): Json {
  switch (type) {
    case ComponentType.StringSelect:
    case ComponentType.UserSelect:
    case ComponentType.RoleSelect:
    case ComponentType.MentionableSelect:
    case ComponentType.ChannelSelect:
      return { min_values: 1, max_values: 1, disabled: false };
    case ComponentType.Separator:
      return { divider: true, spacing: 1 };
    case ComponentType.Container:
      return { accent_color: null, spoiler: false };
    case ComponentType.Thumbnail:
      return { description: null, spoiler: false };
    case ComponentType.File:
      return { name: null, size: null, spoiler: false };
    default:
      return {};
  }
}

function presentMedia(node: Json, media: MediaResolver): Json {
  if (node.type === ComponentType.Thumbnail) return { media: unfurl(node.media, media) };
  if (node.type === ComponentType.File) {
    const file = unfurl(node.file, media);
    const attachment = media.attachmentOf(String(file.url));
    return { file, name: attachment?.filename ?? null, size: attachment?.size ?? null };
  }
  if (node.type !== ComponentType.MediaGallery || !Array.isArray(node.items)) return {};
  const items = node.items.filter(isJson);
  return {
    items: items.map((item) => ({
      description: null,
      spoiler: false,
      ...item,
      media: unfurl(item.media, media),
    })),
  };
}

function unfurl(value: unknown, media: MediaResolver): Json {
  const url = media.urlOf(isJson(value) ? String(value.url) : '');
  const attachment = media.attachmentOf(url);
  return { id: attachment?.id ?? '0', url, proxy_url: url, ...imageFacts(attachment) };
}

function presentImage(link: string, media: MediaResolver): Json {
  const url = media.urlOf(link);
  return { url, proxy_url: url, ...imageFacts(media.attachmentOf(url)) };
}

function imageFacts(attachment: APIAttachment | null): Json {
  if (!attachment) return {};
  const { width, height, content_type } = attachment;
  return dropNulls({ width, height, content_type }) as Json;
}

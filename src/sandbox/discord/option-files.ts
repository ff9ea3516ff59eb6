import type { APIAttachment } from 'discord-api-types/v10';
import { contentTypeOf } from './body.ts';
import type { Local } from './local.ts';
import type { UiOption } from './ui-protocol.ts';

/** Options whose files are stored: their values are ids, as Discord sends them. */
export interface StoredOptions {
  readonly options: readonly UiOption[];
  /** By id, for `resolved.attachments`. */
  readonly attachments: Readonly<Record<string, APIAttachment>>;
}

/** Stores the files that a person attached to a command. */
export function storeOptionFiles(
  local: Local,
  channelId: string,
  options: readonly UiOption[],
): StoredOptions {
  const attachments: Record<string, APIAttachment> = {};
  const stored = options.map(({ file, ...option }) => {
    if (file === undefined) return option;
    const bytes = Buffer.from(file.base64, 'base64');
    const upload = { index: '0', name: file.name, contentType: contentTypeOf(file.name, ''), bytes };
    const attachment = local.files.add(upload, { id: local.newId(), channelId });
    attachments[attachment.id] = attachment;
    return { ...option, value: attachment.id };
  });
  return { options: stored, attachments };
}

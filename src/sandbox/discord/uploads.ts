import type { APIAttachment } from 'discord-api-types/v10';
import { refusals, refuseProblems } from './api-error.ts';
import type { UploadedFile } from './file-store.ts';
import type { MessageForm } from './forms/message.ts';
import type { Local } from './local.ts';

/** Discord's default for one file, 10 MiB, and for files in one message. */
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 10;

/** The files of a request and what its form says of them. */
export interface Uploads {
  readonly channelId: string;
  readonly form: MessageForm;
  readonly files: readonly UploadedFile[];
}

/**
 * Stores the files of a message under the names and descriptions its form gives them.
 * @throws ApiError 40005 for a file above 10 MiB, 50035 for more than ten
 */
export function storeUploads(local: Local, { channelId, form, files }: Uploads): readonly APIAttachment[] {
  if (files.some(({ bytes }) => bytes.length > MAX_BYTES)) throw refusals.tooLarge();
  if (files.length > MAX_FILES)
    refuseProblems([
      { path: 'files', code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${MAX_FILES} or fewer in length.` },
    ]);
  return files.map((file) => {
    const about = form.attachments?.find(({ id }) => id === file.index);
    const name = about?.filename ?? file.name;
    const attachment = local.files.add({ ...file, name }, { id: local.newId(), channelId });
    return about?.description ? { ...attachment, description: about.description } : attachment;
  });
}

import type { APIAttachment } from 'discord-api-types/v10';

/** A file of a multipart request: the number in `files[n]`, its name, type and bytes. */
export interface UploadedFile {
  readonly index: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Uploaded files by the path they are served under. */
export interface FileStore {
  /** Stores the bytes and describes them as Discord would, with a URL of this server. */
  readonly add: (
    file: UploadedFile,
    where: { readonly id: string; readonly channelId: string },
  ) => APIAttachment;
  /** All files of a message, those shown inside its embeds included. */
  readonly of: (messageId: string) => readonly APIAttachment[];
  readonly keep: (messageId: string, attachments: readonly APIAttachment[]) => void;
  /** Null when nothing, or nothing any more, is served at this path. */
  readonly at: (path: string) => UploadedFile | null;
}

/** 256 MB: some 5,000 charts. A long replay drops its oldest pictures rather than the process. */
const MAX_BYTES = 256 * 1024 * 1024;

/** An empty store whose URLs begin with `origin`. */
export function createFileStore(origin: string): FileStore {
  const files = new Map<string, UploadedFile>();
  const ofMessage = new Map<string, readonly APIAttachment[]>();
  let held = 0;

  const makeRoom = (bytes: number): void => {
    for (const [path, file] of files) {
      if (held + bytes <= MAX_BYTES) return;
      files.delete(path);
      held -= file.bytes.length;
    }
  };

  return {
    of: (messageId) => ofMessage.get(messageId) ?? [],
    keep: (messageId, attachments) => void ofMessage.set(messageId, attachments),
    at: (path) => files.get(path) ?? null,
    add(file, { id, channelId }) {
      const filename = file.name.replaceAll(/[^\w.-]/g, '_') || 'file';
      const path = `/attachments/${channelId}/${id}/${filename}`;
      makeRoom(file.bytes.length);
      files.set(path, file);
      held += file.bytes.length;
      const url = origin + path;
      return {
        id,
        filename,
        size: file.bytes.length,
        url,
        proxy_url: url,
        content_type: file.contentType,
        ...pngSize(file.bytes),
      };
    },
  };
}

/** Width and height from a PNG's first chunk; nothing for other formats. Source: PNG specification, IHDR. */
function pngSize(bytes: Buffer): { width?: number; height?: number } {
  const isPng = bytes.length >= 24 && bytes.toString('latin1', 1, 4) === 'PNG';
  return isPng ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : {};
}

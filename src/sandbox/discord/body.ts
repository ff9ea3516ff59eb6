import type { IncomingMessage } from 'node:http';
import { refusals } from './api-error.ts';
import type { UploadedFile } from './file-store.ts';

/** Discord refuses a request above this. */
const MAX_REQUEST = 25 * 1024 * 1024;

/** A request's JSON (null when it has none) and its files. */
export interface RequestBody {
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

/**
 * Reads JSON, or `payload_json` with `files[n]` of a multipart request.
 * @throws ApiError 40005 above 25 MiB, 50109 for what is not JSON
 */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return { json: null, files: [] };
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return { json: parseJson(bytes.toString()), files: [] };
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } })
    .formData()
    .catch(() => {
      throw refusals.invalidJson();
    });
  const files: UploadedFile[] = [];
  for (const [key, part] of form) {
    const index = /^files\[(\d+)\]$/.exec(key)?.[1];
    if (index === undefined || typeof part === 'string') continue;
    files.push({
      index,
      name: part.name,
      contentType: contentTypeOf(part.name, part.type),
      bytes: Buffer.from(await part.arrayBuffer()),
    });
  }
  const payload = form.get('payload_json');
  return { json: typeof payload === 'string' ? parseJson(payload) : null, files };
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_REQUEST) throw refusals.tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals.invalidJson();
  }
}

/** discord.js sends no type with a file; Discord goes by the name's ending. */
export function contentTypeOf(name: string, given: string): string {
  const endings: Readonly<Record<string, string>> = {
    png: 'image/png',
    jpg: 'image/jpeg',
    gif: 'image/gif',
    csv: 'text/csv',
    txt: 'text/plain',
    json: 'application/json',
  };
  return endings[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? (given || 'application/octet-stream');
}

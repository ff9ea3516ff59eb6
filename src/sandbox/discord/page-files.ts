import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';

const FOLDER = new URL('./page/', import.meta.url);
/** One flat folder: a name with a slash or two dots in a row is never looked up. */
const NAME = /^(?:[\w-]+\.)+(?:html|css|ts|svg|png)$/;
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  ts: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
};
/** The page loads nothing from anywhere else and runs in nobody's frame. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface PageFile {
  readonly type: string;
  readonly bytes: Buffer | string;
}

const cache = new Map<string, PageFile>();

/** Serves a file of the page, TypeScript as the JavaScript it is underneath. Returns false when there is none. */
export async function servePage(path: string, response: ServerResponse): Promise<boolean> {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const file = NAME.test(name) ? (cache.get(name) ?? (await load(name))) : null;
  if (!file) return false;
  cache.set(name, file);
  response.writeHead(200, {
    'content-type': file.type,
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  });
  response.end(file.bytes);
  return true;
}

async function load(name: string): Promise<PageFile | null> {
  const bytes = await readFile(new URL(name, FOLDER)).catch(() => null);
  if (!bytes) return null;
  const ending = name.split('.').at(-1) ?? '';
  const type = TYPES[ending] ?? 'application/octet-stream';
  return { type, bytes: ending === 'ts' ? stripTypeScriptTypes(bytes.toString()) : bytes };
}

import type { ServerResponse } from 'node:http';

/** Answers JSON; `undefined` answers an empty body. */
export function sendJson(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

/** Answers bytes of one type. */
export function sendBytes(response: ServerResponse, contentType: string, bytes: Buffer | string): void {
  response.writeHead(200, { 'content-type': contentType, 'x-content-type-options': 'nosniff' });
  response.end(bytes);
}

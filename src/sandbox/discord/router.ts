import type { Answering } from './answer.ts';
import type { UploadedFile } from './file-store.ts';

/** One request as a route sees it. */
export interface Call extends Answering {
  /** A path parameter by its name in the pattern, decoded. */
  readonly param: (name: string) => string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

/** What a route answers; 204 has no body. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** One route of the REST API. `pattern` is written as in Discord's documentation. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** After `/api/v10`, e.g. `/channels/{channel_id}/messages`. */
  readonly pattern: string;
  /** `bot` needs the bot's token in the header; `none` is open, or has an interaction's token in its path. */
  readonly auth: 'bot' | 'none';
  readonly handle: (call: Call) => Reply;
}

/** A route that fits, and its path parameters. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route for a method and a path; null when there is none. */
export type Router = (method: string, path: string) => Match | null;

/** A router over these routes; a pattern without parameters wins over one with. */
export function createRouter(routes: readonly Route[]): Router {
  const table = [...routes]
    .sort((a, b) => parameters(a.pattern) - parameters(b.pattern))
    .map((route) => ({ route, regexp: toRegExp(route.pattern) }));
  return (method, path) => {
    for (const { route, regexp } of table) {
      const found = route.method === method ? regexp.exec(path) : null;
      if (found) return { route, params: { ...found.groups } };
    }
    return null;
  };
}

function parameters(pattern: string): number {
  return pattern.split('{').length;
}

function toRegExp(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answering } from './answer.ts';
import { ApiError, refusals } from './api-error.ts';
import { readBody } from './body.ts';
import type { FaultList, FaultRule } from './faults.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { RateLimits } from './rate-limits.ts';
import { createRouter, type Match, type Reply, type Route } from './router.ts';
import * as routeLists from './routes/all.ts';

/** One request or answer for a checker of Discord's published schema. */
export interface Checked {
  readonly method: string;
  /** As in Discord's documentation, e.g. `/channels/{channel_id}/messages`. */
  readonly route: string;
  readonly status: number;
  readonly body: unknown;
}

/** Says in what a request or an answer breaks the schema; empty when in nothing. */
export type Check = (checked: Checked) => readonly string[];

/** What the REST side works with. */
export interface Rest extends Answering {
  readonly faults: FaultList;
  readonly journal: Journal;
  /** Null when switched off. */
  readonly rateLimits: RateLimits | null;
  readonly checkRequest: Check | null;
  readonly checkResponse: Check | null;
}

const routes: readonly Route[] = Object.values(routeLists).flat();
const match = createRouter(routes);

/** Serves everything under `/api/v10`. `path` is what follows it, not decoded. */
export async function serveRest(
  rest: Rest,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const method = request.method ?? 'GET';
  const path = decodeURIComponent(url.pathname.replace(/^\/api\/v\d+/, ''));
  const found = match(method, path);
  const entry = rest.journal.begin({ method, path, query: url.search, route: found?.route.pattern ?? null });
  const fault = rest.faults.strike(method, path);
  if (fault?.delayMs) await sleep(fault.delayMs, undefined, { ref: false });
  if (fault?.drop === 'before') return dropConnection(request, fault);
  if (fault?.status !== undefined && !fault.after) {
    request.resume();
    return send(response, entry, faultReply(fault, fault.status));
  }

  const reply = await perform(rest, { request, url, path, found, entry });
  if (fault?.drop === 'after') return dropConnection(request, fault);
  if (fault?.status !== undefined) return send(response, entry, faultReply(fault, fault.status));
  send(response, entry, reply);
}

interface Outgoing extends Reply {
  readonly headers: Readonly<Record<string, string>>;
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly path: string;
  readonly found: Match | null;
  readonly entry: JournalEntry;
}

async function perform(rest: Rest, incoming: Incoming): Promise<Outgoing> {
  const { request, path, found } = incoming;
  const verdict = found && rest.rateLimits?.weigh({ ...found.route, path });
  const headers = verdict?.headers ?? {};
  if (verdict?.refusal) {
    request.resume();
    return tooMany(headers, verdict.refusal);
  }
  try {
    return { ...(await handle(rest, incoming)), headers };
  } catch (error) {
    request.resume();
    if (!(error instanceof ApiError)) throw error;
    incoming.entry.code = error.code;
    return { status: error.status, body: error.body, headers };
  }
}

async function handle(rest: Rest, { request, url, found, entry }: Incoming): Promise<Reply> {
  if (!found) throw refusals.notFound();
  const { route, params } = found;
  if (route.auth === 'bot' && request.headers.authorization !== `Bot ${rest.local.token}`)
    throw refusals.unauthorized();
  const { json, files } = await readBody(request);
  entry.body = json;
  entry.files = files.map(({ name }) => name);
  check(rest, 'request', { method: route.method, route: route.pattern, status: 0, body: json });
  const reply = route.handle({
    local: rest.local,
    interactions: rest.interactions,
    param: (name) => params[name] ?? '',
    query: url.searchParams,
    body: json,
    files,
  });
  check(rest, 'response', { method: route.method, route: route.pattern, ...reply, body: reply.body });
  return reply;
}

function check(rest: Rest, what: 'request' | 'response', checked: Checked): void {
  const problems = (what === 'request' ? rest.checkRequest : rest.checkResponse)?.(checked) ?? [];
  const { method, route } = checked;
  for (const problem of problems) rest.journal.violate({ what, method, route, problem });
}

function tooMany(
  headers: Readonly<Record<string, string>>,
  { retryAfterMs, isGlobal }: { readonly retryAfterMs: number; readonly isGlobal: boolean },
): Outgoing {
  const retryAfter = retryAfterMs / 1000;
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: retryAfter, global: isGlobal },
    headers: {
      ...headers,
      'retry-after': String(Math.ceil(retryAfter)),
      'x-ratelimit-scope': isGlobal ? 'global' : 'user',
      ...(isGlobal && { 'x-ratelimit-global': 'true' }),
    },
  };
}

function faultReply(fault: FaultRule, status: number): Outgoing {
  return {
    status,
    body: fault.body ?? { message: `${status}: injected`, code: 0 },
    headers: fault.headers ?? {},
  };
}

function dropConnection(request: IncomingMessage, { reset }: FaultRule): void {
  if (reset) request.socket.resetAndDestroy();
  else request.socket.end();
}

function send(response: ServerResponse, entry: JournalEntry, { status, body, headers }: Outgoing): void {
  entry.status = status;
  const text = status === 204 || body === undefined ? undefined : JSON.stringify(body);
  response.writeHead(status, {
    ...(text !== undefined && { 'content-type': 'application/json' }),
    ...headers,
  });
  response.end(text);
}

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { OraError } from '../../domain/errors.ts';
import { isOurs } from '../guard.ts';
import { createActs } from './acts.ts';
import { type Clocks, DISCORD_CLOCKS } from './clocks.ts';
import { createCommandStore } from './command-store.ts';
import { type Control, denyBot, resetControl, serveControl } from './control.ts';
import { createFaultList } from './faults.ts';
import { createFeed } from './feed.ts';
import { createFileStore } from './file-store.ts';
import { createGateway } from './gateway.ts';
import { createGuild } from './guild.ts';
import { sendBytes, sendJson } from './http.ts';
import { createInteractions } from './interactions.ts';
import { createJournal } from './journal.ts';
import type { Local } from './local.ts';
import type { LocalDiscord, LocalDiscordOptions } from './local-discord.ts';
import { createMessageStore } from './message-store.ts';
import { createNonces } from './nonces.ts';
import { servePage } from './page-files.ts';
import { type Actor, createActor } from './person.ts';
import { createRateLimits } from './rate-limits.ts';
import { type Rest, serveRest } from './rest.ts';
import { ids, type PersonName, people } from './seed.ts';
import { createSnowflakes } from './snowflake.ts';
import { serveAct, streamEvents, type UiServer, type UiState } from './ui.ts';
import { waitForMessage } from './wait-for-message.ts';

export type { LocalDiscord, LocalDiscordOptions } from './local-discord.ts';

/**
 * Starts a local Discord on 127.0.0.1. An unmodified discord.js connects to it.
 *
 * @throws OraError `conflict` when another program has the port.
 */
export async function startLocalDiscord(options: LocalDiscordOptions = {}): Promise<LocalDiscord> {
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const clocks: Clocks = { ...DISCORD_CLOCKS, ...options.clocks };
  const local = createLocal(`http://127.0.0.1:${port}`, clocks, options.token);
  const interactions = createInteractions(local);
  const gateway = createGateway(local);
  const faults = createFaultList();
  const journal = createJournal();
  const rateLimits = options.rateLimits === 'off' ? null : createRateLimits();
  const acts = createActs(local, interactions, (event, data) => gateway.dispatch(event, data));
  const control: Control = { local, faults, gateway, journal, rateLimits };
  const rest: Rest = {
    local,
    interactions,
    faults,
    journal,
    rateLimits,
    checkRequest: options.checkRequest ?? null,
    checkResponse: options.checkResponse ?? null,
  };
  const state: UiState = { notice: options.notice ?? '', clock: null, onClockAction: null };
  const ui: UiServer = { local, acts, state };
  const sockets = new WebSocketServer({ noServer: true });

  server.on('request', (request, response) => {
    serve({ port, rest, control, ui }, request, response).catch((error: unknown) => {
      if (!request.socket.destroyed) console.error('local Discord failed on a request', error); // else who asked is gone
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (!isOurs(request, port)) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, gateway.accept);
  });

  const actors = new Map<PersonName, Actor>(
    people.map((person) => [person.key, createActor(local, acts, person, ids.channels.desk)]),
  );
  return {
    url: local.origin,
    apiUrl: `${local.origin}/api`,
    token: local.token,
    applicationId: ids.application,
    guildId: ids.guild,
    people: ids.people,
    channels: ids.channels,
    roles: ids.roles,
    clocks,
    messages: local.messages.inChannel,
    message: local.messages.get,
    waitForMessage: (fits, timeoutMs = 10_000) => waitForMessage(local, fits, timeoutMs),
    person: (name) => actors.get(name) ?? unknownPerson(name),
    faults: {
      add: faults.add,
      gateway: gateway.faults,
      denyBot: (channelId, names) => denyBot(control, channelId, names),
      setLimit: (method, pattern, limit) => rateLimits?.setLimit(method, pattern, limit),
      reset: () => resetControl(control, { ...DISCORD_CLOCKS, ...options.clocks }),
    },
    journal: journal.entries,
    unhandledRoutes: journal.unhandledRoutes,
    violations: journal.violations,
    connectedBots: gateway.connected,
    setNotice(notice) {
      state.notice = notice;
      local.feed.tell({ type: 'notice', notice });
    },
    setClock(clock) {
      state.clock = clock;
      local.feed.tell({ type: 'clock', clock: clock?.() ?? null });
    },
    onClockAction(handler) {
      state.onClockAction = handler;
    },
    close: () => close(server, sockets),
  };
}

function createLocal(origin: string, clocks: Clocks, token: string | undefined): Local {
  const newId = createSnowflakes();
  return {
    origin,
    token: token ?? `sandbox.${randomBytes(24).toString('base64url')}`,
    clocks,
    guild: createGuild(),
    messages: createMessageStore(),
    nonces: createNonces(clocks),
    files: createFileStore(origin),
    commands: createCommandStore(newId),
    feed: createFeed(),
    newId,
  };
}

interface Served {
  readonly port: number;
  readonly rest: Rest;
  readonly control: Control;
  readonly ui: UiServer;
}

async function serve(
  { port, rest, control, ui }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isOurs(request, port))
    return sendJson(response, 403, { error: 'This server answers only its own machine and page.' });
  const url = new URL(request.url ?? '/', rest.local.origin);
  const { pathname } = url;
  if (pathname.startsWith('/api/')) return serveRest(rest, request, response, url);
  if (pathname.startsWith('/_ctl/')) return serveControl(control, request, response, pathname.slice(5));
  if (pathname === '/_ui/events') return streamEvents(ui, response, url.searchParams.get('user'));
  if (pathname === '/_ui/act' && request.method === 'POST') return serveAct(ui, request, response);
  const file = rest.local.files.at(pathname);
  if (file) return sendBytes(response, file.contentType, file.bytes);
  if (request.method === 'GET' && (await servePage(pathname, response))) return;
  sendJson(response, 404, { error: `There is nothing at ${pathname}.` });
}

function unknownPerson(name: string): never {
  throw new Error(`nobody is called "${name}"`);
}

/** @throws OraError `conflict` when another program has the port. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'EADDRINUSE' ? portTaken(port, cause) : cause),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  // A listening TCP server always has an address with a port.
  return (server.address() as AddressInfo).port;
}

function portTaken(port: number, cause: Error): OraError {
  return new OraError(
    'conflict',
    `Port ${port} is taken by another program. Choose another with --port, or leave it out to take any free one.`,
    { cause },
  );
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthCheck } from '../app/ops/check-health.ts';
import type { Logger } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';

export interface OpsServerOptions {
  /** `127.0.0.1` unless configured. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly health: () => Promise<readonly HealthCheck[]>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly log: Logger;
}

export interface OpsServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/**
 * Serves `/healthz/live` (this process answers), `/healthz/ready` and `/healthz` (it can do its part, 503 when
 * not), and `/metrics` for Prometheus. It reads and changes nothing, and is not for browsers: a request with
 * an Origin is refused, and on a loopback address also one that names another host, so that no web page can
 * reach it by way of a reader's browser.
 *
 * @throws OraError `config` when the address is taken or not ours.
 */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const { host, port, log } = options;
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    void respond(request, response, options).catch((error: unknown) => {
      log.error({ error }, 'health or metrics not answered');
      response.destroy();
    });
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, host, resolve);
  await listening.catch((cause: unknown) => {
    const { code } = Object(cause) as { readonly code?: string };
    throw new OraError(
      'config',
      `OraCore cannot listen on ${host}:${port} (${code}). Give this process another OPS_PORT or OPS_HOST.`,
      { cause },
    );
  });
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: OpsServerOptions,
): Promise<void> {
  const { status, contentType, body } = await answer(request, options);
  response.writeHead(status, {
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answer(request: IncomingMessage, options: OpsServerOptions): Promise<Answer> {
  if (!mayAsk(request, options.host)) return text(403, 'Not from here.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'Only GET.');
  switch (request.url?.split('?')[0]) {
    case '/healthz/live':
      return text(200, 'live');
    case '/healthz':
    case '/healthz/ready': {
      const checks = await options.health();
      const ready = checks.every(({ ok }) => ok);
      const body = JSON.stringify({ live: true, ready, checks });
      return { status: ready ? 200 : 503, contentType: 'application/json', body };
    }
    case '/metrics':
      return { status: 200, ...(await options.metrics()) };
    default:
      return text(404, 'There are /healthz, /healthz/live, /healthz/ready and /metrics.');
  }
}

function text(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${body}\n` };
}

function mayAsk({ headers }: IncomingMessage, host: string): boolean {
  if (headers.origin !== undefined) return false;
  if (!LOOPBACK.includes(host)) return true;
  const named = URL.parse(`http://${headers.host ?? ''}`)?.hostname.replace(/^\[|\]$/g, '');
  return named !== undefined && LOOPBACK.includes(named);
}

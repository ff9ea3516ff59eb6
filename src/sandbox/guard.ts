import type { IncomingMessage } from 'node:http';

/**
 * True when a request was meant for this server: its Host is this machine (a page elsewhere cannot reach us
 * by rebinding its own name to 127.0.0.1), and whoever names an Origin names ours, or one of those.
 */
export function isOurs(request: IncomingMessage, port: number, origins: readonly string[] = []): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.includes(host)) return false;
  return origin === undefined || [...hosts.map((each) => `http://${each}`), ...origins].includes(origin);
}

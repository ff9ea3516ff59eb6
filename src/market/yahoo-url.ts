import { OraError } from '../domain/errors.ts';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Where the real Yahoo sells its data; the library's own default. */
export const REAL_YAHOO = 'https://query2.finance.yahoo.com';

/**
 * Turns `YAHOO_BASE_URL` into the function that points a request of the library at it. One of
 * Yahoo's own hosts takes over what goes to `REAL_YAHOO` (cookies and crumbs come from others); any
 * other host takes over everything, so that nothing meant for it leaves for the internet.
 *
 * @throws OraError `config` when it is no address, or plain http to anything but this machine.
 */
export function pointAt(baseUrl: string): (url: URL) => URL {
  if (!URL.canParse(baseUrl)) throw new OraError('config', `YAHOO_BASE_URL "${baseUrl}" is not an address.`);
  const base = new URL(baseUrl);
  const isSafe = base.protocol === 'https:' || (base.protocol === 'http:' && LOOPBACK.has(base.hostname));
  if (!isSafe) {
    throw new OraError('config', `YAHOO_BASE_URL "${baseUrl}" must be https; plain http only to 127.0.0.1.`);
  }
  const isYahoo = base.hostname.endsWith('.yahoo.com');
  return (url) =>
    isYahoo && url.origin !== REAL_YAHOO ? url : new URL(url.pathname + url.search, base.origin);
}

/**
 * The name Yahoo has for a ticker: `VIX` is `^VIX`, and a share class follows a hyphen (`BRK-B`).
 * Takes what `parseTicker` lets through, so it is safe in a path.
 */
export function toYahooSymbol(ticker: string): string {
  return ticker === 'VIX' ? '^VIX' : ticker.replace(/\.([A-Z])$/, '-$1');
}

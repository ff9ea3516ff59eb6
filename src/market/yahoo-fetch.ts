import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createSpacing } from './request-spacing.ts';
import { tooLate } from './yahoo-errors.ts';
import { pointAt } from './yahoo-url.ts';

export interface YahooFetchOptions {
  /** Where Yahoo is. Plain http only to this machine. */
  readonly baseUrl: string;
  readonly log: Logger;
  /** Shortest time between the starts of two requests, ms. */
  readonly spacingMs: number;
  /** Deadline of one attempt, headers and body together, ms. */
  readonly timeoutMs: number;
  /** Attempts per request, at least 1. */
  readonly attempts?: number;
  /** Wait before the first repetition, ms; it doubles each time. */
  readonly backoffMs?: number;
}

/** One attempt: what to hand to the library, or why another attempt may help. */
type Attempt =
  | { readonly response: Response }
  | { readonly failure: OraError; readonly retryAfterMs: number };

/** The paths that answer in JSON; those of the cookie flow do not, and need their cookies. */
const DATA_PATH = /^\/v\d+\/finance\//;
/** A refusal with Yahoo's reason; without one the library prints the address on the console. */
const EXPLAINED = /"error":\s*\{/;

/**
 * The `fetch` that the library is given. It has what the library lacks: a deadline over headers and
 * body, room between requests, repetition of what may pass (429, 5xx, a broken connection, a page
 * of HTML where data should be) honouring `Retry-After`, and a circuit breaker. It strips
 * `set-cookie` from data, for a cookie of a foreign domain there kills the process
 * (yahoo-finance2 4.0.2 does not await its cookie jar).
 *
 * Rejects with OraError `unavailable`; refusals that Yahoo explains in JSON are left to the library.
 */
export function createYahooFetch(options: YahooFetchOptions): typeof fetch {
  const { log, timeoutMs, attempts = 3, backoffMs = 500 } = options;
  const clock = () => performance.now();
  const rewrite = pointAt(options.baseUrl);
  const takeTurn = createSpacing(options.spacingMs, clock);
  const breaker = createCircuitBreaker({ service: 'Yahoo', clock, log });

  return async (input, init) => {
    const url = rewrite(new URL(input instanceof Request ? input.url : input));
    const signal = init?.signal ?? undefined;
    for (let attempt = 1; ; attempt++) {
      breaker.check();
      await takeTurn(signal).catch((error: unknown) => Promise.reject(tooLate(error)));
      const result = await tryOnce(url, init, timeoutMs);
      if ('response' in result) {
        breaker.succeeded();
        return result.response;
      }
      if (signal?.aborted) throw result.failure;

      const { failure, retryAfterMs } = result;
      const isTooLong = retryAfterMs > timeoutMs;
      if (attempt >= attempts || isTooLong) {
        breaker.failed(isTooLong ? retryAfterMs : 0);
        throw failure;
      }
      const waitMs = Math.max(retryAfterMs, backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
      log.debug({ path: url.pathname, attempt, waitMs, reason: failure.message }, 'request is repeated');
      await sleep(waitMs, undefined, signal && { signal }).catch(() => Promise.reject(failure));
    }
  };
}

async function tryOnce(url: URL, init: RequestInit | undefined, timeoutMs: number): Promise<Attempt> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
  try {
    const response = await fetch(url, { ...init, signal });
    return judge(url, response, await response.text());
  } catch (error) {
    const failure = signal.aborted
      ? tooLate(error)
      : new OraError('unavailable', 'Yahoo cannot be reached. Check the connection.', { cause: error });
    return { failure, retryAfterMs: 0 };
  }
}

function judge(url: URL, response: Response, body: string): Attempt {
  const { status } = response;
  if (status === 429 || status >= 500) {
    const failure = new OraError(
      'unavailable',
      `Yahoo refuses at the moment (HTTP ${status}). Try again in a few minutes.`,
    );
    return { failure, retryAfterMs: readRetryAfter(response.headers) };
  }
  const isData = DATA_PATH.test(url.pathname);
  if (isData && !(response.ok ? looksLikeJson(body) : EXPLAINED.test(body))) {
    const failure = new OraError(
      'unavailable',
      `Yahoo sent no data (HTTP ${status}). Try again in a few minutes.`,
    );
    return { failure, retryAfterMs: 0 };
  }
  return { response: rebuild(response, body, isData) };
}

/** Cheap: the library parses it in full. A body cut short fails here too. */
function looksLikeJson(body: string): boolean {
  const text = body.trim();
  return text.startsWith('{') && text.endsWith('}');
}

function rebuild(response: Response, body: string, isData: boolean): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-encoding'); // already decoded
  headers.delete('content-length');
  if (isData) headers.delete('set-cookie');
  const { status, statusText } = response;
  const hasBody = ![204, 205, 304].includes(status);
  return new Response(hasBody ? body : null, { status, statusText, headers });
}

/** Milliseconds; the header holds seconds, or a date (RFC 9110, section 10.2.3). 0 when absent. */
function readRetryAfter(headers: Headers): number {
  const value = headers.get('retry-after');
  if (value === null) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const waitMs = Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(waitMs) ? 0 : Math.max(0, waitMs);
}

import type { ServerResponse } from 'node:http';

/** What goes wrong with the next requests that match. */
export interface YahooFault {
  /** Tested against path and query; every request when absent. */
  readonly match?: RegExp;
  /** How many requests it spoils; 1 when absent. */
  readonly times?: number;
  readonly delayMs?: number;
  /** Never answers: not at all, or not beyond the headers and the first half of the body. */
  readonly hang?: 'headers' | 'body';
  /** Cuts the connection without a word. */
  readonly drop?: boolean;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of the answer, with status 200 unless `status` says otherwise. */
  readonly body?: string;
  /** Changes the answer instead: rows out of order, another currency. */
  readonly rewrite?: (body: string) => string;
  /** Sends only so many characters of the body, then cuts the connection. */
  readonly truncateBody?: number;
  readonly setCookie?: string;
}

/** The faults that lie in wait, in the order they were added. */
export interface FaultList {
  add(fault: YahooFault): void;
  clear(): void;
  /** The first fault that matches; each time counts. */
  take(path: string): YahooFault | null;
}

/** An empty list. */
export function createFaultList(): FaultList {
  let waiting: { readonly fault: YahooFault; left: number }[] = [];
  return {
    add: (fault) => void waiting.push({ fault, left: fault.times ?? 1 }),
    clear: () => {
      waiting = [];
    },
    take(path) {
      const found = waiting.find(({ fault }) => fault.match?.test(path) ?? true);
      if (found === undefined) return null;
      found.left -= 1;
      if (found.left <= 0) waiting = waiting.filter((entry) => entry !== found);
      return found.fault;
    },
  };
}

/** What the server would send. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends an answer as a fault, if there is one, would have it. */
export function send(response: ServerResponse, answer: Answer, fault: YahooFault | null): void {
  if (fault?.drop) return void response.destroy();
  if (fault?.hang === 'headers') return;
  const body = fault?.body ?? fault?.rewrite?.(answer.body) ?? answer.body;
  const usual = fault?.body === undefined ? answer.status : 200;
  response.writeHead(fault?.status ?? usual, {
    ...answer.headers,
    'content-length': Buffer.byteLength(body),
    ...fault?.headers,
    ...(fault?.setCookie !== undefined && { 'set-cookie': fault.setCookie }),
  });
  if (fault?.hang === 'body') return void response.write(body.slice(0, body.length / 2));
  if (fault?.truncateBody === undefined) return void response.end(body);
  response.write(body.slice(0, fault.truncateBody), () => response.destroy());
}

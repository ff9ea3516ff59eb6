/** One REST request the bot made, and what became of it. */
export interface JournalEntry {
  readonly at: Date;
  readonly method: string;
  /** After `/api/v10`, decoded, without the query. */
  readonly path: string;
  readonly query: string;
  /** The route's pattern; null for an unknown one. */
  readonly route: string | null;
  /** Parsed JSON; null when there was none, or the body was not read. */
  body: unknown;
  /** Names of the files sent along. */
  files: readonly string[];
  /** Null when the connection was dropped, or the answer is not out yet. */
  status: number | null;
  /** Discord's own code of a refusal, when it was one. */
  code: number | null;
}

/** A request or answer that breaks Discord's published schema. */
export interface Violation {
  readonly what: 'request' | 'response';
  readonly method: string;
  readonly route: string;
  readonly problem: string;
}

/** What was asked of the local Discord; the newest 5000 requests. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** `METHOD /path` of each request for which there is no route. */
  readonly unhandledRoutes: readonly string[];
  readonly violations: readonly Violation[];
  readonly begin: (request: Pick<JournalEntry, 'method' | 'path' | 'query' | 'route'>) => JournalEntry;
  readonly violate: (violation: Violation) => void;
}

const KEPT = 5_000;

/** An empty journal. */
export function createJournal(): Journal {
  const entries: JournalEntry[] = [];
  const unhandledRoutes: string[] = [];
  const violations: Violation[] = [];
  return {
    entries,
    unhandledRoutes,
    violations,
    begin(request) {
      const entry = { at: new Date(), body: null, files: [], status: null, code: null, ...request };
      entries.push(entry);
      if (entries.length > KEPT) entries.shift();
      if (request.route === null) unhandledRoutes.push(`${request.method} ${request.path}`);
      return entry;
    },
    violate: (violation) => void violations.push(violation),
  };
}

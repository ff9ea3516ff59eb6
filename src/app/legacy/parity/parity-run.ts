import { createTextSet, type TextSet } from '../../../domain/legacy/hash-text.ts';
import { type LegacyDesk, PAGE, patiently } from '../legacy-desk.ts';
import type { Window } from '../legacy-ports.ts';
import type { ParityCounts, Verdict } from './parity-report.ts';

/** Where new events are mirrored to, whatever the mapping says. */
const MIRRORED = ['scanner_hits', 'prediction_data', 'trade_logs'];

/** One comparison while it is made. */
export interface ParityRun {
  readonly desk: LegacyDesk;
  readonly window: Window;
  readonly now: number;
  readonly deskId: string;
  readonly collections: readonly string[];
  /** Whether a document was there at the beginning. */
  wasThere(collection: string, id: string): boolean;
  /** Counts a verdict; what looks different is kept, with its digest (null: not there), to be read again. */
  take(
    collection: string,
    seen: { readonly id: string; readonly digest: string | null; readonly verdict: Verdict },
  ): void;
  count(collection: string, what: keyof ParityCounts): void;
  counts(): Readonly<Record<string, ParityCounts>>;
  /** Digest at the last reading of what looks different, by id. */
  candidates(collection: string): Map<string, string | null>;
}

const NONE = { matched: 0, onlyInMongo: 0, onlyInPostgres: 0, different: 0, rejected: 0, moving: 0 };

/** Begins one by noting which documents are there: what comes later is no drift. */
export async function beginRun(desk: LegacyDesk, window: Window, now: number): Promise<ParityRun> {
  const collections = [...new Set([...Object.keys(desk.mapping.collections), ...MIRRORED])];
  const present = new Map<string, TextSet>();
  for (const collection of collections) present.set(collection, await readIds(desk, collection));
  const counts = new Map(collections.map((collection) => [collection, { ...NONE }]));
  const candidates = new Map(collections.map((collection) => [collection, new Map<string, string | null>()]));

  const count = (collection: string, what: keyof ParityCounts): void => {
    const found = counts.get(collection);
    if (found !== undefined) found[what] += 1;
  };
  return {
    desk,
    window,
    now,
    deskId: await desk.stores.mirror.deskId(),
    collections,
    wasThere: (collection, id) => present.get(collection)?.has(id) === true,
    take(collection, { id, digest, verdict }) {
      if (verdict === 'outside') return;
      if (typeof verdict === 'string') count(collection, verdict);
      else candidates.get(collection)?.set(id, digest);
    },
    count,
    counts: () => Object.fromEntries(counts),
    candidates: (collection) => candidates.get(collection) ?? new Map(),
  };
}

async function readIds(desk: LegacyDesk, collection: string): Promise<TextSet> {
  const ids = createTextSet();
  let last: string | null = null;
  for (;;) {
    const after: string | null = last;
    const page: string[] = await patiently(desk, () => desk.source.idsAfter(collection, after, PAGE * 10));
    for (const id of page) ids.add(id);
    last = page.at(-1) ?? last;
    if (page.length < PAGE * 10) return ids;
  }
}

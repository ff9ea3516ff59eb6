import { OraError } from '../../domain/errors.ts';
import type { LegacyDocument } from '../../domain/legacy/document.ts';
import type { LegacyMapping } from '../../domain/legacy/mapping.ts';
import type { Services } from '../services.ts';
import type { LegacySource } from './legacy-ports.ts';

/** What the steps of leaving MongoDB work with. */
export interface LegacyDesk extends Pick<Services, 'stores' | 'log' | 'settings'> {
  readonly source: LegacySource;
  readonly mapping: LegacyMapping;
  /** Names the mapping: two runs with the same hash read documents the same way. */
  readonly mappingHash: string;
  /** Who runs the command. */
  readonly actor: string;
  /** Pauses, ms. */
  readonly wait: (ms: number) => Promise<unknown>;
}

/** Documents asked for at once. */
export const PAGE = 1000;
const TRIES = 6;
const FIRST_PAUSE_MS = 250;

/** Asks again when the other side does not answer; a pause twice as long each time, some 8 s in all. */
export async function patiently<T>(
  desk: Pick<LegacyDesk, 'wait' | 'log'>,
  ask: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof OraError && error.code === 'unavailable') || attempt === TRIES) throw error;
      desk.log.warn({ error: error.message, attempt }, 'mongo asked again');
      await desk.wait(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

/**
 * All documents of a collection by `_id`, a page at a time; the next page is asked for while the caller
 * works on the one before. No page is empty but the only one.
 */
export async function* pagesOf(
  desk: Pick<LegacyDesk, 'source' | 'wait' | 'log'>,
  collection: string,
  after: string | null,
): AsyncGenerator<{ readonly documents: readonly LegacyDocument[]; readonly isLast: boolean }> {
  const ask = (id: string | null) => patiently(desk, () => desk.source.after(collection, id, PAGE));
  let documents = await ask(after);
  for (;;) {
    const last = documents.at(-1);
    if (last === undefined || documents.length < PAGE) {
      yield { documents, isLast: true };
      return;
    }
    const coming = ask(last.id);
    coming.catch(() => undefined); // heard below, unless the caller stops here
    yield { documents, isLast: false };
    documents = await coming;
  }
}

/** Collections that the mapping speaks of and that are there. */
export async function mappedCollections(
  desk: Pick<LegacyDesk, 'source' | 'mapping' | 'wait' | 'log'>,
): Promise<string[]> {
  const there = await patiently(desk, () => desk.source.collections());
  return there.filter((name) => desk.mapping.collections[name] !== undefined);
}

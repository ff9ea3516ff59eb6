import { type LegacyDesk, pagesOf, patiently } from './legacy-desk.ts';
import type { Window } from './legacy-ports.ts';
import { findMissingDocuments, findMissingMirrored } from './parity/find-missing.ts';
import { judge } from './parity/judge-documents.ts';
import type { ParityReport } from './parity/parity-report.ts';
import { beginRun, type ParityRun } from './parity/parity-run.ts';
import { settleCandidates } from './parity/settle-candidates.ts';

export interface ParityInput {
  /** Half-open, epoch ms; by when an event happened. */
  readonly window: Window;
  readonly now: number;
}

const NAMED = 100;

/**
 * Compares both sides through the same normaliser: every document of a window with the rows it became, and
 * every row with its document. What differs is read again after a pause before it is called drift, and a
 * document that was not there when this began is none. Written down as a step.
 *
 * @throws OraError `unavailable` when MongoDB does not answer.
 */
export async function checkParity(
  desk: LegacyDesk,
  { window, now }: ParityInput,
  onProgress: (collection: string, read: number, total: number) => void = () => {},
): Promise<ParityReport> {
  const run = await beginRun(desk, window, now);
  for (const collection of run.collections) await compareDocuments(run, collection, onProgress);
  for (const collection of run.collections) await findMissingDocuments(run, collection);
  await findMissingMirrored(run);
  const drift = await settleCandidates(run);
  const report = { collections: run.counts(), drift: drift.slice(0, NAMED), clean: drift.length === 0 };
  await desk.stores.migrationLog.record({
    at: now,
    actor: desk.actor,
    step: 'parity',
    clean: report.clean,
    window,
    mappingHash: desk.mappingHash,
    figures: { collections: report.collections, drift: report.drift },
  });
  return report;
}

/** Every document against its rows. */
async function compareDocuments(
  run: ParityRun,
  collection: string,
  onProgress: (collection: string, read: number, total: number) => void,
): Promise<void> {
  const total = await patiently(run.desk, () => run.desk.source.count(collection));
  let read = 0;
  for await (const { documents } of pagesOf(run.desk, collection, null)) {
    const verdicts = await judge(run, collection, documents);
    for (const [index, verdict] of verdicts.entries()) {
      const document = documents[index];
      if (document !== undefined) run.take(collection, { id: document.id, digest: document.digest, verdict });
    }
    read += documents.length;
    onProgress(collection, read, total);
  }
}

import { isOurs, type LegacyDocument } from '../../domain/legacy/document.ts';
import { mapDocument } from '../../domain/legacy/map-document.ts';
import { count, underRun } from '../run.ts';
import { type LegacyDesk, mappedCollections, PAGE, pagesOf, patiently } from './legacy-desk.ts';
import type { CheckpointMove, LegacyBatch, LegacyCounts, LegacyReject, LegacyWrite } from './legacy-ports.ts';

export interface BackfillInput {
  readonly now: number;
  /** Stops after the batch under way; the next run goes on from there. */
  readonly signal?: AbortSignal;
}

export interface BackfillProgress {
  readonly collection: string;
  /** Documents of this pass, those of earlier runs included. */
  readonly read: number;
  readonly total: number;
  /** Documents that this run read. */
  readonly readNow: number;
}

export interface BackfillResult {
  /** Of this run. */
  readonly counts: LegacyCounts;
  /** The ledger, all runs together: in = written + rejected. */
  readonly ledger: readonly {
    readonly collection: string;
    readonly written: number;
    readonly rejected: number;
  }[];
  /** The end of every collection was reached. */
  readonly finished: boolean;
}

const NOTHING: LegacyCounts = { read: 0, written: 0, rejected: 0, unchanged: 0, ours: 0 };

/**
 * Brings every document of the old collections over, in the order of `_id`: from where a run that was
 * stopped had come, else from the first one, so that what was changed since is taken up. Each batch commits with its checkpoint, so it can be killed anywhere, run twice, and run beside
 * live scanning. What the mapping does not take is kept with the reason.
 *
 * @throws OraError `conflict` when another backfill runs, `unavailable` when MongoDB stays silent.
 */
export function backfillLegacy(
  desk: LegacyDesk,
  input: BackfillInput,
  onProgress: (progress: BackfillProgress) => void = () => {},
): Promise<BackfillResult> {
  return asRun(desk, input, async (runId) => {
    let counts = NOTHING;
    for (const collection of await beginPass(desk, input.now)) {
      counts = add(counts, await fillCollection(desk, { ...input, collection, runId }, onProgress));
      if (input.signal?.aborted === true) return { counts, finished: false };
    }
    return { counts, finished: true };
  });
}

/**
 * Tries the rejected documents again, as they are in MongoDB now: after the mapping was mended, or they
 * were. One that is gone from there stays rejected.
 */
export function retryRejected(desk: LegacyDesk, input: BackfillInput): Promise<BackfillResult> {
  return asRun(desk, input, async (runId) => {
    let counts = NOTHING;
    for (const collection of await mappedCollections(desk)) {
      let last: string | null = null;
      for (;;) {
        const ids: string[] = await desk.stores.legacy.rejectedAfter(collection, last, PAGE);
        if (ids.length === 0) break;
        const documents = await patiently(desk, () => desk.source.byIds(collection, ids));
        const batch = toBatch(desk, { ...input, collection, runId }, documents);
        counts = add(counts, await desk.stores.legacy.write(batch, null));
        last = ids.at(-1) ?? null;
      }
    }
    return { counts, finished: true };
  });
}

/** Goes on with a pass that was stopped; when there is none, a new one begins. @returns what is left of it. */
async function beginPass(desk: LegacyDesk, now: number): Promise<string[]> {
  const { legacy } = desk.stores;
  const collections = await mappedCollections(desk);
  const finished = (await legacy.checkpoints()).filter(({ finishedAt }) => finishedAt !== null);
  const done = new Set(finished.map(({ collection }) => collection));
  const left = collections.filter((collection) => !done.has(collection));
  const pass = left.length > 0 ? left : collections;
  for (const collection of pass) {
    const isStopped = left.length > 0 && (await legacy.checkpoint(collection)) !== null;
    if (!isStopped) await legacy.restart(collection, desk.mappingHash, now);
  }
  return pass;
}

interface Fill extends BackfillInput {
  readonly collection: string;
  readonly runId: string;
}

async function fillCollection(
  desk: LegacyDesk,
  input: Fill,
  onProgress: (progress: BackfillProgress) => void,
): Promise<LegacyCounts> {
  const { legacy } = desk.stores;
  const { collection, signal } = input;
  const before = await legacy.checkpoint(collection);
  let from = before?.lastId ?? null;
  const earlier = before?.read ?? 0;
  const total = await patiently(desk, () => desk.source.count(collection));
  let counts = NOTHING;
  for await (const { documents, isLast } of pagesOf(desk, collection, from)) {
    const theirs = documents.filter((document) => !isOurs(document));
    const to = documents.at(-1)?.id ?? from;
    const move: CheckpointMove = { from, to, ours: documents.length - theirs.length, finished: isLast };
    counts = add(counts, await legacy.write(toBatch(desk, input, theirs), move));
    from = to;
    onProgress({ collection, read: earlier + counts.read, total, readNow: counts.read });
    if (signal?.aborted === true) break;
  }
  desk.log.info({ collection, ...counts }, 'collection backfilled');
  return counts;
}

function toBatch(
  { mapping, mappingHash }: LegacyDesk,
  { collection, runId, now }: Fill,
  documents: readonly LegacyDocument[],
): LegacyBatch {
  const writes: LegacyWrite[] = [];
  const rejects: LegacyReject[] = [];
  for (const document of documents) {
    const { id, digest, json } = document;
    const mapped = mapDocument(document, mapping, now);
    if (mapped.ok) writes.push({ id, digest, document: json, ...mapped });
    else rejects.push({ id, digest, document: json, rejection: mapped.rejection });
  }
  const rules = mapping.collections[collection];
  const isSignals = rules?.to === 'signals';
  return {
    collection,
    sourceSystem: isSignals ? rules.sourceSystem : 'basic_scanner',
    detectorKind: isSignals ? rules.detectorKind : 'rule',
    runId,
    mappingHash,
    now,
    writes,
    rejects,
  };
}

/** Under a row of `scan_runs`, and written down as a step; the cutover asks for it. */
async function asRun(
  desk: LegacyDesk,
  { now }: Pick<BackfillInput, 'now'>,
  work: (runId: string) => Promise<Pick<BackfillResult, 'counts' | 'finished'>>,
): Promise<BackfillResult> {
  return underRun(desk, { kind: 'import', startedAt: now }, async (runId, tally) => {
    const { counts, finished } = await work(runId);
    const ledger = await desk.stores.legacy.totals();
    for (const [name, by] of Object.entries(counts)) count(tally, name, by);
    const rejected = ledger.reduce((sum, each) => sum + each.rejected, 0);
    await desk.stores.migrationLog.record({
      at: now,
      actor: desk.actor,
      step: 'backfill',
      clean: finished && rejected === 0,
      window: null,
      mappingHash: desk.mappingHash,
      figures: { ...counts, finished, ledger },
    });
    return { counts, ledger, finished };
  });
}

function add(a: LegacyCounts, b: LegacyCounts): LegacyCounts {
  return {
    read: a.read + b.read,
    written: a.written + b.written,
    rejected: a.rejected + b.rejected,
    unchanged: a.unchanged + b.unchanged,
    ours: a.ours + b.ours,
  };
}

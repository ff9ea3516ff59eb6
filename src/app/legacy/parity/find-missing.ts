import {
  compareFacts,
  type FactDifference,
  type LegacyFacts,
  NO_FACTS,
} from '../../../domain/legacy/facts.ts';
import { factsOfEvent, toMirrorDocument } from '../../../domain/legacy/mirror.ts';
import { PAGE } from '../legacy-desk.ts';
import type { MirrorCursor, MirroredRow } from '../legacy-ports.ts';
import type { Verdict } from './parity-report.ts';
import type { ParityRun } from './parity-run.ts';

/** Rows of the ledger whose document is gone. */
export async function findMissingDocuments(run: ParityRun, collection: string): Promise<void> {
  const { desk, window } = run;
  let last: string | null = null;
  for (;;) {
    const ids: string[] = await desk.stores.legacy.writtenAfter(collection, last, { ...window, limit: PAGE });
    for (const id of ids) if (!run.wasThere(collection, id)) run.candidates(collection).set(id, null);
    if (ids.length < PAGE) return;
    last = ids.at(-1) ?? null;
  }
}

/** Events that MongoDB was sent, or that nobody will send, and that are not there. */
export async function findMissingMirrored(run: ParityRun): Promise<void> {
  const { desk, deskId, window } = run;
  let after: MirrorCursor | null = null;
  for (;;) {
    const rows: MirroredRow[] = await desk.stores.mirror.dueAfter(after, { ...window, limit: PAGE });
    for (const row of rows) {
      const { collection, id } = toMirrorDocument(deskId, row);
      const mongoId = JSON.stringify(id);
      if (run.wasThere(collection, mongoId)) continue;
      if (row.state === 'waiting') run.count(collection, 'moving');
      else run.candidates(collection).set(mongoId, null);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}

/** A document that MongoDB does not have: does our side still speak of it? */
export async function judgeGone(
  { desk, deskId }: ParityRun,
  collection: string,
  id: string,
): Promise<Verdict> {
  const event = parseMirrorId(id, deskId);
  if (event === null) {
    const [entry] = await desk.stores.legacy.entries(collection, [id]);
    return entry?.state === 'written'
      ? { kind: 'only in Postgres', fields: factsAsFields(entry.facts) }
      : 'moving';
  }
  const [row] = await desk.stores.mirror.events([event]);
  if (row === undefined || row.state === 'waiting') return 'moving';
  return { kind: 'only in Postgres', fields: factsAsFields(factsOfEvent(row)) };
}

function factsAsFields(facts: LegacyFacts | null): FactDifference[] {
  if (facts === null) return [];
  return compareFacts(NO_FACTS, facts).slice(0, 4);
}

/** `"oracore:desk:signal:12:void"` as JSON text. */
function parseMirrorId(
  id: string,
  deskId: string,
): Pick<MirroredRow, 'entity' | 'entityId' | 'event'> | null {
  const match = /^"oracore:([^:]+):(signal|decision|execution):(\d+)(:void)?"$/.exec(id);
  if (match === null || match[1] !== deskId) return null;
  return {
    entity: match[2] as MirroredRow['entity'],
    entityId: Number(match[3]),
    event: match[4] === undefined ? 'insert' : 'void',
  };
}

import { isOurs, type LegacyDocument } from '../../../domain/legacy/document.ts';
import { compareFacts, type FactDifference } from '../../../domain/legacy/facts.ts';
import { type Mapped, mapDocument } from '../../../domain/legacy/map-document.ts';
import { factsOfEvent, factsOfMirrored, readMarker } from '../../../domain/legacy/mirror.ts';
import type { LedgerEntry, MirroredRow } from '../legacy-ports.ts';
import type { Verdict } from './parity-report.ts';
import type { ParityRun } from './parity-run.ts';

/** Compares documents of one collection, mirrored ones and others, with their rows. @returns in their order. */
export async function judge(
  run: ParityRun,
  collection: string,
  documents: readonly LegacyDocument[],
): Promise<Verdict[]> {
  const { desk, deskId } = run;
  const markers = new Map(documents.map((document) => [document, readMarker(document, deskId)]));
  const keys = [...markers.values()].filter((marker) => marker !== null);
  const rows = keys.length === 0 ? [] : await desk.stores.mirror.events(keys);
  const mirrored = new Map(rows.map((row) => [keyOf(row), row]));
  const others = documents.filter((document) => !isOurs(document)).map(({ id }) => id);
  const entries = others.length === 0 ? [] : await desk.stores.legacy.entries(collection, others);
  const known = new Map(entries.map((entry) => [entry.id, entry]));
  return documents.map((document) => {
    const marker = markers.get(document) ?? null;
    if (marker !== null) return judgeMirrored(run, document, mirrored.get(keyOf(marker)) ?? null);
    // Of another desk, which mirrors there too: it is compared from there.
    return isOurs(document) ? 'outside' : judgeLegacy(run, document, known.get(document.id) ?? null);
  });
}

function keyOf({ entity, entityId, event }: Pick<MirroredRow, 'entity' | 'entityId' | 'event'>): string {
  return `${entity} ${entityId} ${event}`;
}

function judgeLegacy(run: ParityRun, document: LegacyDocument, entry: LedgerEntry | null): Verdict {
  if (run.desk.mapping.collections[document.collection] === undefined) return 'outside';
  const mapped = mapDocument(document, run.desk.mapping, run.now);
  const documentAt = mapped.ok ? mapped.at : null;
  if (!isInside(run, documentAt, entry?.at ?? null)) return 'outside';
  if (entry === null) return { kind: 'only in Mongo', fields: describe(mapped) };
  if (entry.state === 'rejected') {
    return entry.digest === document.digest ? 'rejected' : { kind: 'different', fields: describe(mapped) };
  }
  if (!mapped.ok) return { kind: 'different', fields: describe(mapped) };
  const facts = entry.gaveWay ? { ...mapped.facts, candle: null } : mapped.facts;
  const fields = compareFacts(facts, entry.facts ?? mapped.facts);
  return fields.length === 0 ? 'matched' : { kind: 'different', fields };
}

/** A document without a readable time may have happened at any. */
function isInside({ window }: ParityRun, ...moments: readonly (number | null)[]): boolean {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 || known.some((moment) => moment >= window.from && moment < window.to);
}

function describe(mapped: Mapped): FactDifference[] {
  if (!mapped.ok)
    return [{ field: mapped.rejection.code, mongo: mapped.rejection.detail, postgres: 'absent' }];
  return [{ field: 'event', mongo: mapped.identity, postgres: 'absent' }];
}

function judgeMirrored(run: ParityRun, document: LegacyDocument, row: MirroredRow | null): Verdict {
  if (row === null) return { kind: 'only in Mongo', fields: [] };
  if (!isInside(run, row.at)) return 'outside';
  const fields = compareFacts(factsOfMirrored(document, row.entity), factsOfEvent(row));
  return fields.length === 0 ? 'matched' : { kind: 'different', fields };
}

import type { LegacyDocument, LegacyType } from './document.ts';
import { isOurs } from './document.ts';
import { hashText } from './hash-text.ts';
import { mapDocument } from './map-document.ts';
import type { LegacyMapping } from './mapping.ts';
import { show } from './read-decimal.ts';
import { isMendable, type RejectionCode } from './reasons.ts';

/** How often a field was there, and as what. */
export interface FieldSurvey {
  readonly path: string;
  readonly documents: number;
  /** Documents by type, most frequent first. */
  readonly types: readonly (readonly [LegacyType, number])[];
  readonly example: string;
}

/** Documents that a mapping would not take, for one reason. */
export interface RejectionSurvey {
  readonly code: RejectionCode;
  readonly documents: number;
  /** Distinct values that were met, most frequent first, each with how often and with one `_id`; at most 10. */
  readonly details: readonly { readonly detail: string; readonly documents: number; readonly id: string }[];
  readonly isMendable: boolean;
}

/** What was found in one collection. */
export interface CollectionSurvey {
  readonly collection: string;
  /** Documents that were read. */
  readonly read: number;
  readonly fields: readonly FieldSurvey[];
  /** First and last event, epoch ms; null when no time could be read. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** Documents that the mapping takes. */
  readonly taken: number;
  /** Of those: about an event that another document was about, saying the same, or something else. */
  readonly duplicates: number;
  readonly conflicts: number;
  /** Mirrored there by OraCore. */
  readonly ours: number;
  readonly rejections: readonly RejectionSurvey[];
}

export interface Survey {
  add(document: LegacyDocument): void;
  result(): CollectionSurvey;
}

const DETAILS_KEPT = 200;
const DETAILS_SHOWN = 10;

/** Adds up what is in a collection, document by document. */
export function startSurvey(collection: string, mapping: LegacyMapping, now: number): Survey {
  const fields = new Map<string, { types: Map<LegacyType, number>; example: string }>();
  const rejections = new Map<
    RejectionCode,
    { documents: number; details: Map<string, { n: number; id: string }> }
  >();
  /** Hash of what the document says, by hash of the event. */
  const events = new Map<number, number>();
  const sum = { read: 0, taken: 0, duplicates: 0, conflicts: 0, ours: 0 };
  let firstAt = Number.POSITIVE_INFINITY;
  let lastAt = Number.NEGATIVE_INFINITY;

  function addFields(document: LegacyDocument): void {
    for (const [path, value] of document.fields) {
      const known = fields.get(path) ?? { types: new Map(), example: show(value) };
      known.types.set(value.type, (known.types.get(value.type) ?? 0) + 1);
      fields.set(path, known);
    }
  }
  function addEvent(identity: string, facts: object): void {
    const event = hashText(identity);
    const saying = hashText(JSON.stringify(facts));
    const before = events.get(event);
    if (before === undefined) events.set(event, saying);
    else if (before === saying) sum.duplicates += 1;
    else sum.conflicts += 1;
  }
  function addRejection(code: RejectionCode, detail: string, id: string): void {
    const known = rejections.get(code) ?? { documents: 0, details: new Map() };
    known.documents += 1;
    const seen = known.details.get(detail);
    if (seen !== undefined) seen.n += 1;
    else if (known.details.size < DETAILS_KEPT) known.details.set(detail, { n: 1, id });
    rejections.set(code, known);
  }

  return {
    add(document) {
      sum.read += 1;
      if (isOurs(document)) {
        sum.ours += 1;
        return;
      }
      addFields(document);
      const mapped = mapDocument(document, mapping, now);
      if (!mapped.ok) return addRejection(mapped.rejection.code, mapped.rejection.detail, document.id);
      sum.taken += 1;
      firstAt = Math.min(firstAt, mapped.at);
      lastAt = Math.max(lastAt, mapped.at);
      addEvent(mapped.identity, mapped.facts);
    },
    result: () => ({
      collection,
      ...sum,
      firstAt: Number.isFinite(firstAt) ? firstAt : null,
      lastAt: Number.isFinite(lastAt) ? lastAt : null,
      fields: [...fields].map(([path, { types, example }]) => ({
        path,
        documents: sumOf(types.values()),
        types: [...types].sort((a, b) => b[1] - a[1]),
        example,
      })),
      rejections: [...rejections]
        .sort((a, b) => b[1].documents - a[1].documents)
        .map(([code, { documents, details }]) => ({
          code,
          documents,
          isMendable: isMendable(code),
          details: [...details]
            .map(([detail, { n, id }]) => ({ detail, documents: n, id }))
            .sort((a, b) => b.documents - a.documents)
            .slice(0, DETAILS_SHOWN),
        })),
    }),
  };
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

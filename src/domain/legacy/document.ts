/**
 * One field of an old document, by the type MongoDB stored it with. Numbers stay text, as exact as they
 * were; an array and whatever has no use as a value is named only.
 */
export type LegacyValue =
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: NumberType; readonly text: string }
  | { readonly type: 'bool'; readonly text: 'true' | 'false' }
  /** Epoch ms; NaN beyond what a date can say. */
  | { readonly type: 'date'; readonly ms: number }
  /** 24 hexadecimal digits. */
  | { readonly type: 'objectId'; readonly text: string }
  | { readonly type: 'null' | 'array' | 'other' };
export type NumberType = 'int' | 'long' | 'double' | 'decimal';
export type LegacyType = LegacyValue['type'];

/** Anything that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One document of the old MongoDB, in our own words. */
export interface LegacyDocument {
  readonly collection: string;
  /** `_id` as canonical Extended JSON. */
  readonly id: string;
  /** Leaf fields by dotted path, `_id` among them; in the order of the document. */
  readonly fields: ReadonlyMap<string, LegacyValue>;
  /** All of it as Extended JSON. */
  readonly json: JsonObject;
  /** Short hash of all of it: tells whether it changed. */
  readonly digest: string;
}

const MIRRORED = 'oracore.entity';

/** Whether OraCore itself mirrored this document there: then Postgres has it first. */
export function isOurs({ fields }: Pick<LegacyDocument, 'fields'>): boolean {
  return fields.has(MIRRORED);
}

/** What is left of a document without some of its fields; nested documents lose parts and go when empty. */
export function without(json: JsonObject, paths: ReadonlySet<string>, prefix = ''): JsonObject {
  const kept: [string, Json][] = [];
  for (const [key, value] of Object.entries(json)) {
    const path = `${prefix}${key}`;
    if (paths.has(path)) continue;
    if (!isPlainObject(value)) {
      kept.push([key, value]);
      continue;
    }
    const inner = without(value, paths, `${path}.`);
    if (Object.keys(inner).length > 0 || Object.keys(value).length === 0) kept.push([key, inner]);
  }
  return Object.fromEntries(kept);
}

function isPlainObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

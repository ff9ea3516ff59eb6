import { createHash } from 'node:crypto';
import { BSON, type Document, type Long } from 'mongodb';
import type { Json, JsonObject, LegacyDocument, LegacyValue, NumberType } from '../domain/legacy/document.ts';

const { EJSON } = BSON;

/** How documents are to be read so that no type is lost: an int stays apart from a double. */
export const RAW = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
} as const;

/** `_id` as canonical Extended JSON, and back. */
export function toId(id: unknown): string {
  return EJSON.stringify(id, { relaxed: false });
}
export function fromId(id: string): unknown {
  return EJSON.parse(id, { relaxed: false });
}

/** A document as the rest of the program knows it. Types are classified here, by BSON's own tags. */
export function toLegacy(collection: string, document: Document): LegacyDocument {
  const fields = new Map<string, LegacyValue>();
  flatten(document, '', fields);
  const json = toJson(document) as JsonObject;
  const digest = createHash('sha256').update(JSON.stringify(json)).digest('hex').slice(0, 32);
  return { collection, id: toId(document._id), fields, json, digest };
}

function flatten(document: Document, prefix: string, fields: Map<string, LegacyValue>): void {
  for (const [key, value] of Object.entries(document)) {
    const path = `${prefix}${key}`;
    if (isNested(value)) flatten(value, `${path}.`, fields);
    else fields.set(path, classify(value));
  }
}

const NUMBERS: Readonly<Record<string, NumberType>> = {
  Int32: 'int',
  Long: 'long',
  Double: 'double',
  Decimal128: 'decimal',
};

function classify(value: unknown): LegacyValue {
  if (value === null || value === undefined) return { type: 'null' };
  if (typeof value === 'string') return { type: 'string', text: storable(value) };
  if (typeof value === 'boolean') return { type: 'bool', text: value ? 'true' : 'false' };
  if (value instanceof Date) return { type: 'date', ms: value.getTime() };
  if (Array.isArray(value)) return { type: 'array' };
  const tag = tagOf(value);
  const number = NUMBERS[tag ?? ''];
  if (number !== undefined) return { type: number, text: textOf(value) };
  return tag === 'ObjectId' ? { type: 'objectId', text: textOf(value) } : { type: 'other' };
}

/** Of a Double the number's own text: `toString` of the wrapper would do, but for `-0`. */
function textOf(value: unknown): string {
  return String(value);
}

function tagOf(value: unknown): string | null {
  const tag: unknown = Object(value)._bsontype;
  return typeof tag === 'string' ? tag : null;
}

function isNested(value: unknown): value is Document {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    tagOf(value) === null
  );
}

/** Extended JSON, relaxed as long as nothing is lost by it. */
function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return storable(value);
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (isNested(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), toJson(inner)]));
  }
  const tag = tagOf(value);
  if (tag === 'Int32' || (tag === 'Double' && Number.isFinite(Number(value)))) return Number(value);
  if (tag === 'Long' && Number.isSafeInteger((value as Long).toNumber())) return (value as Long).toNumber();
  const isPlainDate = value instanceof Date && !Number.isNaN(value.getTime());
  return EJSON.serialize({ value }, { relaxed: isPlainDate }).value as Json;
}

/** Postgres stores no NUL in a text; its picture takes its place. */
function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\u2400') : text;
}

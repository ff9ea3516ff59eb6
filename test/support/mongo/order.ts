import { EJSON } from 'bson';

/** MongoDB's order of types, lowest first (Manual, "Comparison/Sort Order"). */
const RANKS: Readonly<Record<string, number>> = {
  MinKey: 0,
  null: 1,
  number: 2,
  string: 3,
  object: 4,
  array: 5,
  Binary: 6,
  ObjectId: 7,
  boolean: 8,
  date: 9,
  Timestamp: 10,
  BSONRegExp: 11,
  MaxKey: 99,
};
const NUMBERS = ['Int32', 'Long', 'Double', 'Decimal128'];

/** The type of a value by our own classification: mingo's `$type` knows neither decimal nor objectId. */
export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  const tag: unknown = Object(value)._bsontype;
  if (typeof tag === 'string') return NUMBERS.includes(tag) ? 'number' : tag;
  if (Array.isArray(value)) return 'array';
  return value instanceof Date ? 'date' : typeof value;
}

/** Compares two values of `_id` across types. */
export function compareIds(a: unknown, b: unknown): number {
  const [left, right] = [typeOf(a), typeOf(b)];
  if (left !== right) return (RANKS[left] ?? 50) - (RANKS[right] ?? 50);
  if (left === 'number' || left === 'date') return Number(a) - Number(b);
  if (left === 'string') return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  return Buffer.compare(Buffer.from(keyOf(a)), Buffer.from(keyOf(b)));
}

/** Equal ids have equal keys: 1 and 1.0 are the same. */
export function keyOf(id: unknown): string {
  const type = typeOf(id);
  if (type === 'number') return `number ${Number(id)}`;
  return type === 'ObjectId' ? String(id) : `${type} ${EJSON.stringify(id, { relaxed: false })}`;
}

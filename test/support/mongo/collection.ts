import { BSON, type Document } from 'bson';
import { aggregate, Query, update, updateMany } from 'mingo';
import { compareIds, keyOf, typeOf } from './order.ts';
import { EXACT } from './wire.ts';

const { deserialize, serialize } = BSON;

/** One collection in memory; documents keep their exact types. */
export interface LocalCollection {
  readonly options: Document;
  readonly indexes: Document[];
  readonly size: number;
  /** False when its `_id` is there already. */
  insert(document: Document): boolean;
  /** In the order of `_id`, from a bound on (itself included) when one is given. */
  byId(min?: unknown): Iterable<Document>;
  /** In the order in which they came. */
  natural(): Iterable<Document>;
  matching(filter: Document): Document[];
  update(filter: Document, change: Document | Document[], multi: boolean): number;
  remove(filter: Document, limit: number): number;
  aggregate(pipeline: readonly Document[]): Document[];
}

export function createCollection(): LocalCollection {
  const documents = new Map<string, Document>();
  let sorted: Document[] | null = null;

  const inOrder = (): Document[] => {
    sorted ??= [...documents.values()].sort((a, b) => compareIds(a._id, b._id));
    return sorted;
  };
  const matching = (filter: Document): Document[] => {
    const ids = idsIn(filter);
    const candidates = ids === null ? inOrder() : ids.flatMap((id) => documents.get(keyOf(id)) ?? []);
    return Object.keys(filter).length === 0 ? candidates : candidates.filter(matcher(filter));
  };
  return {
    options: {},
    indexes: [{ v: 2, key: { _id: 1 }, name: '_id_' }],
    get size() {
      return documents.size;
    },
    insert(document) {
      const key = keyOf(document._id);
      if (documents.has(key)) return false;
      documents.set(key, document);
      const last = sorted?.at(-1);
      if (sorted !== null && last !== undefined && compareIds(last._id, document._id) < 0)
        sorted.push(document);
      else sorted = null;
      return true;
    },
    *byId(min) {
      const list = inOrder();
      for (let index = min === undefined ? 0 : lowerBound(list, min); index < list.length; index += 1) {
        yield list[index] as Document;
      }
    },
    natural: () => documents.values(),
    matching,
    update(filter, change, multi) {
      const found = matching(filter).slice(0, multi ? undefined : 1);
      for (const document of found) documents.set(keyOf(document._id), changed(document, change));
      sorted = null;
      return found.length;
    },
    remove(filter, limit) {
      const found = matching(filter).slice(0, limit === 0 ? undefined : limit);
      for (const { _id } of found) documents.delete(keyOf(_id));
      sorted = null;
      return found.length;
    },
    aggregate(pipeline) {
      const [first, ...rest] = pipeline;
      if (first?.$sample !== undefined && rest.length === 0)
        return draw(inOrder(), Number(first.$sample.size));
      return aggregate(inOrder().map(plain), [...pipeline]) as Document[];
    },
  };
}

/** With plain numbers, as mingo compares them. */
function plain(document: Document): Document {
  return deserialize(serialize(document));
}

/** `{ _id: x }` and `{ _id: { $in: […] } }` need no walk. */
function idsIn({ _id: id }: Document): unknown[] | null {
  if (id === undefined || typeOf(id) !== 'object') return id === undefined ? null : [id];
  return Array.isArray(id.$in) ? id.$in : null;
}

/** mingo's query, but for `$type`, which it does not know for every type, and for ids, which need exact types. */
function matcher(filter: Document): (document: Document) => boolean {
  const { _id: id, ...rest } = filter;
  const type: unknown = id === undefined ? undefined : id.$type;
  const query = new Query(plain(rest));
  return (document) =>
    (type === undefined || typeOf(document._id).toLowerCase() === String(type).toLowerCase()) &&
    query.test(plain(document));
}

function changed(document: Document, change: Document | Document[]): Document {
  // A pipeline puts another document in the place of the first one.
  const place = [plain(document)];
  if (Array.isArray(change)) updateMany(place, {}, withDates(change, document) as never);
  else update(place[0] ?? {}, plain(change));
  const copy = place[0] ?? {};
  const exact = deserialize(serialize(copy), EXACT);
  // Fields that did not change keep the type they had.
  for (const [key, value] of Object.entries(document)) {
    if (Buffer.compare(serialize({ v: plain({ v: value }).v }), serialize({ v: copy[key] })) === 0)
      exact[key] = value;
  }
  return exact;
}

/** `$toDate` of an ObjectId is its creation. */
function withDates(pipeline: readonly Document[], document: Document): unknown {
  const created = typeOf(document._id) === 'ObjectId' ? document._id.getTimestamp() : null;
  return JSON.parse(JSON.stringify(pipeline), (_key, value) =>
    Object(value).$toDate === '$_id' ? created : value,
  );
}

function draw(documents: readonly Document[], size: number): Document[] {
  if (size >= documents.length) return [...documents];
  const drawn = new Set<number>();
  while (drawn.size < size) drawn.add(Math.floor(Math.random() * documents.length));
  return [...drawn].map((index) => documents[index] as Document);
}

function lowerBound(documents: readonly Document[], id: unknown): number {
  let low = 0;
  let high = documents.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareIds(documents[middle]?._id, id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

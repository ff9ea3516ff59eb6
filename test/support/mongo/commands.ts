import { type Document, Long } from 'bson';
import { createCollection, type LocalCollection } from './collection.ts';
import type { Request } from './wire.ts';

const DEFAULT_BATCH = 101;
const HELLO = {
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
};

/** A command that fails as MongoDB fails it. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;

  constructor(code: number, codeName: string, message: string) {
    super(message);
    this.code = code;
    this.codeName = codeName;
  }
}

/** What the user of a connection may do, as MongoDB lists it. */
const ACTIONS = { read: ['find', 'listCollections'], readWrite: ['find', 'insert', 'remove', 'update'] };

/** Databases and open cursors of a server. */
export interface Engine {
  /** Role of the user that every connection is said to have; null: nobody is asked who they are. */
  role: keyof typeof ACTIONS | null;
  /** @throws CommandError */
  run(request: Request, onInserted: () => void): Document;
}

export function createEngine(): Engine {
  const databases = new Map<string, Map<string, LocalCollection>>();
  const cursors = new Map<string, { readonly documents: Iterator<Document>; readonly namespace: string }>();
  let nextCursor = 1;

  const database = (name: string) => {
    const found = databases.get(name) ?? new Map<string, LocalCollection>();
    databases.set(name, found);
    return found;
  };
  const open = (documents: Iterable<Document>, namespace: string, batchSize: number): Document => {
    const iterator = documents[Symbol.iterator]();
    const { batch, done } = take(iterator, batchSize);
    const id = done ? 0 : nextCursor++;
    if (id !== 0) cursors.set(String(id), { documents: iterator, namespace });
    return { cursor: { id: Long.fromNumber(id), ns: namespace, firstBatch: batch } };
  };

  const handlers: Readonly<Record<string, (request: Request, onInserted: () => void) => Document>> = {
    hello: () => ({ ...HELLO, localTime: new Date() }),
    ismaster: () => ({ ...HELLO, localTime: new Date() }),
    isMaster: () => ({ ...HELLO, localTime: new Date() }),
    ping: () => ({}),
    connectionStatus: ({ command }) => ({
      authInfo: {
        authenticatedUsers: engine.role === null ? [] : [{ user: 'desk', db: 'admin' }],
        authenticatedUserPrivileges:
          engine.role === null
            ? []
            : [{ resource: { db: command.$db, collection: '' }, actions: ACTIONS[engine.role] }],
      },
    }),
    buildInfo: () => ({ version: '7.0.0' }),
    endSessions: () => ({}),
    killCursors: ({ command }) => {
      for (const id of command.cursors) cursors.delete(String(id));
      return { cursorsKilled: command.cursors };
    },
    listCollections: ({ command }) => {
      const listed = [...database(command.$db)].map(([name, { options }]) => ({
        name,
        type: 'collection',
        options,
      }));
      const wanted: unknown = command.filter?.name;
      const found = listed.filter(({ name }) => wanted === undefined || name === wanted);
      return open(found, `${command.$db}.$cmd.listCollections`, 1000);
    },
    listIndexes: ({ command }) => open(existing(command, 'listIndexes').indexes, `${command.$db}.x`, 1000),
    create: ({ command }) => {
      collectionOf(command, 'create');
      return {};
    },
    collMod: ({ command }) => {
      const { validator, validationLevel, validationAction } = command;
      Object.assign(existing(command, 'collMod').options, { validator, validationLevel, validationAction });
      return {};
    },
    createIndexes: ({ command }) => {
      const { indexes } = collectionOf(command, 'createIndexes');
      const before = indexes.length;
      for (const index of command.indexes) {
        if (!indexes.some(({ name }) => name === index.name)) indexes.push({ v: 2, ...index });
      }
      return { numIndexesBefore: before, numIndexesAfter: indexes.length };
    },
    dropDatabase: ({ command }) => {
      databases.delete(command.$db);
      return {};
    },
    count: ({ command }) => ({ n: found(command, 'count')?.matching(command.query ?? {}).length ?? 0 }),
    find: ({ command, exact }) =>
      open(select(command, exact), `${command.$db}.${command.find}`, command.batchSize ?? DEFAULT_BATCH),
    aggregate: ({ command }) => {
      const documents = found(command, 'aggregate')?.aggregate(command.pipeline) ?? [];
      return open(
        documents,
        `${command.$db}.${command.aggregate}`,
        command.cursor?.batchSize ?? DEFAULT_BATCH,
      );
    },
    getMore: ({ command }) => {
      const cursor = cursors.get(String(command.getMore));
      if (cursor === undefined)
        throw new CommandError(43, 'CursorNotFound', `cursor id ${command.getMore} not found`);
      const { batch, done } = take(cursor.documents, command.batchSize ?? DEFAULT_BATCH);
      if (done) cursors.delete(String(command.getMore));
      const id = done ? 0 : Number(command.getMore);
      return { cursor: { id: Long.fromNumber(id), ns: cursor.namespace, nextBatch: batch } };
    },
    insert: ({ command, exact }, onInserted) => {
      const collection = collectionOf(command, 'insert');
      const writeErrors: Document[] = [];
      let n = 0;
      for (const [index, document] of exact.documents.entries()) {
        if (collection.insert(document)) n += 1;
        else
          writeErrors.push({
            index,
            code: 11_000,
            errmsg: `E11000 duplicate key error: _id ${document._id}`,
          });
        onInserted();
        if (writeErrors.length > 0 && command.ordered !== false) break;
      }
      return { n, ...(writeErrors.length > 0 && { writeErrors }) };
    },
    update: ({ command, exact }) => {
      let n = 0;
      for (const [index, { multi = false }] of command.updates.entries()) {
        const { q, u } = exact.updates[index];
        n += found(command, 'update')?.update(q, u, multi) ?? 0;
      }
      return { n, nModified: n };
    },
    delete: ({ command, exact }) => {
      let n = 0;
      for (const [index, { limit = 0 }] of command.deletes.entries()) {
        n += found(command, 'delete')?.remove(exact.deletes[index].q, limit) ?? 0;
      }
      return { n };
    },
  };

  function found(command: Document, verb: string): LocalCollection | undefined {
    return database(command.$db).get(command[verb]);
  }
  function existing(command: Document, verb: string): LocalCollection {
    const collection = found(command, verb);
    if (collection === undefined) throw new CommandError(26, 'NamespaceNotFound', 'ns does not exist');
    return collection;
  }
  function collectionOf(command: Document, verb: string): LocalCollection {
    const collection = found(command, verb) ?? createCollection();
    database(command.$db).set(command[verb], collection);
    return collection;
  }
  /** Only what we ask for: everything by `_id`, or by a filter. */
  function* select(command: Document, exact: Document): Generator<Document> {
    const collection = found(command, 'find');
    if (collection === undefined) return;
    const isWalk = Object.keys(exact.filter ?? {}).length === 0;
    const isNatural = command.sort?.$natural !== undefined;
    const all = isNatural ? collection.natural() : collection.byId(exact.min?._id);
    const documents = isWalk ? all : collection.matching(exact.filter);
    const limit =
      command.limit === undefined || command.limit === 0 ? Number.POSITIVE_INFINITY : Math.abs(command.limit);
    let given = 0;
    for (const document of documents) {
      if (given++ >= limit) return;
      yield command.projection === undefined ? document : project(document, command.projection);
    }
  }

  const engine: Engine = {
    role: null,
    run(request, onInserted) {
      const [name = ''] = Object.keys(request.command);
      const handler = handlers[name];
      if (handler === undefined) throw new CommandError(59, 'CommandNotFound', `no such command: '${name}'`);
      return { ...handler(request, onInserted), ok: 1 };
    },
  };
  return engine;
}

function project(document: Document, projection: Document): Document {
  return Object.fromEntries(
    Object.entries(document).filter(([key]) => key === '_id' || projection[key] === 1),
  );
}

function take(
  documents: Iterator<Document>,
  size: number,
): { readonly batch: Document[]; readonly done: boolean } {
  const batch: Document[] = [];
  while (batch.length < size) {
    const { value, done = false } = documents.next();
    if (done) return { batch, done };
    batch.push(value);
  }
  return { batch, done: false };
}

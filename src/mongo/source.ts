import type { Collection, Document } from 'mongodb';
import type { LegacySource } from '../app/legacy/legacy-ports.ts';
import type { Mongo } from './client.ts';
import { fromId, RAW, toId, toLegacy } from './neutral.ts';

/** Documents in one answer of the server. */
const BATCH = 500;
/** Actions of a privilege that change documents. */
const WRITES = ['insert', 'update', 'remove'];

/** The old MongoDB, to read. */
export function createLegacySource({ ask }: Mongo): LegacySource {
  return {
    async collections() {
      const found = await ask('list its collections', (db) =>
        db.listCollections({}, { nameOnly: true }).toArray(),
      );
      return found
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('system.'))
        .sort();
    },

    async mayWrite() {
      const { authInfo } = await ask('say what this user may do', (db) =>
        db.command({ connectionStatus: 1, showPrivileges: true }),
      );
      if (authInfo.authenticatedUsers.length === 0) return true;
      return authInfo.authenticatedUserPrivileges.some(({ actions }: Document) =>
        WRITES.some((action) => actions.includes(action)),
      );
    },

    count: (name) => ask(`count ${name}`, (db) => db.collection(name).countDocuments({})),

    sample: (name, size) =>
      ask(`give a sample of ${name}`, async (db) => {
        const documents = await db
          .collection(name)
          .aggregate([{ $sample: { size } }], RAW)
          .toArray();
        return documents.map((document) => toLegacy(name, document));
      }),

    after: (name, id, limit) =>
      ask(`give documents of ${name}`, async (db) => {
        const documents = await page(db.collection(name), id, limit, {});
        return documents.map((document) => toLegacy(name, document));
      }),

    idsAfter: (name, id, limit) =>
      ask(`give ids of ${name}`, async (db) => {
        const documents = await page(db.collection(name), id, limit, { projection: { _id: 1 } });
        return documents.map(({ _id }) => toId(_id));
      }),

    byIds: (name, ids) =>
      ask(`give documents of ${name}`, async (db) => {
        const wanted = { $in: ids.map(fromId) } as unknown as Document;
        const documents = await db.collection(name).find({ _id: wanted }, RAW).toArray();
        return documents.map((document) => toLegacy(name, document));
      }),
  };
}

/**
 * A page by the index of `_id`. `min` walks the index across types; `$gt` would stop at the last id of the
 * same type, and lose the rest of a collection whose ids are texts here and ObjectIds there.
 */
async function page(
  collection: Collection,
  id: string | null,
  limit: number,
  options: { readonly projection?: Document },
): Promise<Document[]> {
  const cursor = collection
    .find({}, { ...RAW, ...options })
    .sort({ _id: 1 })
    .hint({ _id: 1 })
    .batchSize(BATCH);
  if (id === null) return cursor.limit(limit).toArray();
  const documents = await cursor
    .min({ _id: fromId(id) } as Document)
    .limit(limit + 1)
    .toArray();
  const first = documents[0];
  return first !== undefined && toId(first._id) === id ? documents.slice(1) : documents.slice(0, limit);
}

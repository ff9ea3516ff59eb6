import { BSON, type Collection, Decimal128, type Document, Double, MongoBulkWriteError } from 'mongodb';
import type { MirrorOutcome, MirrorTarget } from '../app/legacy/legacy-ports.ts';
import type { MirrorDocument, MirrorValue } from '../domain/legacy/mirror.ts';
import type { Mongo } from './client.ts';
import { RAW } from './neutral.ts';

const DUPLICATE = 11_000;
const SENT: MirrorOutcome = { state: 'sent' };

/** The old collections, to add to. */
export function createMirrorTarget({ ask }: Mongo): MirrorTarget {
  return {
    async add(documents) {
      const outcomes = new Map<MirrorDocument, MirrorOutcome>();
      for (const [name, group] of Map.groupBy(documents, (each) => each.collection)) {
        await ask(`take what is mirrored to ${name}`, (db) => addAll(db.collection(name), group, outcomes));
      }
      return documents.map((document) => outcomes.get(document) ?? SENT);
    },
  };
}

/** In order; one that is refused does not hold up the others. */
async function addAll(
  collection: Collection,
  documents: readonly MirrorDocument[],
  outcomes: Map<MirrorDocument, MirrorOutcome>,
): Promise<void> {
  let rest = documents;
  while (rest.length > 0) {
    try {
      await collection.insertMany(rest.map(toBson), { ordered: true });
      return;
    } catch (error) {
      const failure = error instanceof MongoBulkWriteError ? [error.writeErrors].flat()[0] : undefined;
      const refused = failure === undefined ? undefined : rest[failure.index];
      if (failure === undefined || refused === undefined) throw error;
      const isSame = failure.code === DUPLICATE && (await isThere(collection, refused));
      outcomes.set(
        refused,
        isSame ? SENT : { state: 'refused', error: failure.errmsg ?? `code ${failure.code}` },
      );
      rest = rest.slice(failure.index + 1);
    }
  }
}

/** Whether the same document lies there: then an earlier attempt had added it and its answer was lost. */
async function isThere(collection: Collection, document: MirrorDocument): Promise<boolean> {
  const wanted = toBson(document);
  const found = await collection.findOne({ _id: wanted._id }, RAW);
  return found !== null && Buffer.compare(BSON.serialize(found), BSON.serialize(wanted)) === 0;
}

function toBson({ id, fields }: MirrorDocument): Document {
  const values = Object.entries(fields).map(([key, value]): [string, unknown] => [key, toValue(value)]);
  return { _id: id, ...Object.fromEntries(values) };
}

/** Readers in Python compute with doubles; what a double cannot hold is a Decimal128. */
function toValue(value: MirrorValue): unknown {
  if (value.kind === 'date') return new Date(value.ms);
  if (value.kind === 'plain') return value.json;
  return String(Number(value.text)) === value.text
    ? new Double(Number(value.text))
    : Decimal128.fromString(value.text);
}

import { BSON, Decimal128, Double, Int32, Long, ObjectId } from 'bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LegacyDocument } from '../../src/domain/legacy/document.ts';
import { type Mongo, openMongo } from '../../src/mongo/client.ts';
import { createLegacySource } from '../../src/mongo/source.ts';
import { HAS_FAULTS, withMongo } from '../support/mongo/with-mongo.ts';

describe('reading the old MongoDB', () => {
  const mongo = withMongo();
  let connection: Mongo;
  const source = () => createLegacySource(connection);
  beforeAll(() => {
    connection = openMongo(mongo.current.url);
  });
  afterAll(() => connection.close());

  it('walks ids of every type, page by page, and loses none between the types', async () => {
    const ids = [
      ...[new Int32(7), new Double(7.5), Long.fromString('9007199254740993'), 'a', 'b'],
      ...[{ run: 1, n: 2 }, new ObjectId(), new ObjectId(), false, true, new Date(0), new Date(1)],
    ];
    await mongo.current.db.collection<{ _id: unknown }>('mixed').insertMany(ids.map((_id) => ({ _id })));

    const walked: string[] = [];
    for (let last: string | null = null; ; ) {
      const page: LegacyDocument[] = await source().after('mixed', last, 2);
      walked.push(...page.map(({ id }) => id));
      last = page.at(-1)?.id ?? null;
      if (page.length < 2) break;
    }

    const expected = ids.map((id) => BSON.EJSON.stringify(id, { relaxed: false }));
    expect(walked.toSorted()).toEqual(expected.toSorted());
    expect(walked.slice(0, 3), 'numbers first').toEqual(expected.slice(0, 3));
    expect(await source().idsAfter('mixed', walked[4] ?? null, 100)).toEqual(walked.slice(5));
  });

  it('goes on behind an id that is gone', async () => {
    const collection = mongo.current.db.collection<{ _id: string }>('gone');
    await collection.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
    await collection.deleteOne({ _id: 'b' });

    const page = await source().after('gone', '"b"', 10);

    expect(page.map(({ id }) => id)).toEqual(['"c"']);
  });

  it('keeps the type of every field, and Extended JSON from which nothing is lost', async () => {
    await mongo.current.db.collection('typed').insertOne({
      int: new Int32(5),
      double: new Double(5),
      long: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('1.10'),
      date: new Date('2024-01-02T03:04:05Z'),
      text: 'nul\0',
      none: null,
      yes: true,
      list: [1, { a: 2 }],
      nan: new Double(Number.NaN),
      nested: { deep: { er: 'x' } },
    });

    const [document] = await source().after('typed', null, 10);

    const fields = Object.fromEntries(document?.fields ?? []);
    expect(fields).toMatchObject({
      _id: { type: 'objectId' },
      int: { type: 'int', text: '5' },
      double: { type: 'double', text: '5' },
      long: { type: 'long', text: '9007199254740993' },
      decimal: { type: 'decimal', text: '1.10' },
      date: { type: 'date', ms: Date.UTC(2024, 0, 2, 3, 4, 5) },
      text: { type: 'string', text: 'nul\u2400' },
      none: { type: 'null' },
      yes: { type: 'bool', text: 'true' },
      list: { type: 'array' },
      nan: { type: 'double', text: 'NaN' },
      'nested.deep.er': { type: 'string', text: 'x' },
    });
    expect(document?.json).toMatchObject({
      int: 5,
      long: { $numberLong: '9007199254740993' },
      decimal: { $numberDecimal: '1.10' },
      date: { $date: '2024-01-02T03:04:05Z' },
      nan: { $numberDouble: 'NaN' },
      list: [1, { a: 2 }],
    });
  });

  it('finds documents by ids of every type, counts them and draws some', async () => {
    const all = await source().after('mixed', null, 100);

    const found = await source().byIds('mixed', [...all.map(({ id }) => id), '"not there"']);
    const drawn = await source().sample('mixed', 3);

    expect(found.map(({ id }) => id).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
    expect(await source().count('mixed')).toBe(all.length);
    expect(drawn).toHaveLength(3);
    expect(await source().count('not there')).toBe(0);
    expect(await source().after('not there', '"x"', 5)).toEqual([]);
    expect(await source().collections()).toEqual(['gone', 'mixed', 'typed']);
  });

  it('changes the digest with any value, and with nothing else', async () => {
    const collection = mongo.current.db.collection<{ _id: string; n: number }>('digests');
    await collection.insertOne({ _id: 'a', n: 1 });
    const digest = async () => (await source().after('digests', null, 1))[0]?.digest;
    const [before, again] = [await digest(), await digest()];

    await collection.updateOne({ _id: 'a' }, { $set: { n: 2 } });

    expect(again).toBe(before);
    expect(await digest()).not.toBe(before);
  });

  it.runIf(HAS_FAULTS)('says whether this user could write', async () => {
    const { local } = mongo.current;
    if (local === null) throw new Error('no server of ours');
    const answers = [];
    for (const role of ['read', 'readWrite', null] as const) {
      local.engine.role = role;
      answers.push(await source().mayWrite());
    }

    expect(answers).toEqual([false, true, true]);
  });

  it('asks a real server the same question', async () => {
    expect(await source().mayWrite()).toBe(true);
  });

  it.runIf(HAS_FAULTS)('says in a sentence that MongoDB is down, and recovers by itself', async () => {
    const other = openMongo(mongo.current.url);
    await mongo.current.local?.down();

    await expect(createLegacySource(other).count('mixed')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^MongoDB did not count mixed: /),
    });
    await mongo.current.local?.up();

    expect(await createLegacySource(other).count('mixed')).toBe(12);
    await other.close();
  });

  it.each([
    ['mongodb://localhost', /does not name a database/],
    ['mongodb://user:hunter2@', /not a MongoDB connection string/],
  ])('refuses %s without repeating a password', (url, message) => {
    expect(() => openMongo(url)).toThrow(message);
    expect(() => openMongo(url)).not.toThrow(/hunter2/);
  });
});

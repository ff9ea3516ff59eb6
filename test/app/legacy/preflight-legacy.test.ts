import { beforeAll, describe, expect, it } from 'vitest';
import { preflightLegacy } from '../../../src/app/legacy/preflight-legacy.ts';
import { DEFAULT_MAPPING } from '../../../src/domain/legacy/default-mapping.ts';
import type { LegacyMapping } from '../../../src/domain/legacy/mapping.ts';
import { at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { aLegacyDesk, seedMongo } from '../../support/mongo/desk.ts';
import { messyDocuments, statedMapping, twinsOf } from '../../support/mongo/messy.ts';
import { withMongo } from '../../support/mongo/with-mongo.ts';

const SIZE = Number(process.env.MESSY_DOCUMENTS ?? 2000);
const NOW = at('2026-06-10T14:00:00Z');

describe('looking at the old MongoDB before anything is brought over', () => {
  const mongo = withMongo();
  const database = withDatabase();
  const documents = [...messyDocuments(SIZE)];
  const preflight = async (mapping: LegacyMapping, sample: number | 'all' = 'all') => {
    await using desk = aLegacyDesk(mongo.current.url, database.current.stores, mapping);
    return await preflightLegacy(desk, { sample, now: NOW });
  };

  beforeAll(async () => {
    await seedMongo(mongo.current.db, documents);
    const [original] = documents;
    if (original === undefined) throw new Error('no documents');
    const { duplicate, conflict } = twinsOf(original);
    await mongo.current.db.collection('scanner_hits').insertMany([duplicate, conflict]);
    await mongo.current.db.collection('users').insertOne({ name: 'x' });
  });

  it('reports every defect with its number, under a mapping that states nothing', async () => {
    const report = await preflight(DEFAULT_MAPPING);

    const found = new Map<string, number>();
    for (const { rejections } of report.collections) {
      for (const { code, documents: n } of rejections) found.set(code, (found.get(code) ?? 0) + n);
    }
    const expected = Map.groupBy(
      documents.flatMap(({ expected: outcome, unstated }) => {
        const code = unstated ?? outcome;
        return code === 'written' ? [] : [code];
      }),
      (code) => code,
    );
    expect(Object.fromEntries([...found].sort())).toEqual(
      Object.fromEntries([...expected].map(([code, { length }]): [string, number] => [code, length]).sort()),
    );
    expect(report).toMatchObject({
      clean: false,
      unmapped: [{ collection: 'users', documents: 1 }],
      absent: [],
    });
  });

  it('reports fields with the share of each type, periods and twins', async () => {
    const { collections } = await preflight(statedMapping());

    const hits = collections.find(({ collection }) => collection === 'scanner_hits');
    const types = hits?.fields.find(({ path }) => path === 'timestamp')?.types.map(([type]) => type);
    expect(types?.toSorted()).toEqual(['date', 'double', 'int', 'long', 'string']);
    expect(
      hits?.fields
        .find(({ path }) => path === '_id')
        ?.types.map(([type]) => type)
        .toSorted(),
    ).toEqual([...['int', 'objectId', 'string']]);
    expect(hits?.fields.find(({ path }) => path === 'price.last')).toMatchObject({
      types: [['double', expect.any(Number)]],
    });
    expect(hits).toMatchObject({ duplicates: 1, conflicts: 1, firstAt: at('2022-01-03T14:35:00Z') });
  });

  it('names the values that no mapping takes', async () => {
    const { collections } = await preflight(statedMapping());

    const unknown = collections
      .flatMap(({ rejections }) => rejections)
      .find(({ code }) => code === 'unknown_value');
    expect(unknown).toMatchObject({ isMendable: true, details: [{ detail: 'side is "sideways"' }] });
  });

  it('draws a sample of a large collection, and changes nothing', async () => {
    const before = await mongo.current.db.collection('scanner_hits').find().toArray();

    const { collections } = await preflight(statedMapping(), 50);

    expect(collections.map(({ read }) => read)).toEqual([50, 50, 50]);
    expect(collections[0]?.documents).toBe(
      await mongo.current.db.collection('prediction_data').countDocuments(),
    );
    expect(await mongo.current.db.collection('scanner_hits').find().toArray()).toEqual(before);
    if (mongo.current.local === null) return;
    const writes = mongo.current.local.commands
      .slice(-6)
      .filter((name) => /insert|update|delete|create/.test(name));
    expect(writes).toEqual([]);
  });

  it('is written down as a step', async () => {
    await preflight(statedMapping());

    expect(await database.current.stores.migrationLog.latest('preflight')).toMatchObject({
      actor: 'tester',
      clean: false,
      figures: { sample: 'all' },
    });
  });
});

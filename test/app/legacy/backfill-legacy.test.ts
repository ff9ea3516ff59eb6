import { beforeAll, describe, expect, it } from 'vitest';
import { backfillLegacy } from '../../../src/app/legacy/backfill-legacy.ts';
import { at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { aLegacyDesk, seedMongo } from '../../support/mongo/desk.ts';
import { messyDocuments, twinsOf } from '../../support/mongo/messy.ts';
import { withMongo } from '../../support/mongo/with-mongo.ts';

const SIZE = Number(process.env.MESSY_DOCUMENTS ?? 2000);
const NOW = at('2026-06-10T14:00:00Z');

describe('bringing a messy MongoDB over', () => {
  const mongo = withMongo();
  const database = withDatabase();
  const documents = [...messyDocuments(SIZE)];
  const rows = async <T = Record<string, unknown>>(sql: string): Promise<T[]> =>
    (await database.current.pool.query(sql)).rows;

  beforeAll(async () => {
    await seedMongo(mongo.current.db, documents);
    const [original] = documents;
    if (original === undefined) throw new Error('no documents');
    const { duplicate, conflict } = twinsOf(original);
    await mongo.current.db.collection('scanner_hits').insertMany([duplicate, conflict]);
  });

  it('writes or rejects every document, each as expected, and the counts reconcile', async () => {
    await using desk = aLegacyDesk(mongo.current.url, database.current.stores);

    const { counts, ledger, finished } = await backfillLegacy(desk, { now: NOW });

    expect(finished).toBe(true);
    expect(counts).toMatchObject({ read: SIZE + 2, unchanged: 0, ours: 0 });
    expect(counts.written + counts.rejected).toBe(SIZE + 2);
    expect(ledger.reduce((sum, { written, rejected }) => sum + written + rejected, 0)).toBe(SIZE + 2);
    const reasons = await rows<{ reason: string; n: number }>(
      `SELECT reason, count(*)::int AS n FROM legacy_documents WHERE reason IS NOT NULL GROUP BY 1 ORDER BY 1`,
    );
    const expected = Map.groupBy(
      documents.filter((each) => each.expected !== 'written'),
      (each) => each.expected,
    );
    const wanted = [...expected].map(([reason, { length: n }]) => ({ reason, n }));
    expect(reasons).toEqual(
      [...wanted, { reason: 'conflict', n: 1 }, { reason: 'duplicate', n: 1 }].sort((a, b) =>
        a.reason.localeCompare(b.reason),
      ),
    );
  });
});

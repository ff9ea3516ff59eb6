import { beforeAll, describe, expect, it } from 'vitest';
import { backfillLegacy, retryRejected } from '../../../src/app/legacy/backfill-legacy.ts';
import { checkParity } from '../../../src/app/legacy/check-parity.ts';
import type { LegacySource } from '../../../src/app/legacy/legacy-ports.ts';
import { at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { aLegacyDesk, seedMongo, type TestLegacyDesk } from '../../support/mongo/desk.ts';
import { messyDocuments } from '../../support/mongo/messy.ts';
import { withMongo } from '../../support/mongo/with-mongo.ts';

const NOW = at('2026-06-10T14:00:00Z');
const ALL = { from: at('2010-01-01T00:00:00Z'), to: at('2026-01-01T00:00:00Z') };
const SIZE = 400;

describe('comparing both sides', () => {
  const mongo = withMongo();
  const database = withDatabase();
  const hits = () => mongo.current.db.collection<{ _id: string }>('scanner_hits');
  const withDesk = async <T>(work: (desk: TestLegacyDesk) => Promise<T>): Promise<T> => {
    await using desk = aLegacyDesk(mongo.current.url, database.current.stores);
    return await work(desk);
  };
  const parity = (window = ALL) => withDesk((desk) => checkParity(desk, { window, now: NOW }));
  const backfill = () => withDesk((desk) => backfillLegacy(desk, { now: NOW }));
  const aHit = (changes: object) => ({
    _id: 'late',
    ticker: 'AAPL',
    timeframe: '5m',
    timestamp: new Date('2024-05-06T14:35:00Z'),
    price: 180,
    ...changes,
  });

  beforeAll(async () => {
    await seedMongo(mongo.current.db, messyDocuments(SIZE));
    await backfill();
  });

  it('finds both sides equal after a backfill, rejected documents apart', async () => {
    const { collections, clean } = await parity();

    const sum = Object.values(collections).reduce((total, each) => total + each.matched + each.rejected, 0);
    expect(clean).toBe(true);
    expect(sum).toBe(SIZE);
  });

  it('looks at a window whose end does not belong to it', async () => {
    const [first] = (await database.current.pool.query('SELECT min(event_at) AS at FROM legacy_documents'))
      .rows;
    const from = first.at.getTime();

    const empty = await parity({ from: from - 1, to: from });
    const one = await parity({ from, to: from + 1 });

    const matched = (report: typeof one) =>
      Object.values(report.collections).reduce((sum, each) => sum + each.matched, 0);
    expect(matched(empty)).toBe(0);
    expect(matched(one)).toBeGreaterThan(0);
  });

  it('names a document that was changed in Mongo, and the field', async () => {
    await hits().updateOne({ _id: 'hit-3' }, { $set: { price: 7.5 } });

    const { clean, drift } = await parity();

    expect(clean).toBe(false);
    expect(drift).toMatchObject([
      {
        collection: 'scanner_hits',
        id: '"hit-3"',
        kind: 'different',
        fields: [{ field: 'signal.price', mongo: '7.5' }],
      },
    ]);
  });

  it('agrees again once the change was taken over, with the row as it was in the audit log', async () => {
    const { counts } = await backfill();

    const audit = await database.current.pool.query(
      `SELECT details->'removed'->>'price_at_signal' AS price FROM audit_log WHERE action = 'legacy.superseded'`,
    );
    expect(counts).toMatchObject({ read: SIZE, written: 1, rejected: 0, unchanged: SIZE - 1 });
    expect(audit.rows).toHaveLength(1);
    expect(Number(audit.rows[0].price)).not.toBe(7.5);
    expect(await parity()).toMatchObject({ clean: true });
  });

  it('names a row that was changed in Postgres', async () => {
    await database.current.pool.query(`UPDATE signals SET side = 'short' WHERE legacy->>'_id' = 'hit-3'`);

    const { drift } = await parity();

    await database.current.pool.query(`UPDATE signals SET side = 'long' WHERE legacy->>'_id' = 'hit-3'`);
    expect(drift).toMatchObject([
      {
        id: '"hit-3"',
        kind: 'different',
        fields: [{ field: 'signal.side', mongo: 'long', postgres: 'short' }],
      },
    ]);
  });

  it('names a document that is gone from Mongo', async () => {
    const document = await hits().findOne({ _id: 'hit-3' });
    await hits().deleteOne({ _id: 'hit-3' });

    const { drift, collections } = await parity();

    if (document !== null) await hits().insertOne(document);
    expect(drift).toMatchObject([{ id: '"hit-3"', kind: 'only in Postgres' }]);
    expect(collections.scanner_hits).toMatchObject({ onlyInPostgres: 1 });
  });

  it('does not call drift what arrives while it runs', async () => {
    const report = await withDesk((desk) => {
      const source: LegacySource = {
        ...desk.source,
        async after(collection, id, limit) {
          if (collection === 'scanner_hits' && id === null) await hits().insertOne(aHit({}));
          return desk.source.after(collection, id, limit);
        },
      };
      return checkParity({ ...desk, source }, { window: ALL, now: NOW });
    });

    expect(report).toMatchObject({
      clean: true,
      collections: { scanner_hits: { moving: 1, onlyInMongo: 0 } },
    });
  });

  it('calls it drift the next time, when nobody brought it over', async () => {
    const { drift } = await parity();

    await backfill();
    expect(drift).toMatchObject([{ id: '"late"', kind: 'only in Mongo' }]);
    expect(await parity()).toMatchObject({ clean: true });
  });

  it('keeps the signal of a document that a scan overwrote, and takes the new one', async () => {
    await hits().updateOne(
      { _id: 'late' },
      { $set: { timestamp: new Date('2024-05-07T14:35:00Z'), price: 181 } },
    );

    await backfill();

    const { rows } = await database.current.pool.query(
      `SELECT price_at_signal::float8 AS price FROM signals WHERE legacy->>'_id' = 'late' ORDER BY fired_at`,
    );
    expect(rows.map(({ price }) => price)).toEqual([180, 181]);
    expect(await parity()).toMatchObject({ clean: true });
  });

  it('voids the fills of a trade that was changed and writes them anew', async () => {
    const trades = mongo.current.db.collection<{ _id: string }>('trade_logs');
    const open = {
      _id: 't1',
      symbol: 'MSFT',
      side: 'long',
      size: 10,
      entry_price: 400,
      entry_time: '2024-05-06T14:35:00Z',
    };
    await trades.insertOne(open);
    await backfill();
    await trades.updateOne({ _id: 't1' }, { $set: { exit_price: 410, exit_time: '2024-05-06T15:35:00Z' } });

    await backfill();

    const { rows } = await database.current.pool.query(
      `SELECT e.tag, e.price::float8 AS price, e.voided_at IS NOT NULL AS voided
       FROM executions e JOIN orders o ON o.id = e.order_id WHERE o.legacy->>'_id' = 't1' ORDER BY e.id`,
    );
    expect(rows).toEqual([
      { tag: 'ENTRY', price: 400, voided: true },
      { tag: 'ENTRY', price: 400, voided: false },
      { tag: 'EXIT', price: 410, voided: false },
    ]);
    expect(await parity()).toMatchObject({ clean: true });
  });

  it('takes rejected documents once they were mended', async () => {
    const [reject] = await database.current.stores.legacy.rejectedAfter('scanner_hits', null, 1);
    const before = await database.current.stores.legacy.totals();
    const _id = JSON.parse(reject ?? '""');
    const { _id: _, ...mended } = aHit({ ticker: 'IBM', score: 0.5, side: 'long' });
    await hits().updateOne({ _id }, { $set: mended });

    const { counts, ledger } = await withDesk((desk) => retryRejected(desk, { now: NOW }));

    const rejected = (totals: typeof ledger) => totals.reduce((sum, each) => sum + each.rejected, 0);
    expect(counts.written).toBe(1);
    expect(rejected(ledger)).toBe(rejected(before) - 1);
    expect(await parity()).toMatchObject({ clean: true });
  });
});

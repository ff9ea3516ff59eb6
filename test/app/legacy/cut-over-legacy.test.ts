import { beforeAll, describe, expect, it } from 'vitest';
import { backfillLegacy } from '../../../src/app/legacy/backfill-legacy.ts';
import { cutOverLegacy, undoCutOver } from '../../../src/app/legacy/cut-over-legacy.ts';
import { drainMirror, startMirror } from '../../../src/app/legacy/drain-mirror.ts';
import { preflightLegacy } from '../../../src/app/legacy/preflight-legacy.ts';
import { createMirrorTarget } from '../../../src/mongo/mirror.ts';
import { at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { aLegacyDesk, type TestLegacyDesk } from '../../support/mongo/desk.ts';
import { withMongo } from '../../support/mongo/with-mongo.ts';
import { quiet } from '../../support/quiet-log.ts';
import { aSignal, FIRED_AT } from '../../support/signals.ts';
import { aScan, aWatch, seedDetectors } from '../../support/stored-desk.ts';

const WINDOW = { from: at('2020-01-01T00:00:00Z'), to: at('2026-06-01T00:00:00Z') };
const NOW = at('2026-06-10T14:00:00Z');

describe('cutting over', () => {
  const mongo = withMongo();
  const database = withDatabase();
  const stores = () => database.current.stores;
  const hits = () => mongo.current.db.collection<{ _id: string }>('scanner_hits');
  const withDesk = async <T>(work: (desk: TestLegacyDesk) => Promise<T>): Promise<T> => {
    await using desk = aLegacyDesk(mongo.current.url, stores());
    return await work(desk);
  };
  const cutOver = (changes: object = {}) =>
    withDesk((desk) =>
      cutOverLegacy(desk, { window: WINDOW, readsMoved: true, acceptRejected: 1, now: NOW, ...changes }),
    );
  const drain = () =>
    withDesk((desk) =>
      drainMirror(
        { stores: stores(), log: quiet, target: createMirrorTarget(desk.mongo) },
        { by: 'p1', clock: () => NOW },
      ),
    );
  const scan = async (ticker: string, firedAt: number) => {
    const watch = await aWatch(stores(), ticker);
    await stores().signals.recordScan(aScan(watch, { signals: [aSignal({ firedAt })], cards: [] }));
  };

  beforeAll(async () => {
    await seedDetectors(stores());
    const base = { ticker: 'AAPL', timeframe: '5m', price: 180 };
    await hits().insertMany([
      { _id: 'a', ...base, timestamp: new Date('2024-05-06T14:35:00Z') },
      { _id: 'b', ...base, timestamp: new Date('2024-05-06T14:40:00Z') },
      { _id: 'c', ...base, timestamp: 'whenever' },
    ] as never[]);
  });

  it('is refused with everything that is in the way, each with its remedy', async () => {
    const refused = cutOver({ readsMoved: false, acceptRejected: 0 });

    await expect(refused).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/--reads-moved[\s\S]*no preflight[\s\S]*no backfill[\s\S]*MONGODB_URL/),
    });
  });

  it('is refused while rejected documents are not accepted by their number, or events wait', async () => {
    await startMirror({ stores: stores(), log: quiet }, { isConfigured: true, now: FIRED_AT - 1 });
    await withDesk((desk) => preflightLegacy(desk, { sample: 'all', now: NOW }));
    await withDesk((desk) => backfillLegacy(desk, { now: NOW }));
    await scan('NVDA', FIRED_AT);

    await expect(cutOver({ acceptRejected: 0 })).rejects.toThrow(
      /1 documents are rejected[\s\S]*--accept-rejected 1[\s\S]*1 events still wait/,
    );
  });

  it('is refused with drift, and names the document', async () => {
    await drain();
    await hits().updateOne({ _id: 'b' }, { $set: { price: 181 } });

    await expect(cutOver()).rejects.toThrow(/Parity found 1 differences, the first in scanner_hits "b"/);
    expect(await stores().mirror.backlog()).toMatchObject({ mode: 'on' });
  });

  it('is accepted without, stops the mirror, and writes down who, when and the figures', async () => {
    await hits().updateOne({ _id: 'b' }, { $set: { price: 180 } });

    const { outcome } = await cutOver();
    await scan('TSLA', FIRED_AT + 300_000);

    expect(outcome).toBe('stopped');
    expect(await stores().mirror.backlog()).toMatchObject({ mode: 'stopped', waiting: 0 });
    expect(await stores().migrationLog.latest('cutover')).toMatchObject({
      actor: 'tester',
      at: NOW,
      window: WINDOW,
      figures: {
        ledger: [{ collection: 'scanner_hits', written: 2, rejected: 1 }],
        acceptedRejects: 1,
        parity: { scanner_hits: { matched: 3, rejected: 1 } },
      },
    });
  });

  it('stays stopped when the bot starts again, and says so when asked twice', async () => {
    await startMirror({ stores: stores(), log: quiet }, { isConfigured: true, now: NOW });

    const again = await cutOver();

    expect(again).toMatchObject({ outcome: 'was stopped', figures: { acceptedRejects: 1 } });
    expect(await stores().mirror.backlog()).toMatchObject({ mode: 'stopped' });
  });

  it('can be taken back: what happened in between is mirrored then', async () => {
    const queued = await withDesk((desk) => undoCutOver(desk, { now: NOW }));

    expect(queued).toBe(1);
    expect(await drain()).toBe(1);
    expect(await hits().countDocuments({ ticker: 'TSLA' })).toBe(1);
    await expect(withDesk((desk) => undoCutOver(desk, { now: NOW }))).rejects.toThrow(/no cutover to undo/);
  });
});

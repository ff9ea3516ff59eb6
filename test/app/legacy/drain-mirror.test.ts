import { describe, expect, it } from 'vitest';
import { checkParity } from '../../../src/app/legacy/check-parity.ts';
import { drainMirror, startMirror } from '../../../src/app/legacy/drain-mirror.ts';
import { createMirrorTarget } from '../../../src/mongo/mirror.ts';
import { at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { aLegacyDesk } from '../../support/mongo/desk.ts';
import { HAS_FAULTS, withMongo } from '../../support/mongo/with-mongo.ts';
import { quiet } from '../../support/quiet-log.ts';
import { aSignal, FIRED_AT } from '../../support/signals.ts';
import { aScan, aSentCard, aWatch, seedDetectors } from '../../support/stored-desk.ts';

const MINUTE = 60_000;
const WINDOW = { from: at('2020-01-01T00:00:00Z'), to: at('2030-01-01T00:00:00Z') };

describe('mirroring to the old MongoDB', () => {
  const mongo = withMongo();
  const database = withDatabase();
  const stores = () => database.current.stores;
  const documents = (name: string) => mongo.current.db.collection(name).find().sort({ _id: 1 }).toArray();
  const drain = async (now = FIRED_AT) => {
    await using desk = aLegacyDesk(mongo.current.url, stores());
    const target = createMirrorTarget(desk.mongo);
    return await drainMirror({ stores: stores(), log: quiet, target }, { by: 'p1', clock: () => now });
  };
  const parity = async () => {
    await using desk = aLegacyDesk(mongo.current.url, stores());
    return await checkParity(desk, { window: WINDOW, now: FIRED_AT });
  };

  it('queues nothing before it is switched on', async () => {
    await seedDetectors(stores());

    await aSentCard(stores(), 'OFF');

    expect(await stores().mirror.backlog()).toMatchObject({ mode: 'off', waiting: 0 });
  });

  it('mirrors signals, decisions and executions, plain SQL too, one document each with a run_id', async () => {
    await startMirror({ stores: stores(), log: quiet }, { isConfigured: true, now: FIRED_AT + 1 });
    const cardId = await aSentCard(stores(), 'MIRR');
    await stores().decisions.record({
      cardId,
      action: 'watch',
      userId: 'alice',
      interactionId: 'i1',
      decidedAt: FIRED_AT + MINUTE,
    });
    await database.current.pool.query(
      `WITH o AS (INSERT INTO orders (symbol_id, side, qty, trader_id) SELECT id, 'buy', 3, 'bob' FROM symbols WHERE ticker = 'MIRR' RETURNING id)
       INSERT INTO executions (order_id, filled_at, qty, price, fee, tag) SELECT id, $1, 3, 187.420001, 0.000001, 'ENTRY' FROM o`,
      [new Date(FIRED_AT + 2 * MINUTE)],
    );

    const sent = await drain();

    expect(sent).toBe(3);
    expect(await documents('scanner_hits')).toMatchObject([
      {
        ticker: 'MIRR',
        timestamp: new Date(FIRED_AT),
        price: 100,
        score: 0.8,
        run_id: 'run-1',
        detector: 'breakout_v1',
      },
    ]);
    expect(await documents('trade_logs')).toMatchObject([
      { event: 'decision', action: 'watch', decided_by: 'alice', run_id: 'run-1' },
      { event: 'execution', side: 'buy', qty: 3, price: 187.420001, fee: 0.000001, run_id: 'none' },
    ]);
    expect(await parity()).toMatchObject({ clean: true });
  });

  it('tells of a void by a document of its own and leaves the first as it was', async () => {
    const before = await documents('trade_logs');

    await database.current.pool.query(
      `UPDATE executions SET voided_at = $1, voided_by = 'bob', void_reason = 'typo'`,
      [new Date(FIRED_AT + 3 * MINUTE)],
    );
    await drain();

    const after = await documents('trade_logs');
    expect(after).toHaveLength(before.length + 1);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after).toContainEqual(
      expect.objectContaining({ event: 'void', decided_by: 'bob', reason: 'typo' }),
    );
    expect(await parity()).toMatchObject({ clean: true });
  });

  it('names what differs on either side, and calls it drift only when it stands still', async () => {
    const hits = () => mongo.current.db.collection<{ _id: string }>('scanner_hits');
    const hit = await hits().findOne({});
    if (hit === null) throw new Error('nothing was mirrored');

    await hits().updateOne({ _id: hit._id }, { $set: { price: 101 } });
    const drifted = await parity();
    await hits().deleteOne({ _id: hit._id });
    const gone = await parity();
    await hits().insertOne(hit);

    expect(drifted.drift).toEqual([
      {
        collection: 'scanner_hits',
        id: JSON.stringify(hit._id),
        kind: 'different',
        fields: [{ field: 'signal.price', mongo: '101', postgres: '100' }],
      },
    ]);
    expect(gone.drift).toMatchObject([{ kind: 'only in Postgres', id: JSON.stringify(hit._id) }]);
    expect(await parity()).toMatchObject({ clean: true });
  });

  it.runIf(HAS_FAULTS)(
    'loses nothing and repeats nothing when the connection is cut in the middle of a batch',
    async () => {
      const { local } = mongo.current;
      if (local === null) return;
      const watch = await aWatch(stores(), 'CUTS');
      const signals = Array.from({ length: 30 }, (_, index) =>
        aSignal({ firedAt: FIRED_AT + index * 300_000 }),
      );
      await stores().signals.recordScan(aScan(watch, { signals, cards: [] }));
      local.faults.cutAfterInserted = 7;

      const first = await drain(FIRED_AT);
      const tooSoon = await drain(FIRED_AT + 1000);
      const later = await drain(FIRED_AT + 10 * MINUTE);

      expect([first, tooSoon, later]).toEqual([0, 0, 30]);
      expect((await documents('scanner_hits')).filter(({ ticker }) => ticker === 'CUTS')).toHaveLength(30);
      expect(await stores().mirror.backlog()).toMatchObject({
        waiting: 0,
        refused: 0,
        attempts: 0,
        lastError: null,
      });
      expect(await parity()).toMatchObject({ clean: true });
    },
  );

  it.runIf(HAS_FAULTS)('waits while the server is no primary, or is slow', async () => {
    const { local } = mongo.current;
    if (local === null) return;
    const watch = await aWatch(stores(), 'PRIM');
    await stores().signals.recordScan(aScan(watch, { cards: [] }));
    local.faults.notPrimary = 1;
    const refused = await drain(FIRED_AT + 20 * MINUTE);
    local.faults.delayMs = 50;

    const sent = await drain(FIRED_AT + 40 * MINUTE);

    local.faults.delayMs = 0;
    expect([refused, sent]).toEqual([0, 1]);
  });

  it('queues what was missed when it is switched on again', async () => {
    const now = FIRED_AT + 60 * MINUTE;
    await startMirror({ stores: stores(), log: quiet }, { isConfigured: false, now });
    const watch = await aWatch(stores(), 'MISS');
    await stores().signals.recordScan(aScan(watch, { signals: [aSignal({ firedAt: now })], cards: [] }));
    const whileOff = (await stores().mirror.backlog()).waiting;

    await startMirror({ stores: stores(), log: quiet }, { isConfigured: true, now });

    expect(whileOff).toBe(0);
    expect((await stores().mirror.backlog()).waiting).toBe(1);
    expect(await drain(now)).toBe(1);
  });
});

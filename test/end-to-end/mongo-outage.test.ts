import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkParity } from '../../src/app/legacy/check-parity.ts';
import { mirror as mirrorJob } from '../../src/jobs/mirror.ts';
import { createMirrorTarget } from '../../src/mongo/mirror.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { startTestDesk, type TestDesk } from '../support/desk.ts';
import { aLegacyDesk, type TestLegacyDesk } from '../support/mongo/desk.ts';
import { HAS_FAULTS, withMongo } from '../support/mongo/with-mongo.ts';

/** 13:00 New York on a Wednesday of the simulated market. */
const START = Date.UTC(2026, 5, 10, 17);
const HOUR_IN_CANDLES = 12;

describe.runIf(HAS_FAULTS)('MongoDB is down for an hour of scanning', () => {
  const mongo = withMongo();
  let desk: TestDesk;
  let legacy: TestLegacyDesk;
  const rows = async (sql: string) => (await desk.database.pool.query(sql)).rows;

  beforeAll(async () => {
    // Its stores are not used for mirroring; the connection is.
    legacy = aLegacyDesk(mongo.current.url, {} as never);
    const mirror = createMirrorTarget(legacy.mongo);
    desk = await startTestDesk({ prices: createSimulatedPrices(1), start: START, origin: 'live', mirror });
    for (const ticker of ['SPY', 'QQQ', 'NVDA', 'TSLA', 'AAPL', 'AMD', 'MSFT', 'AMZN'])
      await desk.watch(ticker, '5m');
  }, 120_000);
  afterAll(async () => {
    await desk.close();
    await legacy[Symbol.asyncDispose]();
  });

  it('delays no alert, and drains in order once it is back', async () => {
    await mongo.current.local?.down();
    const attempts: Promise<unknown>[] = [];
    for (let candle = 0; candle < HOUR_IN_CANDLES; candle += 1) {
      attempts.push(mirrorJob.run(desk.bot().desk));
      await desk.step('5m');
    }
    await Promise.all(attempts);
    const owed = await desk.database.stores.mirror.backlog();
    const cards = await rows(
      `SELECT state, fired_at, sent_at, suppressed_reason FROM cards WHERE state <> 'held' ORDER BY id`,
    );

    await mongo.current.local?.up();
    desk.setNow(desk.now() + 60_000);
    await mirrorJob.run(desk.bot().desk);

    const [{ signals }] = await rows(`SELECT count(*)::int AS signals FROM signals WHERE origin = 'live'`);
    expect(signals, 'the hour has something to tell').toBeGreaterThan(2);
    expect(owed).toMatchObject({
      mode: 'on',
      waiting: signals,
      lastError: expect.stringContaining('MongoDB did not'),
    });
    expect(owed.attempts).toBeGreaterThan(0);
    expect(cards.some(({ state }) => state === 'sent')).toBe(true);
    for (const { state, fired_at, sent_at, suppressed_reason } of cards) {
      expect(suppressed_reason).not.toBe('stale');
      if (state === 'sent') expect(sent_at, 'sent at the close of its candle').toEqual(fired_at);
    }
    expect(await desk.database.stores.mirror.backlog()).toMatchObject({
      waiting: 0,
      refused: 0,
      lastError: null,
    });
    const inMongo = await mongo.current.db.collection('scanner_hits').find().sort({ $natural: 1 }).toArray();
    const inOutbox = await rows(`SELECT entity_id::int AS id FROM mirror_outbox o ORDER BY o.id`);
    expect(inMongo.map(({ oracore }) => oracore.id)).toEqual(inOutbox.map(({ id }) => id));
    const window = { from: START - 86_400_000, to: START + 86_400_000 };
    const parity = await checkParity(
      { ...legacy, stores: desk.database.stores },
      { window, now: desk.now() },
    );
    expect(parity).toMatchObject({ clean: true, collections: { scanner_hits: { matched: signals } } });
  }, 180_000);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MirrorEvent, toMirrorDocument } from '../../src/domain/legacy/mirror.ts';
import { type Mongo, openMongo } from '../../src/mongo/client.ts';
import { createMirrorTarget } from '../../src/mongo/mirror.ts';
import { withMongo } from '../support/mongo/with-mongo.ts';

describe('adding to the old collections', () => {
  const mongo = withMongo();
  let connection: Mongo;
  const add = (...events: MirrorEvent[]) =>
    createMirrorTarget(connection).add(events.map((event) => toMirrorDocument('desk', event)));
  const anExecution = (id: number, payload: object = {}): MirrorEvent => ({
    entity: 'execution',
    entityId: id,
    event: 'insert',
    at: 0,
    payload: {
      ticker: 'AAPL',
      at: 0,
      side: 'buy',
      qty: '3',
      price: '187.42',
      fee: null,
      runId: 'r',
      ...payload,
    },
  });
  beforeAll(() => {
    connection = openMongo(mongo.current.url);
  });
  afterAll(() => connection.close());

  it('adds the same twice as once', async () => {
    const first = await add(anExecution(1), anExecution(2));
    const second = await add(anExecution(1), anExecution(2), anExecution(3));

    expect([...first, ...second].map(({ state }) => state)).toEqual(Array(5).fill('sent'));
    expect(await mongo.current.db.collection('trade_logs').countDocuments({})).toBe(3);
  });

  it('refuses to change what lies there, and adds the others', async () => {
    const outcomes = await add(anExecution(3, { price: '1' }), anExecution(4));

    expect(outcomes).toMatchObject([
      { state: 'refused', error: expect.stringContaining('E11000') },
      { state: 'sent' },
    ]);
    const kept = await mongo.current.db
      .collection<{ _id: string }>('trade_logs')
      .findOne({ _id: 'oracore:desk:execution:3' });
    expect(kept).toMatchObject({ price: 187.42 });
  });

  it('keeps apart what two databases send', async () => {
    const event = anExecution(1, { price: '5' });

    const [outcome] = await createMirrorTarget(connection).add([toMirrorDocument('other', event)]);

    expect(outcome).toEqual({ state: 'sent' });
  });

  it('sends signals to the collection of their scanner', async () => {
    const aSignal = (id: number, sourceSystem: string): MirrorEvent => ({
      ...anExecution(id),
      entity: 'signal',
      payload: { ticker: 'AAPL', at: 1, sourceSystem, price: '1', features: { rsi14: 61.2 } },
    });

    await add(aSignal(1, 'basic_scanner'), aSignal(2, 'ml_scanner'));

    expect(await mongo.current.db.collection('scanner_hits').countDocuments({})).toBe(1);
    expect(await mongo.current.db.collection('prediction_data').findOne({})).toMatchObject({
      timestamp: new Date(1),
      features: { rsi14: 61.2 },
    });
  });

  it('stores a number that a double cannot hold exactly', async () => {
    await add(anExecution(5, { qty: '12345678901.123457', price: '0.1' }));

    const found = await mongo.current.db
      .collection<{ _id: string; price: number; qty: unknown }>('trade_logs')
      .findOne({ _id: 'oracore:desk:execution:5' });
    expect(found?.price).toBe(0.1);
    expect(String(found?.qty)).toBe('12345678901.123457');
  });
});

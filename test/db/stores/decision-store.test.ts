import { Decimal } from 'decimal.js';
import { beforeAll, expect, test } from 'vitest';
import type { NewDecision } from '../../../src/app/ports.ts';
import { aCandle } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { aSignal, FIRED_AT } from '../../support/signals.ts';
import { aScan, aSentCard, aWatch, placeNewCards, seedDetectors } from '../../support/stored-desk.ts';

const database = withDatabase();
const SENT_AT = FIRED_AT + 2000;
beforeAll(() => seedDetectors(database.current.stores));

function aDecision(cardId: number, overrides: Partial<NewDecision> = {}): NewDecision {
  const defaults = {
    action: 'watch',
    userId: 'ann',
    interactionId: `i-${cardId}-1`,
    decidedAt: SENT_AT + 3000,
  } as const;
  return { cardId, ...defaults, ...overrides };
}

const FILL = {
  kind: 'filled' as const,
  qty: new Decimal('12.5'),
  price: new Decimal('100.123456'),
  feeUsd: new Decimal('0.35'),
  stopPrice: new Decimal('98.7'),
};

/** Statements on this database that wait for a lock. */
const WAITING = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

const decisionsOf = async (cardId: number) =>
  (
    await database.current.pool.query(
      'SELECT action, decided_by, price_at_decision, latency_ms FROM decisions WHERE card_id = $1 ORDER BY id',
      [cardId],
    )
  ).rows;

test('a click writes the decision with the price and the delay, and outdates the card', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'ONE');
  const candles = [aCandle({ ts: FIRED_AT - 300_000, close: 100 }), aCandle({ ts: FIRED_AT, close: 101.25 })];
  await stores.candles.store({ ticker: 'ONE', timeframe: '5m', source: 'yfinance', candles, coverage: [] });

  const result = await stores.decisions.record(aDecision(cardId));

  expect(result).toMatchObject({
    outcome: 'written',
    details: {
      card: { id: cardId },
      decisions: [{ userId: 'ann', action: 'watch', decidedAt: SENT_AT + 3000 }],
    },
  });
  expect(await decisionsOf(cardId)).toEqual([
    { action: 'watch', decided_by: 'ann', price_at_decision: '101.250000', latency_ms: '3000' },
  ]);
  expect((await stores.cards.outdated(10)).map(({ card }) => card.id)).toContain(cardId);
});

test('a card of several signals gets a decision for each', async () => {
  const { stores } = database.current;
  const signals = [aSignal(), aSignal({ detectorId: 'rsi_reversal_v1' })];
  await stores.signals.recordScan(aScan(await aWatch(stores, 'MANY'), { signals }));
  await placeNewCards(stores, SENT_AT);
  const cardId = (await stores.cards.claim({ by: 'p', now: SENT_AT, leaseMs: 1 }))?.details.card.id ?? 0;

  await stores.decisions.record(aDecision(cardId));

  expect(await decisionsOf(cardId)).toHaveLength(2);
});

test.each(['record', 'enter'] as const)(
  'two clicks that say the same at one moment write it once: %s',
  async (way) => {
    const { stores, pool } = database.current;
    const cardId = await aSentCard(stores, `TWICE${way.length}`);
    const clicks = ['a', 'b'].map((name) => aDecision(cardId, { interactionId: `i-${cardId}-${name}` }));
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM cards WHERE id = $1 FOR UPDATE', [cardId]);

    const written = clicks.map((click) =>
      way === 'record'
        ? stores.decisions.record(click)
        : stores.decisions.enter({ ...click, action: 'enter' }, FILL),
    );
    await expect.poll(async () => (await pool.query(WAITING)).rows[0]?.n).toBe(2);
    await holder.query('COMMIT');
    holder.release();

    const outcomes = (await Promise.all(written)).map((result) => result?.outcome);
    expect(outcomes.toSorted()).toEqual(['repeated', 'written']);
    expect(await decisionsOf(cardId)).toHaveLength(1);
  },
);

test('the same again writes nothing and says when the first was', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'AGAIN');
  await stores.decisions.record(aDecision(cardId));

  const again = await stores.decisions.record(
    aDecision(cardId, { interactionId: 'later', decidedAt: SENT_AT + 9000 }),
  );

  expect(again).toMatchObject({
    outcome: 'repeated',
    first: { userId: 'ann', action: 'watch', decidedAt: SENT_AT + 3000 },
  });
  expect(await decisionsOf(cardId)).toHaveLength(1);
});

test('the same interaction delivered twice is one decision, whatever came between', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'REDELIVERED');
  await stores.decisions.record(aDecision(cardId));
  await stores.decisions.record(
    aDecision(cardId, { action: 'ignore', interactionId: 'other', decidedAt: SENT_AT + 4000 }),
  );

  const result = await stores.decisions.record(aDecision(cardId));

  expect(result).toMatchObject({
    outcome: 'repeated',
    first: { action: 'watch', decidedAt: SENT_AT + 3000 },
  });
  expect(await decisionsOf(cardId)).toHaveLength(2);
});

test('a changed mind is a new row and the latest counts, for each person', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'MIND');
  await stores.decisions.record(aDecision(cardId));
  await stores.decisions.record(
    aDecision(cardId, { userId: 'bob', interactionId: 'b', decidedAt: SENT_AT + 3500 }),
  );
  const back = { action: 'ignore', interactionId: 'c', decidedAt: SENT_AT + 5000 } as const;
  await stores.decisions.record(aDecision(cardId, back));
  await stores.decisions.record(aDecision(cardId, { interactionId: 'd', decidedAt: SENT_AT + 6000 }));

  expect((await stores.cards.details(cardId))?.decisions).toEqual([
    { userId: 'bob', action: 'watch', decidedAt: SENT_AT + 3500 },
    { userId: 'ann', action: 'watch', decidedAt: SENT_AT + 6000 },
  ]);
  expect(await decisionsOf(cardId)).toHaveLength(4);
});

test('of clicks at once by one person one is written', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'STORM');

  const results = await Promise.all(
    ['a', 'b', 'c', 'd'].map((interactionId) =>
      stores.decisions.record(aDecision(cardId, { interactionId })),
    ),
  );

  expect(results.map((result) => result?.outcome).sort()).toEqual([
    'repeated',
    'repeated',
    'repeated',
    'written',
  ]);
  expect(await decisionsOf(cardId)).toHaveLength(1);
});

test('clicks at once by several people are all written', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'CROWD');

  await Promise.all(
    ['a', 'b', 'c'].map((userId) =>
      stores.decisions.record(aDecision(cardId, { userId, interactionId: userId })),
    ),
  );

  expect((await stores.cards.details(cardId))?.decisions).toHaveLength(3);
});

test('a month later a button still works', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'OLD');

  const result = await stores.decisions.record(aDecision(cardId, { decidedAt: SENT_AT + 30 * 86_400_000 }));

  expect(result?.outcome).toBe('written');
});

test('there is nothing to decide on a card that does not exist', async () => {
  const { decisions } = database.current.stores;

  expect(await decisions.record(aDecision(999_999))).toBeNull();
  expect(await decisions.enter(aDecision(999_999, { action: 'enter' }), FILL)).toBeNull();
});

test('an entry writes the decision, one order on the headline and its fill, to the last digit', async () => {
  const { stores, pool } = database.current;
  const cardId = await aSentCard(stores, 'ENTER');

  const result = await stores.decisions.enter(aDecision(cardId, { action: 'enter' }), FILL);

  expect(result).toMatchObject({ outcome: 'written', orderId: expect.any(Number) });
  const { rows } = await pool.query(
    `SELECT o.side, o.order_type, o.status, o.qty, o.limit_price, o.stop_price, o.trader_id, o.signal_id::float8 AS signal_id,
            e.qty AS filled, e.price, e.fee, e.tag, e.interaction_id, e.filled_at
     FROM orders o JOIN executions e ON e.order_id = o.id WHERE o.id = $1`,
    [result?.orderId],
  );
  expect(rows).toEqual([
    {
      side: 'buy',
      order_type: 'manual',
      status: 'filled',
      qty: '12.5',
      limit_price: null,
      stop_price: '98.700000',
      trader_id: 'ann',
      signal_id: result?.details.signals[0]?.id,
      filled: '12.5',
      price: '100.123456',
      fee: '0.350000',
      tag: 'ENTRY',
      interaction_id: `i-${cardId}-1`,
      filled_at: new Date(SENT_AT + 3000),
    },
  ]);
});

test('a form sent twice is one order, and the second answer names it', async () => {
  const { stores, pool } = database.current;
  const cardId = await aSentCard(stores, 'FORM');
  const enter = (interactionId: string) =>
    stores.decisions.enter(aDecision(cardId, { action: 'enter', interactionId }), FILL);

  const results = await Promise.all([enter('form-1'), enter('form-1'), enter('form-2')]);

  expect(results.filter((result) => result?.outcome === 'written')).toHaveLength(1);
  expect(new Set(results.map((result) => result?.orderId)).size).toBe(1);
  const { rows } = await pool.query(`SELECT FROM executions WHERE interaction_id LIKE 'form-%'`);
  expect(rows).toHaveLength(1);
});

test('a short is entered by selling short', async () => {
  const { stores, pool } = database.current;
  const watch = await aWatch(stores, 'SHORT');
  const cards = [{ ...aScan(watch).cards[0], side: 'short' as const }] as ReturnType<typeof aScan>['cards'];
  await stores.signals.recordScan(aScan(watch, { signals: [aSignal({ side: 'short' })], cards }));
  await placeNewCards(stores, SENT_AT);
  const cardId = (await stores.cards.claim({ by: 'p', now: SENT_AT, leaseMs: 1 }))?.details.card.id ?? 0;

  const result = await stores.decisions.enter(aDecision(cardId, { action: 'enter' }), {
    ...FILL,
    stopPrice: null,
  });

  const { rows } = await pool.query('SELECT side, stop_price FROM orders WHERE id = $1', [result?.orderId]);
  expect(rows).toEqual([{ side: 'short', stop_price: null }]);
});

test('an entry that fails halfway leaves no decision', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'HALF');
  const tooLarge = { ...FILL, price: new Decimal('1e15') };

  await expect(stores.decisions.enter(aDecision(cardId, { action: 'enter' }), tooLarge)).rejects.toThrow();

  expect(await decisionsOf(cardId)).toEqual([]);
  expect((await stores.cards.details(cardId))?.card.revision).toBe(0);
});

test('a limit order that still works has no fill', async () => {
  const { stores, pool } = database.current;
  const cardId = await aSentCard(stores, 'WORKS');

  const result = await stores.decisions.enter(aDecision(cardId, { action: 'enter' }), {
    ...FILL,
    kind: 'working',
  });

  const { rows } = await pool.query(
    `SELECT o.order_type, o.status, o.limit_price, o.stop_price,
       (SELECT count(*)::int FROM executions e WHERE e.order_id = o.id) AS fills FROM orders o WHERE o.id = $1`,
    [result?.orderId],
  );
  expect(rows).toEqual([
    {
      order_type: 'limit',
      status: 'working',
      limit_price: '100.123456',
      stop_price: '98.700000',
      fills: 0,
    },
  ]);
});

test('whoever cancelled all orders of a card may enter it again', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'ANEW');
  const enter = (interactionId: string) =>
    stores.decisions.enter(aDecision(cardId, { action: 'enter', interactionId }), {
      ...FILL,
      kind: 'working',
    });
  const first = await enter('anew-1');

  const whileWorking = await enter('anew-2');
  await stores.workingOrders.cancel({ traderId: 'ann', orderId: first?.orderId ?? 0, at: SENT_AT });
  const afterwards = await enter('anew-3');

  expect(whileWorking).toMatchObject({ outcome: 'repeated', orderId: first?.orderId });
  expect(afterwards?.outcome).toBe('written');
  expect(afterwards?.orderId).toBeGreaterThan(first?.orderId ?? 0);
});

test('a click keeps how many decisions the card showed', async () => {
  const { stores, pool } = database.current;
  const cardId = await aSentCard(stores, 'SEEN');

  await stores.decisions.record(aDecision(cardId, { userId: 'ann', interactionId: 'seen-1' }));
  await stores.decisions.record(aDecision(cardId, { userId: 'bob', interactionId: 'seen-2' }));

  const { rows } = await pool.query(
    'SELECT decided_by, visible_decisions FROM decisions WHERE card_id = $1 ORDER BY id',
    [cardId],
  );
  expect(rows).toEqual([
    { decided_by: 'ann', visible_decisions: 0 },
    { decided_by: 'bob', visible_decisions: 1 },
  ]);
});

test('a reason said later is a row of its own that keeps what was known at the click', async () => {
  const { stores, pool } = database.current;
  const cardId = await aSentCard(stores, 'REASON');
  const ignored = aDecision(cardId, { action: 'ignore' });
  await stores.decisions.record(ignored);
  const reason = {
    ...ignored,
    interactionId: 'why-1',
    decidedAt: SENT_AT + 60_000,
    reasons: ['spread'],
  } as const;

  const given = await stores.decisions.record(reason);
  const repeated = await stores.decisions.record({ ...reason, interactionId: 'why-2' });

  expect([given?.outcome, repeated?.outcome]).toEqual(['written', 'repeated']);
  expect((await stores.cards.details(cardId))?.decisions).toEqual([
    { userId: 'ann', action: 'ignore', decidedAt: SENT_AT + 60_000, reasons: ['spread'] },
  ]);
  const { rows } = await pool.query(
    'SELECT reasons, latency_ms, visible_decisions FROM decisions WHERE card_id = $1 ORDER BY id',
    [cardId],
  );
  expect(rows).toEqual([
    { reasons: null, latency_ms: '3000', visible_decisions: 0 },
    { reasons: ['spread'], latency_ms: '3000', visible_decisions: 0 },
  ]);
});

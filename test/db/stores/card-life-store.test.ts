import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { CardEvent } from '../../../src/domain/card.ts';
import { placeCards } from '../../../src/domain/place-cards.ts';
import { withDatabase } from '../../support/database.ts';
import { aSignal, FIRED_AT } from '../../support/signals.ts';
import { aScan, aSentCard, aWatch, seedDetectors } from '../../support/stored-desk.ts';

const database = withDatabase();
const MINUTE = 60_000;
const NOW = FIRED_AT + 1000;
const tp1: CardEvent = { kind: 'tp1', at: FIRED_AT + 5 * MINUTE, price: 101.5, r: 1.5 };
const stop: CardEvent = { kind: 'stop', at: FIRED_AT + 10 * MINUTE, price: 99, r: -1 };

beforeAll(() => seedDetectors(database.current.stores));
/** Nothing waits from the test before. */
beforeEach(() => rows(`UPDATE cards SET state = 'suppressed' WHERE state IN ('new', 'pending', 'sending')`));

async function rows(statement: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await database.current.pool.query(statement, values)).rows;
}

async function storeCandles(ticker: string, count: number): Promise<void> {
  const candles = Array.from({ length: count }, (_, index) => ({
    ts: FIRED_AT + index * 5 * MINUTE,
    open: 100,
    high: 100.5,
    low: 99.5,
    close: 100,
    volume: 1,
    vwap: null,
  }));
  await database.current.stores.candles.store({
    ticker,
    timeframe: '5m',
    source: 't',
    candles,
    coverage: [],
  });
}

const record = (cardId: number, events: readonly CardEvent[]) =>
  database.current.stores.cardLife.record(cardId, { events, followedTo: FIRED_AT, closedAt: null });

test('an event is one update for each signal, however many processes find it', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'RACE');

  const found = await Promise.all(Array.from({ length: 5 }, () => record(cardId, [tp1])));

  expect(found.flat()).toEqual([tp1]);
  expect(await rows(`SELECT event FROM alerts WHERE card_id = $1 AND kind = 'update'`, [cardId])).toEqual([
    { event: 'tp1' },
  ]);
  expect(await rows(`SELECT key FROM outbox WHERE card_id = $1`, [cardId])).toEqual([
    { key: `touch:${cardId}:tp1` },
  ]);
  expect(await stores.cards.details(cardId)).toMatchObject({
    card: { expiredAt: tp1.at, expiredBy: 'tp1', revision: 1 },
    events: [tp1],
  });
});

test('a card expires once, by what came first', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'FIRST');

  expect(await stores.cardLife.expire(FIRED_AT + 15 * MINUTE - 1)).toBe(0);
  expect(await stores.cardLife.expire(FIRED_AT + 15 * MINUTE)).toBe(1);
  expect(await stores.cardLife.expire(FIRED_AT + 20 * MINUTE)).toBe(0);
  await record(cardId, [stop]);

  expect((await stores.cards.details(cardId))?.card).toMatchObject({
    expiredAt: FIRED_AT + 15 * MINUTE,
    expiredBy: 'time',
    revision: 2,
  });
});

test('a signal that joins later gets the updates that were there before it', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'JOINS');
  await record(cardId, [tp1]);
  const watch = (await stores.watches.active()).find(({ ticker }) => ticker === 'JOINS');
  if (watch === undefined) throw new Error('no watch');
  await stores.signals.recordScan(aScan(watch, { signals: [aSignal({ detectorId: 'rsi_reversal_v1' })] }));

  const added = await record(cardId, [tp1]);

  expect(added).toEqual([]);
  expect(
    await rows(`SELECT count(*)::int AS n FROM alerts WHERE card_id = $1 AND kind = 'update'`, [cardId]),
  ).toEqual([{ n: 2 }]);
});

test('a card is followed when a candle came that was not looked at', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'FOLLOW');
  const due = async (now: number) => (await stores.cardLife.followed(now)).filter(({ id }) => id === cardId);

  expect(await due(NOW)).toEqual([]);
  await storeCandles('FOLLOW', 2);
  const [followed] = await due(NOW);
  expect(followed).toMatchObject({
    side: 'long',
    timeframe: '5m',
    firedAt: FIRED_AT,
    levels: { tp1: 101.5 },
  });
  expect(followed?.candles.map(({ ts }) => ts)).toEqual([FIRED_AT, FIRED_AT + 5 * MINUTE]);

  await stores.cardLife.record(cardId, { events: [], followedTo: FIRED_AT + 5 * MINUTE, closedAt: null });
  expect(await due(NOW)).toEqual([]);
  expect(await due(FIRED_AT + 115 * MINUTE), 'its horizon is long over').toHaveLength(1);

  await stores.cardLife.record(cardId, { events: [stop], followedTo: null, closedAt: stop.at });
  expect(await due(FIRED_AT + 115 * MINUTE)).toEqual([]);
});

test('two processes place each card once', async () => {
  const { stores } = database.current;
  for (let index = 0; index < 7; index += 1) {
    const signals = [aSignal({ score: index / 10 })];
    await stores.signals.recordScan(aScan(await aWatch(stores, `PL${index}`), { signals }));
  }
  await rows(`UPDATE cards SET placed_at = NULL WHERE state <> 'new'`);

  const placed = await Promise.all(
    [1, 2, 3].map(() =>
      stores.placements.place({ now: NOW }, (cards, scene) => placeCards(cards, { ...scene, now: NOW })),
    ),
  );

  expect(placed.reduce((sum, each) => sum + each, 0)).toBe(7);
  const states = await rows(
    `SELECT s.ticker, c.state FROM cards c JOIN symbols s ON s.id = c.symbol_id WHERE s.ticker LIKE 'PL_' ORDER BY 1`,
  );
  expect(states.map(({ state }) => state)).toEqual([...Array(4).fill('listed'), ...Array(3).fill('pending')]);
  const lists = await rows(`SELECT content FROM outbox WHERE key LIKE 'list:%'`);
  expect(lists).toHaveLength(1);
  expect(JSON.stringify(lists)).toMatch(/PL3.*PL2.*PL1.*PL0/);
});

test('cards that a scan is still making are left to it', async () => {
  const { stores } = database.current;
  await stores.signals.recordScan(aScan(await aWatch(stores, 'YOUNG')));
  const place = (firedBy: number) =>
    stores.placements.place({ now: NOW, firedBy }, (cards) =>
      cards.map(({ cardId }) => ({ cardId, state: 'pending' as const })),
    );

  expect(await place(FIRED_AT - 1)).toBe(0);
  expect(await place(FIRED_AT)).toBe(1);
});

test('a listed card is opened once', async () => {
  const { stores } = database.current;
  const [listed] = await rows(`SELECT id::int FROM cards WHERE state = 'listed' LIMIT 1`);
  const opened = { by: 'u', at: NOW };

  const answers = await Promise.all([1, 2, 3].map(() => stores.placements.open(Number(listed?.id), opened)));

  expect(answers.filter(Boolean)).toHaveLength(1);
});

test('many people who snooze within minutes share one reminder', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'SHARE');
  const people = ['ann', 'bob', 'cat', 'dan'];
  for (const userId of people)
    await stores.decisions.record({
      cardId,
      userId,
      action: 'snooze',
      interactionId: userId,
      decidedAt: NOW,
    });
  const due = NOW + 30 * MINUTE;

  const times = await Promise.all(
    people.map((userId, index) =>
      stores.snoozes.set({ cardId, userId, dueAt: due + index * MINUTE, now: NOW + index * MINUTE }),
    ),
  );

  expect(new Set(times).size).toBe(1);
  const reminders = await rows(`SELECT id::int, state FROM cards WHERE original_id = $1`, [cardId]);
  expect(reminders).toMatchObject([{ state: 'pending' }]);
  expect(await stores.snoozes.waiting(Number(reminders[0]?.id))).toEqual(people);

  await stores.snoozes.set({ cardId, userId: 'ann', dueAt: due + 3 * 60 * MINUTE, now: NOW });
  await stores.decisions.record({
    cardId,
    userId: 'bob',
    action: 'enter',
    interactionId: 'x',
    decidedAt: NOW + 1,
  });
  expect(await stores.snoozes.waiting(Number(reminders[0]?.id))).toEqual(['cat', 'dan']);
  expect(await stores.snoozes.dueAt(cardId, 'ann')).toBe(due + 3 * 60 * MINUTE);
});

test('a reminder is claimed when it is due, not before, and shows the card it is about', async () => {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, 'DUE');
  const dueAt = NOW + 30 * MINUTE;
  await stores.snoozes.set({ cardId, userId: 'ann', dueAt, now: NOW });
  const claim = (now: number) => stores.cards.claim({ by: 'p1', now, leaseMs: MINUTE });

  expect(await claim(dueAt - 1)).toBeNull();
  const claimed = await claim(dueAt);

  expect(claimed?.details).toMatchObject({
    card: { kind: 'reminder', originalId: cardId, ticker: 'DUE' },
    signals: [{ detectorId: 'breakout_v1' }],
  });
});

test('a message is written once for its occasion, claimed by one process, and given back when that dies', async () => {
  const { outbox } = database.current.stores;
  await rows(`UPDATE outbox SET state = 'sent'`);
  const message = {
    key: 'k',
    channelId: 'c',
    cardId: null,
    content: { kind: 'dropped', cards: [] },
  } as const;
  await Promise.all([1, 2, 3].map(() => outbox.add(message)));
  const claim = (by: string, now = NOW) => outbox.claim({ by, now, leaseMs: MINUTE });

  const claims = await Promise.all(['p1', 'p2'].map((by) => claim(by)));
  const winner = claims.find((each) => each !== null);
  expect(claims.filter((each) => each !== null)).toHaveLength(1);
  expect(winner).toMatchObject({ resumed: false, message: { key: 'k', attempts: 1, firstAttemptAt: NOW } });

  expect(await claim('p3', NOW + MINUTE - 1)).toBeNull();
  const second = await claim('p3', NOW + MINUTE);
  expect(second).toMatchObject({ resumed: true });
  const id = second?.message.id ?? 0;
  expect(await outbox.markSent(id, { by: 'p1', messageId: 'm', at: NOW })).toBe(false);
  expect(await outbox.markFailed(id, { by: 'p3', error: 'reset', retryAt: NOW + 2 * MINUTE })).toBe(true);
  expect(await claim('p3', NOW + 2 * MINUTE - 1)).toBeNull();
  await claim('p3', NOW + 2 * MINUTE);
  expect(await outbox.markSent(id, { by: 'p3', messageId: 'm', at: NOW })).toBe(true);
  expect(await outbox.find(id)).toMatchObject({ messageId: 'm', content: { kind: 'dropped' } });
});

test('a mute is in force until its time, or until somebody ends it', async () => {
  const { mutes } = database.current.stores;
  const target = { scope: 'series', ticker: 'X', timeframe: '5m' } as const;
  const made = await mutes.add({ target, userId: null, createdBy: 'u', createdAt: NOW, until: NOW + MINUTE });

  expect(await mutes.active(NOW + MINUTE - 1)).toEqual([made]);
  expect(made).toMatchObject({ target, userId: null });
  expect(await mutes.active(NOW + MINUTE)).toEqual([]);
  expect(await mutes.end(made.id, { by: 'u', at: NOW + 1 })).toEqual(made);
  expect(await mutes.end(made.id, { by: 'u', at: NOW + 2 })).toBeNull();
  expect(await mutes.active(NOW + 2)).toEqual([]);
});

test('the settings of a person are kept, changed and forgotten', async () => {
  const { notify } = database.current.stores;
  const settings = {
    userId: 'ann',
    tickers: ['NVDA'],
    sides: ['long'],
    minScore: 0.7,
    quietHours: { from: 720, to: 780 },
  } as const;

  await notify.set(settings, NOW);
  expect(await notify.of('ann')).toEqual(settings);
  await notify.set({ ...settings, quietHours: null }, NOW);
  expect(await notify.all()).toEqual([{ ...settings, quietHours: null }]);
  expect([await notify.clear('ann'), await notify.clear('ann')]).toEqual([true, false]);
  expect(await notify.of('ann')).toBeNull();
});

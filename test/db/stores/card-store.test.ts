import { beforeAll, beforeEach, expect, test } from 'vitest';
import { withDatabase } from '../../support/database.ts';
import { aSignal, FIRED_AT } from '../../support/signals.ts';
import {
  aNewCard,
  aScan,
  aSentCard,
  aWatch,
  placeNewCards,
  seedDetectors,
} from '../../support/stored-desk.ts';

const database = withDatabase();
const NOW = FIRED_AT + 1000;
const LEASE = 60_000;
const claim = (by = 'p1', now = NOW) => database.current.stores.cards.claim({ by, now, leaseMs: LEASE });

beforeAll(() => seedDetectors(database.current.stores));
beforeEach(async () => {
  await database.current.pool.query('DELETE FROM alerts');
  await database.current.pool.query('DELETE FROM cards WHERE id NOT IN (SELECT card_id FROM decisions)');
});

async function aPendingCard(ticker: string): Promise<void> {
  const { stores } = database.current;
  await stores.signals.recordScan(aScan(await aWatch(stores, ticker)));
  await placeNewCards(stores, NOW);
}

test('claims are given oldest card first, to one process each', async () => {
  for (const ticker of ['AA', 'BB', 'CC']) await aPendingCard(ticker);

  const claims = await Promise.all(['p1', 'p2', 'p3', 'p4', 'p5'].map((by) => claim(by)));

  const tickers = claims.flatMap((each) => each?.details.card.ticker ?? []);
  expect(tickers.sort()).toEqual(['AA', 'BB', 'CC']);
  expect(claims.filter((each) => each === null)).toHaveLength(2);
});

test('a card that another process is about to claim does not hold up the next', async () => {
  for (const ticker of ['BUSY', 'FREE']) await aPendingCard(ticker);
  const other = await database.current.pool.connect();
  await other.query('BEGIN');
  await other.query(
    `SELECT FROM cards c JOIN symbols s ON s.id = c.symbol_id WHERE s.ticker = 'BUSY' FOR UPDATE OF c`,
  );

  const claimed = await claim();
  await other.query('ROLLBACK');
  other.release();

  expect(claimed?.details.card.ticker).toBe('FREE');
});

test('a claim brings the card with its signals, headline first', async () => {
  const { stores } = database.current;
  const signals = [
    aSignal({ detectorId: 'rsi_reversal_v1', score: 0.5 }),
    aSignal({ detectorId: 'breakout_v1', score: 0.7 }),
  ];
  await stores.signals.recordScan(aScan(await aWatch(stores, 'HEAD'), { signals }));
  await placeNewCards(stores, NOW);

  const claimed = await claim();

  expect(claimed?.resumed).toBe(false);
  expect(claimed?.details).toMatchObject({
    card: { ticker: 'HEAD', state: 'sending', attempts: 1, firstAttemptAt: NOW, channelId: '900' },
    levels: aNewCard().levels,
    decisions: [],
  });
  expect(claimed?.details.signals.map(({ detectorId }) => detectorId)).toEqual([
    'breakout_v1',
    'rsi_reversal_v1',
  ]);
});

test('a claim that ran out is resumed by another, and the first can no longer say it sent', async () => {
  await aPendingCard('LEASE');
  const { cards } = database.current.stores;
  const first = await claim('p1');
  const id = first?.details.card.id ?? 0;

  expect(await claim('p2', NOW + LEASE - 1)).toBeNull();
  const second = await claim('p2', NOW + LEASE);

  expect(second).toMatchObject({
    resumed: true,
    details: { card: { id, attempts: 2, firstAttemptAt: NOW } },
  });
  expect(await cards.markSent(id, { by: 'p1', messageId: 'm1', at: NOW })).toBe(false);
  expect(await cards.markSent(id, { by: 'p2', messageId: 'm2', at: NOW + LEASE })).toBe(true);
  expect(await cards.markSent(id, { by: 'p2', messageId: 'm3', at: NOW + LEASE })).toBe(false);
  const details = await cards.details(id);
  expect(details?.card).toMatchObject({ state: 'sent', messageId: 'm2', sentAt: NOW + LEASE });
});

test('alerts are delivered when their card is', async () => {
  await aPendingCard('ALERT');
  const claimed = await claim();
  const alert = async () =>
    (await database.current.pool.query('SELECT delivered, message_id FROM alerts')).rows;
  expect(await alert()).toEqual([{ delivered: false, message_id: null }]);

  await database.current.stores.cards.markSent(claimed?.details.card.id ?? 0, {
    by: 'p1',
    messageId: 'm1',
    at: NOW,
  });

  expect(await alert()).toEqual([{ delivered: true, message_id: 'm1' }]);
});

test('a failed attempt is tried again when its time has come, or given up', async () => {
  await aPendingCard('FAIL');
  const { cards } = database.current.stores;
  const id = (await claim())?.details.card.id ?? 0;

  expect(await cards.markFailed(id, { by: 'p2', error: 'not mine', retryAt: null })).toBe(false);
  expect(await cards.markFailed(id, { by: 'p1', error: 'reset', retryAt: NOW + 5000 })).toBe(true);
  expect(await claim('p1', NOW + 4999)).toBeNull();
  expect(await claim('p1', NOW + 5000)).toMatchObject({ resumed: true, details: { card: { id } } });

  expect(await cards.markFailed(id, { by: 'p1', error: 'forbidden', retryAt: null })).toBe(true);
  expect((await cards.details(id))?.card.state).toBe('failed');
  expect(await claim('p1', NOW + 86_400_000)).toBeNull();
});

test('a suppressed card is not sent, and a sent one cannot be suppressed', async () => {
  const { stores } = database.current;
  const sent = await aSentCard(stores, 'SENT');
  await aPendingCard('SUPP');
  const id = (await claim())?.details.card.id ?? 0;

  await stores.cards.suppress(id, 'stale');
  await stores.cards.suppress(sent, 'stale');

  expect((await stores.cards.details(id))?.card).toMatchObject({
    state: 'suppressed',
    suppressedReason: 'stale',
  });
  expect((await stores.cards.details(sent))?.card).toMatchObject({ state: 'sent', suppressedReason: null });
});

test('a signal that comes after the card was sent joins it, and the card is outdated until it was edited', async () => {
  const { stores } = database.current;
  const id = await aSentCard(stores, 'LATE');
  expect(await stores.cards.outdated(10)).toEqual([]);
  const watch = (await stores.watches.active()).find(({ ticker }) => ticker === 'LATE');
  if (watch === undefined) throw new Error('no watch');

  const written = await stores.signals.recordScan(
    aScan(watch, { signals: [aSignal({ detectorId: 'rsi_reversal_v1' })] }),
  );

  expect(written).toEqual({ signals: 1, cards: 0 });
  const [details] = await stores.cards.outdated(10);
  expect(details?.card.id).toBe(id);
  expect(details?.signals).toHaveLength(2);
  if (details !== undefined) await stores.cards.markShown(details);
  expect(await stores.cards.outdated(10)).toEqual([]);
  const { rows } = await database.current.pool.query('SELECT DISTINCT delivered, message_id FROM alerts');
  expect(rows).toEqual([{ delivered: true, message_id: 'm-LATE' }]);
});

test('a signal that comes while the card is being sent makes it outdated too', async () => {
  const { stores } = database.current;
  await aPendingCard('MIDWAY');
  const id = (await claim())?.details.card.id ?? 0;
  const watch = (await stores.watches.active()).find(({ ticker }) => ticker === 'MIDWAY');
  if (watch === undefined) throw new Error('no watch');

  await stores.signals.recordScan(aScan(watch, { signals: [aSignal({ detectorId: 'rsi_reversal_v1' })] }));
  await stores.cards.markSent(id, { by: 'p1', messageId: 'm', at: NOW });

  expect((await stores.cards.outdated(10)).map(({ card }) => card.id)).toEqual([id]);
});

test('what was written while an edit was under way stays to be shown', async () => {
  const { stores } = database.current;
  const id = await aSentCard(stores, 'MEANWHILE');
  const decide = (action: 'watch' | 'ignore', interactionId: string) =>
    stores.decisions.record({ cardId: id, action, userId: 'u1', interactionId, decidedAt: NOW + 5000 });
  await decide('watch', 'i1');
  const [edited] = await stores.cards.outdated(10);

  await decide('ignore', 'i2');
  if (edited !== undefined) await stores.cards.markShown(edited);

  expect((await stores.cards.outdated(10)).map(({ decisions }) => decisions[0]?.action)).toEqual(['ignore']);
});

test('a suppressed card wakes up when a signal joins it that people want', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'WAKE');
  await stores.signals.recordScan(aScan(watch, { cards: [aNewCard({ suppressedReason: 'min_score' })] }));
  const moved = (await stores.watches.active()).find(({ id }) => id === watch.id) ?? watch;

  await stores.signals.recordScan(aScan(moved, { signals: [aSignal({ detectorId: 'rsi_reversal_v1' })] }));

  await placeNewCards(stores, NOW);
  const claimed = await claim();
  expect(claimed?.details).toMatchObject({ card: { ticker: 'WAKE', suppressedReason: null } });
  await stores.cards.markSent(claimed?.details.card.id ?? 0, { by: 'p1', messageId: 'm', at: NOW });
  expect(await stores.cards.outdated(10), 'the message shows both').toEqual([]);
});

test('a card whose signals were deleted does not hold up the next', async () => {
  await aPendingCard('GONE');
  await database.current.pool.query('DELETE FROM alerts');
  await aPendingCard('NEXT');

  expect((await claim())?.details.card.ticker).toBe('NEXT');
});

test('cards are counted by state, with the oldest that waits', async () => {
  const { stores } = database.current;
  expect((await stores.cards.counts()).oldestPendingAt).toBeNull();
  await aSentCard(stores, 'COUNT1');
  await aPendingCard('COUNT2');

  const { pending, sent, oldestPendingAt } = await stores.cards.counts();

  expect({ pending, sent, oldestPendingAt }).toEqual({
    pending: 1,
    sent: expect.any(Number),
    oldestPendingAt: FIRED_AT,
  });
});

test('there is nothing to say about a card that does not exist', async () => {
  expect(await database.current.stores.cards.details(999_999)).toBeNull();
});

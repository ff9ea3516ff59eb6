import { beforeEach, expect, test } from 'vitest';
import { withDatabase } from '../../support/database.ts';
import { aSignal, FIRED_AT } from '../../support/signals.ts';
import { aScan, aWatch, placeNewCards, seedDetectors } from '../../support/stored-desk.ts';

const SECOND = 1000;
const PLACED_AT = FIRED_AT + SECOND;
const NOW = FIRED_AT + 60 * SECOND;

const database = withDatabase();
beforeEach(async () => {
  await database.current.pool.query(
    'DELETE FROM outcomes; DELETE FROM alerts; DELETE FROM cards; DELETE FROM signals; DELETE FROM outbox',
  );
  await seedDetectors(database.current.stores);
});

const backlog = (now = NOW) => database.current.stores.backlog.read(now);
const query = (text: string, values: readonly unknown[] = []) =>
  database.current.pool.query(text, [...values]);
async function aDueCard(ticker: string): Promise<void> {
  const { stores } = database.current;
  await stores.signals.recordScan(aScan(await aWatch(stores, ticker)));
  await placeNewCards(stores, PLACED_AT);
}
const addMessage = (key: string, deliverAfter: number | null = null) =>
  query(
    `INSERT INTO outbox (key, channel_id, content, created_at, deliver_after)
     VALUES ($1, '1', '{"kind":"alarm","raised":[],"ended":[]}', $2, $3)`,
    [key, new Date(PLACED_AT), deliverAfter === null ? null : new Date(deliverAfter)],
  );

test('nothing waits where nothing was found', async () => {
  expect(await backlog()).toEqual({
    cards: { waiting: 0, oldestDueAt: null },
    messages: { waiting: 0, oldestDueAt: null },
    oldestUnlabelledAt: null,
  });
});

test('a card waits from when it was placed until it is sent, claimed or not', async () => {
  const { stores } = database.current;
  await aDueCard('WAITS');
  const placed = (await backlog()).cards;
  const claimed = await stores.cards.claim({ by: 'p', now: NOW, leaseMs: 60 * SECOND });
  const sending = (await backlog()).cards;
  await stores.cards.markSent(claimed?.details.card.id ?? 0, { by: 'p', messageId: 'm', at: NOW });

  expect(placed).toEqual({ waiting: 1, oldestDueAt: PLACED_AT });
  expect(sending).toEqual(placed);
  expect((await backlog()).cards).toEqual({ waiting: 0, oldestDueAt: null });
});

test('what is not due yet does not wait; what failed and is to be tried later does', async () => {
  const later = new Date(NOW + 3_600 * SECOND);
  await aDueCard('LATER');
  await query(`UPDATE cards SET deliver_after = $1`, [later]);
  await addMessage('tomorrow', later.getTime());
  const notDue = await backlog();
  await query('UPDATE cards SET attempts = 1');
  await query('UPDATE outbox SET attempts = 1, first_attempt_at = $1', [new Date(NOW - 5 * SECOND)]);
  const failed = await backlog();

  expect([notDue.cards.waiting, notDue.messages.waiting]).toEqual([0, 0]);
  expect(failed.cards).toEqual({ waiting: 1, oldestDueAt: PLACED_AT });
  expect(failed.messages).toEqual({ waiting: 1, oldestDueAt: NOW - 5 * SECOND });
});

test('the oldest signal of a month without any label is told, and none that has one', async () => {
  const { stores } = database.current;
  const watch = await aWatch(stores, 'LABELS');
  const older = FIRED_AT - 300 * SECOND;
  const signals = [aSignal({ firedAt: older }), aSignal()];
  await stores.signals.recordScan(aScan(watch, { signals, cards: [] }));
  const both = (await backlog()).oldestUnlabelledAt;
  await query(
    `INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, ret_close, max_run_up, max_drawdown,
       hit_tp1, hit_tp2, hit_tp3, hit_stop, label_version)
     SELECT id, fired_at, '5m', 5, 0.01, 0.02, -0.003, false, false, false, false, 1 FROM signals WHERE fired_at = $1`,
    [new Date(older)],
  );

  expect(both).toBe(older);
  expect((await backlog()).oldestUnlabelledAt).toBe(FIRED_AT);
  expect((await backlog(NOW + 32 * 86_400 * SECOND)).oldestUnlabelledAt).toBeNull();
});

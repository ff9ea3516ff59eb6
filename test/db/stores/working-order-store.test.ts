import { Decimal } from 'decimal.js';
import { beforeAll, expect, test } from 'vitest';
import type { NewOrderFill } from '../../../src/app/ports.ts';
import { withDatabase } from '../../support/database.ts';
import { FIRED_AT } from '../../support/signals.ts';
import { aSentCard, seedDetectors } from '../../support/stored-desk.ts';

const database = withDatabase();
const NOW = FIRED_AT + 10_000;
beforeAll(() => seedDetectors(database.current.stores));

/** Ann's limit order for 100 shares of a ticker at 187.42. */
async function aWorkingOrder(ticker: string): Promise<number> {
  const { stores } = database.current;
  const cardId = await aSentCard(stores, ticker);
  const entered = await stores.decisions.enter(
    { cardId, action: 'enter', userId: 'ann', interactionId: `enter-${ticker}`, decidedAt: NOW },
    {
      kind: 'working',
      qty: new Decimal(100),
      price: new Decimal('187.42'),
      feeUsd: new Decimal(0),
      stopPrice: new Decimal('185.1'),
    },
  );
  if (!entered?.orderId) throw new Error('no order was written');
  return entered.orderId;
}

function aFill(orderId: number, overrides: Partial<NewOrderFill> = {}): NewOrderFill {
  return {
    orderId,
    traderId: 'ann',
    interactionId: `fill-${orderId}`,
    qty: new Decimal(100),
    price: new Decimal('187.40'),
    feeUsd: new Decimal(1),
    filledAt: NOW + 60_000,
    ...overrides,
  };
}

async function fillsOf(orderId: number): Promise<string[]> {
  const { rows } = await database.current.pool.query<{ qty: string }>(
    `SELECT qty FROM executions WHERE order_id = $1 AND tag = 'ENTRY' ORDER BY id`,
    [orderId],
  );
  return rows.map(({ qty }) => qty);
}

test('a working order is found by its trader and by nobody else', async () => {
  const { workingOrders } = database.current.stores;
  const id = await aWorkingOrder('MINE');

  expect(await workingOrders.find('bob', id)).toBeNull();
  expect(await workingOrders.find('ann', id)).toMatchObject({
    id,
    ticker: 'MINE',
    side: 'long',
    qty: new Decimal(100),
    qtyOpen: new Decimal(100),
    limitPrice: new Decimal('187.42'),
    stopPrice: new Decimal('185.1'),
  });
  expect((await workingOrders.of('ann')).map((order) => order.id)).toContain(id);
});

test('filled in two parts it works until the last share', async () => {
  const { workingOrders } = database.current.stores;
  const id = await aWorkingOrder('PARTS');

  const first = await workingOrders.fill(aFill(id, { qty: new Decimal(40), interactionId: 'parts-1' }));
  const between = await workingOrders.find('ann', id);
  const second = await workingOrders.fill(aFill(id, { qty: new Decimal(60), interactionId: 'parts-2' }));

  expect([first, second]).toEqual(['written', 'written']);
  expect(between?.qtyOpen).toEqual(new Decimal(60));
  expect(await workingOrders.find('ann', id)).toBeNull();
  expect(await fillsOf(id)).toEqual(['40', '60']);
});

test('the same form twice is one fill, and two at once cannot fill more than was ordered', async () => {
  const { workingOrders } = database.current.stores;
  const id = await aWorkingOrder('TWICE');
  const fill = (interactionId: string) =>
    workingOrders.fill(aFill(id, { qty: new Decimal(70), interactionId }));

  const outcomes = await Promise.all([fill('twice-1'), fill('twice-1'), fill('twice-2')]);

  expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
  expect(await fillsOf(id)).toEqual(['70']);
});

test('more shares than wait, and another trader, write nothing', async () => {
  const { workingOrders } = database.current.stores;
  const id = await aWorkingOrder('MORE');

  expect(await workingOrders.fill(aFill(id, { qty: new Decimal(101) }))).toBe('too_many');
  expect(await workingOrders.fill(aFill(id, { traderId: 'bob' }))).toBe('gone');
  expect(await fillsOf(id)).toEqual([]);
});

test('a cancelled order can neither be filled nor cancelled again, and the audit log knows', async () => {
  const { workingOrders, audit } = database.current.stores;
  const id = await aWorkingOrder('CANCEL');
  const cancel = () => workingOrders.cancel({ traderId: 'ann', orderId: id, at: NOW });

  expect([await cancel(), await cancel()]).toEqual([true, false]);
  expect(await workingOrders.fill(aFill(id))).toBe('gone');
  expect(await audit.list({ actor: 'ann', action: 'order_cancelled', limit: 5 })).toMatchObject([
    { target: `order ${id}` },
  ]);
});

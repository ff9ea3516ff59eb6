import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Seen } from '../../../src/sandbox/discord/interaction.ts';
import type { UiMessage } from '../../../src/sandbox/discord/ui-protocol.ts';
import { withDatabase } from '../../support/database.ts';
import { forgeMessage } from '../../support/forged.ts';
import { type RunningDesk, startRunningDesk } from '../../support/running-desk.ts';

const database = withDatabase();
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
});
afterAll(async () => {
  await desk.close();
  expect(desk.discord.violations.filter(({ what }) => what === 'request')).toEqual([]);
});

const FILL = { kind: 'filled', qty: '100', price: '100.50', fee: '', stop: '99.20' };

async function rows(statement: string): Promise<Record<string, unknown>[]> {
  return (await database.current.pool.query(statement)).rows;
}

async function written(): Promise<Record<string, unknown> | undefined> {
  const [row] = await rows(`SELECT (SELECT count(*)::int FROM decisions) AS decisions,
    (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM executions) AS executions`);
  return row;
}

/** What was put before one person alone. */
function privately(seen: Seen): UiMessage {
  if ((seen.kind === 'message' || seen.kind === 'update') && seen.message.ephemeralFor !== undefined)
    return seen.message;
  throw new Error(`saw ${JSON.stringify(seen)}`);
}

/** Text inputs and choices of the form that was opened, by custom id. */
function form(seen: Seen): Record<string, unknown> {
  if (seen.kind !== 'modal') throw new Error(`saw ${JSON.stringify(seen)}`);
  const parts = seen.modal.components as { component?: Record<string, unknown> }[];
  return Object.fromEntries(
    parts.flatMap(({ component }) => (component ? [[component.custom_id, component.value ?? null]] : [])),
  );
}

const alice = () => desk.discord.person('alice');
const receiptOf = (text: string) => desk.discord.waitForMessage(({ content }) => content.includes(text));

describe('a working limit order', () => {
  it('has no execution until its Filled button', async () => {
    const message = await desk.postCard();
    const before = await written();

    await alice().click(message, 'Enter');
    await alice().submitModal({ ...FILL, kind: 'working', qty: '11', price: '100.10' });
    const receipt = await receiptOf('buy 11 NVDA');
    const between = await written();
    const opened = await alice().click(receipt, 'Filled');
    const filled = privately(await alice().submitModal({ qty: '11', price: '100.05', fee: '1' }));

    expect(between).toEqual({
      decisions: Number(before?.decisions) + 1,
      orders: Number(before?.orders) + 1,
      executions: before?.executions,
    });
    expect(form(opened)).toEqual({ qty: '11', price: '100.10', fee: null });
    expect(filled.content).toContain('Bought 11 NVDA at 100.05. Journalled as a fill of order');
    expect(
      await rows(`SELECT o.status, e.qty, e.price, e.fee, e.tag FROM executions e JOIN orders o ON o.id = e.order_id
        ORDER BY e.id DESC LIMIT 1`),
    ).toEqual([{ status: 'filled', qty: '11', price: '100.050000', fee: '1.000000', tag: 'ENTRY' }]);
  });

  it('is found again by /orders, and by Enter on its card', async () => {
    const message = await desk.postCard();
    await alice().click(message, 'Enter');
    await alice().submitModal({ ...FILL, kind: 'working', qty: '13' });
    await receiptOf('buy 13 NVDA');

    const list = privately(await alice().command('orders'));
    const opened = await alice().click(message, 'Enter');

    expect(list.content).toContain('buy 13 NVDA at 100.50, stop 99.20');
    expect(opened).toMatchObject({ kind: 'modal', modal: { title: 'Filled NVDA 5m long' } });
    await alice().submitModal({ qty: '13', price: '100.50', fee: '' });
    await receiptOf('Bought 13 NVDA');
    expect(JSON.stringify(desk.discord.message(message.id)?.embeds), 'the card stays').toContain('entered');
  });

  it('filled in part keeps its buttons for the rest', async () => {
    const message = await desk.postCard();
    await alice().click(message, 'Enter');
    await alice().submitModal({ ...FILL, kind: 'working', qty: '17' });
    const receipt = await receiptOf('buy 17 NVDA');

    await alice().click(receipt, 'Filled');
    const partly = privately(await alice().submitModal({ qty: '10', price: '100', fee: '' }));
    await alice().click(partly, 'Filled');
    const tooMany = privately(await alice().submitModal({ qty: '8', price: '100', fee: '' }));

    expect(partly.content).toContain('7 shares still wait');
    expect(tooMany.content).toContain('Only 7 shares of this order are still waiting, not 8');
  });

  it('can be cancelled, and the card entered anew', async () => {
    const message = await desk.postCard();
    await alice().click(message, 'Enter');
    await alice().submitModal({ ...FILL, kind: 'working', qty: '19' });
    const receipt = await receiptOf('buy 19 NVDA');

    const cancelled = privately(await alice().click(receipt, 'Cancel order'));
    const forged = await forgeMessage(desk.discord, 'order:cancel:999999');
    const late = privately(await alice().click(forged, 'Go'));
    const opened = await alice().click(message, 'Enter');
    await alice().submitModal({ ...FILL, qty: '23' });

    expect(cancelled.content).toContain('19 NVDA is cancelled here');
    expect(late.content).toContain('You have no working order 999999');
    expect(opened).toMatchObject({ kind: 'modal', modal: { title: 'Enter NVDA 5m long' } });
    await receiptOf('Bought 23 NVDA');
  });

  it('is nobody else’s', async () => {
    const message = await desk.postCard();
    await alice().click(message, 'Enter');
    await alice().submitModal({ ...FILL, kind: 'working', qty: '29' });
    await receiptOf('buy 29 NVDA');
    const [{ id } = {}] = await rows('SELECT max(id)::int AS id FROM orders');
    const forged = await forgeMessage(desk.discord, `order:cancel:${id}`);
    const before = await written();

    const seen = privately(await desk.discord.person('bob').click(forged, 'Go'));

    expect(seen.content).toContain(`You have no working order ${id}`);
    expect(await written()).toEqual(before);
  });
});

describe('Fix it', () => {
  it('opens the form as it was typed, also after a restart, and the card learns of the entry', async () => {
    const message = await desk.postCard();
    await alice().click(message, 'Enter');
    const refused = privately(await alice().submitModal({ ...FILL, qty: '31', price: 'abc', fee: '2' }));

    await desk.restart();
    const opened = await alice().click(refused, 'Fix it');
    const still = privately(await alice().submitModal({ ...FILL, qty: '31', fee: '2', stop: '101' }));
    await alice().click(still, 'Fix it');
    const receipt = privately(await alice().submitModal({ ...FILL, qty: '31', fee: '2' }));

    expect(refused.content).toContain('The price "abc" is not a number');
    expect(form(opened)).toMatchObject({ qty: '31', price: 'abc', fee: '2', stop: '99.20' });
    expect(still.content).toContain('must be below the price');
    expect(receipt.content).toContain('Bought 31 NVDA at 100.50, fee 2.00, stop 99.20');
    expect(receipt.components).toEqual([]);
    await expect
      .poll(() => JSON.stringify(desk.discord.message(message.id)?.embeds))
      .toContain(`<@${desk.discord.people.alice}> entered`);
  });

  it('is for the person who typed it alone', async () => {
    const message = await desk.postCard();
    await alice().click(message, 'Enter');
    const refused = privately(await alice().submitModal({ ...FILL, qty: '0' }));
    const [{ id } = {}] = await rows('SELECT max(id)::int AS id FROM entry_drafts');

    const forged = await forgeMessage(desk.discord, `entry:fix:${id}`);
    const seen = privately(await desk.discord.person('bob').click(forged, 'Go'));

    expect(refused.components).not.toEqual([]);
    expect(seen.content).toContain('no longer kept');
  });
});

describe('/risk', () => {
  it('is private, and lets Enter compute the quantity', async () => {
    const said = privately(await alice().command('risk', { usd: 100 }, 'set'));
    const message = await desk.postCard();

    const opened = await alice().click(message, 'Enter');
    const bobs = await desk.discord.person('bob').click(message, 'Enter');

    expect(said.content).toContain('You risk 100.00 USD a trade');
    const [{ shares } = {}] = await rows(`SELECT floor(100 / abs((payload->'levels'->>'entry')::numeric -
      (payload->'levels'->>'stop')::numeric))::text AS shares FROM alerts WHERE kind = 'signal' ORDER BY id DESC LIMIT 1`);
    expect(form(opened).price, 'the last close is older than a minute').toBeNull();
    expect(form(opened).qty).toBe(shares);
    expect(form(bobs).qty).toBeNull();
  });

  it('warns beyond the daily limit and blocks nothing', async () => {
    await alice().command('risk', { usd: 100, 'daily-limit': 120 }, 'set');
    const message = await desk.postCard();
    await alice().click(message, 'Enter');
    await alice().submitModal({ ...FILL, qty: '370', price: '100', stop: '99' });

    const receipt = await receiptOf('Bought 370 NVDA');

    expect(receipt.content).toContain(
      '⚠️ You are down 0.00 USD today. Stopped out here, that makes 370.00 USD, beyond your daily limit of 120.00 USD.',
    );
  });

  it('refuses a daily limit below one trade, and is switched off', async () => {
    const refused = privately(await alice().command('risk', { usd: 100, 'daily-limit': 50 }, 'set'));
    const off = privately(await alice().command('risk', {}, 'off'));
    const shown = privately(await alice().command('risk', {}, 'show'));

    expect(refused.content).toContain('The daily limit of 50 USD is less than');
    expect([off.content, shown.content]).toEqual(
      Array(2).fill(expect.stringContaining('You type quantities')),
    );
  });
});

describe('a reason after Ignore', () => {
  it('takes one tap, and the buttons go', async () => {
    const message = await desk.postCard();
    await alice().click(message, 'Ignore');
    const asked = JSON.stringify(desk.discord.message(message.id)?.components);

    await alice().click(message, 'Already in');

    const card = desk.discord.message(message.id);
    expect(asked).toContain('"label":"Spread"');
    expect(JSON.stringify(card?.components)).not.toContain('Already in');
    expect(JSON.stringify(card?.embeds)).toContain(`<@${desk.discord.people.alice}> ignored it (already in)`);
    expect(await rows(`SELECT action, reasons FROM decisions ORDER BY id DESC LIMIT 1`)).toEqual([
      { action: 'ignore', reasons: ['already_in'] },
    ]);
  });

  it('is taken only from somebody who ignored it', async () => {
    const message = await desk.postCard();
    await alice().click(message, 'Ignore');
    const before = await written();

    const seen = privately(await desk.discord.person('bob').click(message, 'Spread'));

    expect(seen.content).toContain('you did not ignore it');
    expect(await written()).toEqual(before);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { refreshCards } from '../../../src/app/cards/refresh-cards.ts';
import { newYorkClock } from '../../../src/domain/new-york-time.ts';
import type { Seen } from '../../../src/sandbox/discord/interaction.ts';
import { withDatabase } from '../../support/database.ts';
import { type RunningDesk, startRunningDesk } from '../../support/running-desk.ts';

const database = withDatabase();
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startRunningDesk(database.current);
});
afterAll(async () => {
  await desk.close();
  expect(desk.discord.violations.filter(({ what }) => what === 'request')).toEqual([]);
  expect(desk.discord.unhandledRoutes).toEqual([]);
});

const FILL = { qty: '100', price: '100.50', fee: '', stop: '99.20' };

async function rows(statement: string): Promise<Record<string, unknown>[]> {
  return (await database.current.pool.query(statement)).rows;
}

/** How much is written, to prove that a refusal wrote nothing. */
async function written(): Promise<Record<string, unknown> | undefined> {
  const [row] = await rows(`SELECT (SELECT count(*)::int FROM decisions) AS decisions,
    (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM executions) AS executions`);
  return row;
}

function ephemeral(seen: Seen): string {
  if (seen.kind !== 'message' || seen.message.ephemeralFor === undefined)
    throw new Error(`saw ${JSON.stringify(seen)}`);
  return seen.message.content;
}

describe('a card', () => {
  it('arrives with its chart and says that its prices are simulated', async () => {
    const message = await desk.postCard();

    expect(message.content).toBe('🟢 LONG NVDA 5m · 100.00 · breakout · score 0.80');
    expect(message.embeds[0]?.footer?.text).toContain('Simulated prices');
  });

  it('is headed by the highest score of its detectors', async () => {
    const message = await desk.postCard({}, { detectorId: 'vwap_reclaim_v1', score: 0.9 });

    expect(message.content).toContain('VWAP reclaim +1 · score 0.90');
  });
});

describe('Ignore, Watch and Snooze', () => {
  it.each([
    ['Ignore', 'ignore', 'ignored it'],
    ['Watch', 'watch', 'watches it'],
    ['Snooze', 'snooze', 'snoozed it'],
  ])('%s writes one decision for each signal and shows it on the card', async (label, action, words) => {
    const message = await desk.postCard({}, { detectorId: 'vwap_reclaim_v1', score: 0.7 });
    const before = await written();

    const seen = await desk.discord.person('alice').click(message, label);

    expect(seen.kind).toBe('update');
    expect(JSON.stringify(desk.discord.message(message.id)?.embeds)).toContain(
      `<@${desk.discord.people.alice}> ${words}`,
    );
    expect(desk.discord.message(message.id)?.embeds[0]?.image?.url).toBe(message.embeds[0]?.image?.url);
    expect(
      await rows(
        `SELECT action, decided_by, latency_ms IS NOT NULL AS timed FROM decisions ORDER BY id DESC LIMIT 2`,
      ),
    ).toEqual(Array(2).fill({ action, decided_by: desk.discord.people.alice, timed: true }));
    expect(await written()).toEqual({ ...before, decisions: Number(before?.decisions) + 2 });
  });

  it('tells a second identical click when the first was, and writes nothing', async () => {
    const message = await desk.postCard();
    const first = desk.now;
    await desk.discord.person('alice').click(message, 'Ignore');
    const before = await written();
    desk.now += 60_000;

    const said = ephemeral(await desk.discord.person('alice').click(message, 'Ignore'));

    desk.now = first;
    expect(said).toContain(
      `You already ignored this at ${newYorkClock(first)} ET (<t:${Math.floor(first / 1000)}:R>)`,
    );
    expect(await written()).toEqual(before);
  });

  it('lets a person change their mind, and shows what two people decided', async () => {
    const message = await desk.postCard();

    await desk.discord.person('alice').click(message, 'Ignore');
    await desk.discord.person('alice').click(message, 'Watch');
    await desk.discord.person('bob').click(message, 'Snooze');

    const { alice, bob } = desk.discord.people;
    const shown = JSON.stringify(desk.discord.message(message.id)?.embeds);
    expect(shown).toContain(`<@${alice}> watches it`);
    expect(shown).toContain(`<@${bob}> snoozed it`);
    expect(shown).not.toContain('ignored it');
  });

  it('leaves nothing for the refresh job to do', async () => {
    const message = await desk.postCard();

    await desk.discord.person('alice').click(message, 'Watch');

    await vi.waitFor(async () => expect(await database.current.stores.cards.outdated(10)).toEqual([]));
  });

  it('keeps a decision whose card could not be updated in time, and the refresh job shows it', async () => {
    const message = await desk.postCard();
    desk.discord.faults.add({ method: 'POST', path: /callback$/, delayMs: 400 });
    desk.discord.clocks.ackMs = 200;

    const seen = await desk.discord.person('alice').click(message, 'Watch');
    await vi.waitFor(async () => expect(await database.current.stores.cards.outdated(10)).toHaveLength(1));
    await vi.waitFor(() =>
      expect(desk.log.lines).toContainEqual(
        expect.objectContaining({ data: expect.objectContaining({ code: 10062 }) }),
      ),
    );
    // The card must stay due: give a wrong "it is shown" the time to be written.
    await sleep(100);
    desk.discord.faults.reset();
    const edited = await refreshCards(desk.bot.desk.services);

    expect(seen.kind).toBe('failed');
    expect(edited).toBe(1);
    expect(JSON.stringify(desk.discord.message(message.id)?.embeds)).toContain('watches it');
    expect(await database.current.stores.cards.outdated(10)).toEqual([]);
  });

  it('works on an old card after a restart of the bot', async () => {
    const message = await desk.postCard();

    await desk.restart();
    const seen = await desk.discord.person('bob').click(message, 'Watch');

    expect(seen.kind).toBe('update');
  });
});

describe('Enter', () => {
  it('opens its form at once and writes decision, order and execution together', async () => {
    const message = await desk.postCard();
    const before = await written();

    const opened = await desk.discord.person('alice').click(message, 'Enter');
    const seen = await desk.discord.person('alice').submitModal(FILL);

    expect(opened).toMatchObject({ kind: 'modal', modal: { title: 'Enter NVDA 5m long' } });
    expect(seen.kind).toBe('update');
    expect(await written()).toEqual({
      decisions: Number(before?.decisions) + 1,
      orders: Number(before?.orders) + 1,
      executions: Number(before?.executions) + 1,
    });
    expect(
      await rows(`SELECT o.side, o.trader_id, o.stop_price::text AS stop, e.qty::text AS qty, e.price::text AS price, e.tag
        FROM orders o JOIN executions e ON e.order_id = o.id ORDER BY e.id DESC LIMIT 1`),
    ).toEqual([
      {
        side: 'buy',
        trader_id: desk.discord.people.alice,
        stop: '99.200000',
        qty: '100',
        price: '100.500000',
        tag: 'ENTRY',
      },
    ]);
  });

  it('shows who entered and never how much; the person alone gets the receipt', async () => {
    const message = await desk.postCard();

    await desk.discord.person('alice').click(message, 'Enter');
    await desk.discord.person('alice').submitModal({ ...FILL, qty: '7,777' });

    const receipt = await desk.discord.waitForMessage(({ content }) => content.includes('7,777'));
    expect(receipt.ephemeralFor).toBe(desk.discord.people.alice);
    const shown = JSON.stringify(desk.discord.message(message.id));
    expect(shown).toContain(`<@${desk.discord.people.alice}> entered`);
    expect(shown).not.toMatch(/7,?777/);
  });

  it.each([
    [{ qty: '-100' }, 'The quantity must be more than 0'],
    [{ qty: '0' }, 'The quantity must be more than 0'],
    [{ price: 'abc' }, 'The price "abc" is not a number'],
    [{ price: '1e3' }, 'is not a number'],
    [{ fee: '-1' }, 'The fee cannot be negative'],
    [{ stop: '101' }, 'must be below the price'],
  ])('refuses %j in a sentence, writes nothing and stays up', async (wrong, sentence) => {
    const message = await desk.postCard();
    const before = await written();

    await desk.discord.person('bob').click(message, 'Enter');
    const said = ephemeral(await desk.discord.person('bob').submitModal({ ...FILL, ...wrong }));

    expect(said).toContain(sentence);
    expect(await written()).toEqual(before);
    expect((await desk.discord.person('bob').click(message, 'Watch')).kind).toBe('update');
  });

  it('tells a second entry when the first was, and journals it once', async () => {
    const message = await desk.postCard();
    await desk.discord.person('alice').click(message, 'Enter');
    await desk.discord.person('alice').submitModal({ ...FILL, qty: '33' });
    await desk.discord.waitForMessage(({ content }) => content.includes('Bought 33 NVDA'));
    const before = await written();

    await desk.discord.person('alice').click(message, 'Enter');
    const said = ephemeral(await desk.discord.person('alice').submitModal({ ...FILL, qty: '44' }));

    await desk.discord.person('bob').click(message, 'Ignore');
    expect(said).toContain('You already entered this');
    expect(JSON.stringify(desk.discord.messages(message.channel_id))).not.toContain('Bought 44');
    expect(await written()).toEqual({ ...before, decisions: Number(before?.decisions) + 1 });
  });
});

describe('refusals', () => {
  it.each(['Enter', 'Ignore', 'Watch', 'Snooze'])(
    'refuses %s from a person without the role and audits it',
    async (label) => {
      const message = await desk.postCard();
      const before = await written();

      const said = ephemeral(await desk.discord.person('dave').click(message, label));

      expect(said).toContain(`<@&${desk.discord.roles.trader}>`);
      expect(await written()).toEqual(before);
      await vi.waitFor(async () =>
        expect(await rows(`SELECT actor, target FROM audit_log ORDER BY id DESC LIMIT 1`)).toEqual([
          { actor: desk.discord.people.dave, target: `card:${label.toLowerCase()}` },
        ]),
      );
    },
  );

  it.each(['Enter', 'Ignore'])(
    'says of %s on a card that no longer exists that it does not',
    async (label) => {
      const message = await desk.postCard();
      await rows(`DELETE FROM alerts; DELETE FROM cards WHERE message_id = '${message.id}'`);
      const before = await written();

      const said = ephemeral(await desk.discord.person('alice').click(message, label));

      expect(said).toContain('This card no longer exists');
      expect(await written()).toEqual(before);
    },
  );
});

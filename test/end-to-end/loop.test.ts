import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UiMessage } from '../../src/sandbox/discord/ui-protocol.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { startTestDesk, type TestDesk } from '../support/desk.ts';

/** 15:00 New York on a Wednesday of the simulated market. */
const START = Date.UTC(2026, 5, 10, 19);

describe('the whole loop, over real sockets and a real database', () => {
  let desk: TestDesk;
  let cards: UiMessage[];

  const rows = async (sql: string, values: unknown[] = []) =>
    (await desk.database.pool.query(sql, values)).rows;
  const alerts = () => desk.discord.messages(desk.discord.channels.alerts);
  const current = (card: UiMessage) => desk.discord.message(card.id) ?? card;
  const fieldOf = (message: UiMessage, name: string) =>
    message.embeds[0]?.fields?.find((field) => field.name === name)?.value ?? '';

  beforeAll(async () => {
    desk = await startTestDesk({ prices: createSimulatedPrices(1), start: START });
    for (const ticker of ['SPY', 'NVDA', 'TSLA', 'AAPL']) await desk.watch(ticker, '5m');
    while (alerts().length < 4) await desk.stepUntilCard('5m');
    cards = alerts().toReversed(); // the newest can still be entered
  }, 120_000);
  afterAll(() => desk.close());

  const cardAt = (index: number): UiMessage => {
    const card = cards[index];
    if (card === undefined) throw new Error(`there is no card ${index}`);
    return card;
  };

  it('posts a card with a headline for the phone, levels, buttons and a picture', async () => {
    const card = cardAt(0);

    const image = await fetch(card.embeds[0]?.image?.url ?? '');
    const bytes = new Uint8Array(await image.arrayBuffer());

    expect(card.content).toMatch(/^(🟢 LONG|🔴 SHORT) [A-Z]+ 5m · \d+\.\d\d · .+ · score [01]\.\d\d$/);
    expect(fieldOf(card, 'Levels')).toMatch(/TP3[\s\S]*Entry[\s\S]*Stop|Stop[\s\S]*Entry[\s\S]*TP3/);
    expect(JSON.stringify(card.components)).toMatch(/Enter.*Ignore.*Watch.*Snooze/);
    expect([...bytes.slice(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(bytes.length).toBeGreaterThan(10_000);
  });

  it('writes decision, order and ENTRY execution together when Alice enters', async () => {
    const card = cardAt(0);
    const side = card.content.includes('LONG') ? 'long' : 'short';
    const alice = desk.discord.person('alice');

    const form = await alice.click(card, 'Enter');
    const seen = await alice.submitModal({ qty: '1,200', price: '187.42', fee: '1.25', stop: '' });

    expect(form.kind).toBe('modal');
    expect(seen.kind).toBe('update');
    const decisions = await rows(
      `SELECT action, decided_by, latency_ms FROM decisions WHERE action = 'enter'`,
    );
    const [order, ...others] = await rows(`SELECT side, qty, status, trader_id, signal_id FROM orders`);
    const executions = await rows(`SELECT qty, price, fee, tag FROM executions`);
    expect(decisions.length).toBeGreaterThan(0);
    expect(decisions[0]).toMatchObject({ decided_by: desk.discord.people.alice });
    expect(Number(decisions[0]?.latency_ms)).toBeGreaterThanOrEqual(0);
    expect(others).toEqual([]);
    expect(order).toMatchObject({ side: side === 'long' ? 'buy' : 'short', qty: '1200', status: 'filled' });
    expect(executions).toEqual([{ qty: '1200', price: '187.420000', fee: '1.250000', tag: 'ENTRY' }]);
    expect(fieldOf(current(card), 'Decisions')).toContain(`<@${desk.discord.people.alice}> entered`);
    expect(JSON.stringify(current(card)), 'never how much').not.toContain('1200');
  });

  it('lets Bob ignore, watch and snooze, each a row of its own', async () => {
    const bob = desk.discord.person('bob');

    await bob.click(cardAt(0), 'Ignore');
    await bob.click(cardAt(1), 'Watch');
    await bob.click(cardAt(2), 'Snooze');

    const decided = await rows(
      `SELECT DISTINCT card_id, action FROM decisions WHERE decided_by = $1 ORDER BY card_id DESC`,
      [desk.discord.people.bob],
    );
    expect(decided.map(({ action }) => action)).toEqual(['ignore', 'watch', 'snooze']);
    expect(fieldOf(current(cardAt(0)), 'Decisions')).toMatch(/entered[\s\S]*ignored|ignored[\s\S]*entered/);
  });

  it('writes nothing for a second identical click, and says when the first was', async () => {
    const before = await rows('SELECT count(*) FROM decisions');

    const seen = await desk.discord.person('bob').click(cardAt(0), 'Ignore');

    expect(seen).toMatchObject({
      kind: 'message',
      message: { content: expect.stringContaining('You already ignored') },
    });
    expect(await rows('SELECT count(*) FROM decisions')).toEqual(before);
  });

  it('refuses a person without a role, in private and in the audit log', async () => {
    const before = await rows('SELECT count(*) FROM decisions');

    const seen = await desk.discord.person('dave').click(cardAt(0), 'Watch');

    expect(seen).toMatchObject({ kind: 'message', message: { ephemeralFor: desk.discord.people.dave } });
    expect(await rows('SELECT count(*) FROM decisions')).toEqual(before);
    await expect
      .poll(() => rows(`SELECT actor, target FROM audit_log WHERE action = 'refused'`))
      .toEqual([{ actor: desk.discord.people.dave, target: 'card:watch' }]);
  });

  it('keeps old buttons working after a restart', async () => {
    await desk.restart();

    const seen = await desk.discord.person('bob').click(cardAt(3), 'Ignore');

    expect(seen.kind).toBe('update');
    expect(fieldOf(current(cardAt(3)), 'Decisions')).toContain(`<@${desk.discord.people.bob}> ignored it`);
  });

  it('posts nothing twice when the same moment is scanned again', async () => {
    const before = alerts().length;
    const signals = await rows('SELECT count(*) FROM signals');

    await desk.bot().desk.scanner.scanDue(desk.now());
    await desk.restart();

    expect(alerts()).toHaveLength(before);
    expect(await rows('SELECT count(*) FROM signals')).toEqual(signals);
  });

  it('labels what is complete, and shows it in /stats detectors', async () => {
    const steps = 78 * 2;
    for (let step = 0; step < steps; step += 1) await desk.step('5m');
    const carol = desk.discord.person('carol');

    const labelled = await carol.command('label-run');
    const stats = await desk.discord.person('alice').command('stats', {}, 'detectors');

    const outcomes = await rows(
      `SELECT horizon_bars, count(*)::int AS n FROM outcomes GROUP BY 1 ORDER BY 1`,
    );
    expect(outcomes.map(({ horizon_bars }) => horizon_bars)).toEqual(expect.arrayContaining([5, 15, 20, 60]));
    expect(labelled).toMatchObject({ kind: 'message' });
    expect(stats).toMatchObject({ kind: 'message' });
    expect(JSON.stringify(stats)).toMatch(/breakout|MACD cross|VWAP reclaim|RSI reversal|Bollinger squeeze/i);
  }, 120_000);
});

import { MessageFlags, Routes } from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OutboxPost, Reminder } from '../../src/app/ports.ts';
import { createMessenger } from '../../src/discord/messenger.ts';
import type { CardDetails } from '../../src/domain/card.ts';
import { aCard, someDetails } from '../support/cards.ts';
import { startTestBot, type TestBot } from '../support/discord-bot.ts';
import { ONE_PIXEL_PNG } from '../support/local-discord.ts';
import { FIRED_AT } from '../support/signals.ts';

let bot: TestBot;
let nextId = 1000;
beforeAll(async () => {
  bot = await startTestBot();
});
afterEach(() => bot.discord.faults.reset());
afterAll(() => bot.close());

/** Details of a card of its own in the alerts channel, so that tests do not meet. */
function inAlerts(overrides: Partial<CardDetails['card']> = {}): CardDetails {
  return someDetails({ card: aCard({ id: nextId++, channelId: bot.discord.channels.alerts, ...overrides }) });
}

function messenger() {
  return createMessenger(bot.client, { notice: null });
}

function posted(cardId: number) {
  return bot.discord
    .messages(bot.discord.channels.alerts)
    .filter((message) => JSON.stringify(message.components).includes(`card:enter:${cardId}"`));
}

describe('posting a card', () => {
  it('shows headline, chart and buttons, mentions nobody and comes without a sound', async () => {
    const details = inAlerts();

    const id = await messenger().postCard(details, ONE_PIXEL_PNG, 'nonce-a');

    const message = bot.discord.message(id);
    expect(message?.content).toContain('LONG NVDA 5m');
    expect(message?.embeds[0]?.image?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/attachments\/.*chart\.png/);
    expect(message?.attachments).toEqual([]);
    expect(message?.mentions).toEqual([]);
    expect(message?.flags).toBe(MessageFlags.SuppressNotifications);
    expect(bot.discord.journal.at(-1)?.body).toMatchObject({ nonce: 'nonce-a', enforce_nonce: true });
  });

  it('posts without a picture when there is none', async () => {
    const id = await messenger().postCard(inAlerts(), null, 'nonce-b');

    expect(bot.discord.message(id)?.embeds[0]?.image).toBeUndefined();
  });

  it.each([
    { what: '502 after Discord stored it', fault: { status: 502, after: true } },
    { what: 'reset after Discord stored it', fault: { drop: 'after', reset: true } },
  ] as const)('posts once although the library repeats: $what', async ({ fault }) => {
    const details = inAlerts();
    bot.discord.faults.add({ method: 'POST', path: /messages$/, ...fault });

    await messenger().postCard(details, ONE_PIXEL_PNG, `nonce-${details.card.id}`);

    expect(posted(details.card.id)).toHaveLength(1);
  });

  it('calls an early end of the connection unavailable, and the same nonce keeps it one message', async () => {
    const details = inAlerts();
    const nonce = `nonce-${details.card.id}`;
    bot.discord.faults.add({ method: 'POST', path: /messages$/, drop: 'after' });

    await expect(messenger().postCard(details, ONE_PIXEL_PNG, nonce)).rejects.toMatchObject({
      code: 'unavailable',
    });
    const id = await messenger().postCard(details, ONE_PIXEL_PNG, nonce);

    expect(posted(details.card.id).map((message) => message.id)).toEqual([id]);
  });

  it('calls a Discord that is down unavailable', async () => {
    bot.discord.faults.add({ method: 'POST', path: /messages$/, status: 503, times: 4 });

    await expect(messenger().postCard(inAlerts(), ONE_PIXEL_PNG, 'nonce-c')).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('asks for no message where a permission is missing, and names it', async () => {
    const { alerts } = bot.discord.channels;
    const updated = new Promise((resolve) => bot.client.once('channelUpdate', resolve));
    bot.discord.faults.denyBot(alerts, ['AttachFiles']);
    await updated;
    const before = bot.discord.journal.length;

    const refused = messenger().postCard(inAlerts(), ONE_PIXEL_PNG, 'nonce-d');

    await expect(refused).rejects.toMatchObject({
      code: 'forbidden',
      message: `The bot lacks Attach Files in <#${alerts}>. Allow it in the channel's settings.`,
    });
    expect(bot.discord.journal.length).toBe(before);
  });

  it('refuses a channel that does not exist', async () => {
    const details = inAlerts({ channelId: '999999999999999999' });

    await expect(messenger().postCard(details, ONE_PIXEL_PNG, 'nonce-e')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('posting what is no card', () => {
  const aTouch = (original: CardDetails): OutboxPost => ({
    id: 1,
    key: `touch ${original.card.id}`,
    channelId: bot.discord.channels.alerts,
    cardId: original.card.id,
    content: { kind: 'alarm', raised: [{ kind: 'backup_late', subject: '' }], ended: [] },
    attempts: 1,
    firstAttemptAt: null,
    replyTo: original,
    mention: [],
  });
  const aReminder = (original: CardDetails): Reminder => ({
    card: { ...original.card, id: nextId++, kind: 'reminder', originalId: original.card.id },
    original,
    mention: [bot.discord.people.alice],
    price: { usd: 100.4, ageMs: 60_000 },
  });

  it.each([
    ['a message', (to: CardDetails, nonce: string) => messenger().postMessage(aTouch(to), nonce)],
    ['a reminder', (to: CardDetails, nonce: string) => messenger().postReminder(aReminder(to), nonce)],
  ] as const)('posts %s once, though Discord stored it and the answer was lost', async (_what, post) => {
    const details = inAlerts();
    const messageId = await messenger().postCard(details, null, `nonce-${details.card.id}`);
    const original = { ...details, card: { ...details.card, messageId } };
    const before = bot.discord.messages(bot.discord.channels.alerts).length;
    bot.discord.faults.add({ method: 'POST', path: /messages$/, status: 502, after: true });

    const first = await post(original, `reply-${details.card.id}`);
    bot.discord.faults.add({ method: 'POST', path: /messages$/, drop: 'after' });
    const second = await post(original, `reply-${details.card.id}`).catch(() => 'lost');
    const third = await post(original, `reply-${details.card.id}`);

    expect([second, third]).toEqual(['lost', first]);
    expect(bot.discord.messages(bot.discord.channels.alerts)).toHaveLength(before + 1);
  });
});

describe('editing a card', () => {
  it('shows a decision and keeps the chart where it was', async () => {
    const details = inAlerts();
    const messageId = await messenger().postCard(details, ONE_PIXEL_PNG, `nonce-${details.card.id}`);
    const decisions = [{ userId: bot.discord.people.alice, action: 'watch', decidedAt: FIRED_AT }] as const;

    await messenger().editCard({ ...details, card: { ...details.card, messageId }, decisions });

    const message = bot.discord.message(messageId);
    expect(JSON.stringify(message?.embeds)).toContain(`<@${bot.discord.people.alice}> watches it`);
    expect(message?.embeds[0]?.image?.url).toContain('chart.png');
    expect(message?.attachments).toEqual([]);
  });

  it('asks for no chart where the message has none', async () => {
    const details = inAlerts();
    const messageId = await messenger().postCard(details, null, `nonce-${details.card.id}`);

    await messenger().editCard({ ...details, card: { ...details.card, messageId } });

    expect(bot.discord.message(messageId)?.embeds[0]?.image).toBeUndefined();
  });

  it('lets a message rest that somebody deleted, remembered or not', async () => {
    const sent = inAlerts();
    const messageId = await messenger().postCard(sent, null, `nonce-${sent.card.id}`);
    await bot.client.rest.delete(Routes.channelMessage(sent.card.channelId, messageId));

    const details = inAlerts({ messageId: '1300000000000000000' });

    await expect(
      messenger().editCard({ ...sent, card: { ...sent.card, messageId } }),
    ).resolves.toBeUndefined();
    await expect(messenger().editCard(details)).resolves.toBeUndefined();
  });
});

describe('finding a card', () => {
  it('reads all pages of the channel since a moment', async () => {
    const since = Date.now();
    const details = inAlerts();
    const channel = await bot.client.channels.fetch(bot.discord.channels.alerts);
    if (!channel?.isSendable()) throw new Error('the alerts channel is not there');
    for (let i = 0; i < 105; i += 1) await channel.send(`chatter ${i}`);
    const id = await messenger().postCard(details, null, `nonce-${details.card.id}`);

    expect(await messenger().findCard({ ...details.card, messageId: null }, since)).toBe(id);
  });

  it('finds nothing where the card is not, or not since then', async () => {
    const details = inAlerts();
    await messenger().postCard(details, null, `nonce-${details.card.id}`);

    expect(
      await messenger().findCard(aCard({ id: 1, channelId: bot.discord.channels.alerts }), 0),
    ).toBeNull();
    expect(await messenger().findCard(details.card, Date.now() + 3_600_000)).toBeNull();
  });
});

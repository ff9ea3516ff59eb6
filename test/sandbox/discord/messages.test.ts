import { ActionRowBuilder, ButtonBuilder, ButtonStyle, type SendableChannels } from 'discord.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ConnectedBot, connectBot, ONE_PIXEL_PNG } from '../../support/local-discord.ts';

let bot: ConnectedBot;
let alerts: SendableChannels;

beforeAll(async () => {
  bot = await connectBot({ rateLimits: 'off' });
});
afterAll(() => bot.close());
beforeEach(async () => {
  const channel = await bot.client.channels.fetch(bot.discord.channels.alerts);
  if (!channel?.isSendable()) throw new Error('alerts is a text channel');
  alerts = channel;
});

const button = (customId: string, label = 'Enter'): ActionRowBuilder<ButtonBuilder> =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId(customId).setLabel(label).setStyle(ButtonStyle.Primary),
  );

test('stores a card with its chart, embed and buttons, and serves the chart', async () => {
  const sent = await alerts.send({
    content: 'SPY long 15m',
    embeds: [{ title: 'SPY', image: { url: 'attachment://chart.png' } }],
    files: [{ attachment: ONE_PIXEL_PNG, name: 'chart.png', description: 'SPY, 15 minutes' }],
    components: [button('enter:1')],
  });

  const url = sent.embeds[0]?.image?.url ?? '';
  const picture = await fetch(url);
  expect(url).toContain(`${bot.discord.url}/attachments/`);
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(ONE_PIXEL_PNG);
  expect(sent.embeds[0]?.image).toMatchObject({ width: 1, height: 1 });
  expect(sent.attachments.size, 'a file shown in the embed is not listed again').toBe(0);
});

test('lists a file that no embed shows, with its description', async () => {
  const sent = await alerts.send({
    files: [{ attachment: Buffer.from('a,b'), name: 'journal.csv', description: 'the journal' }],
  });

  expect(sent.attachments.first()).toMatchObject({
    name: 'journal.csv',
    description: 'the journal',
    size: 3,
    contentType: 'text/csv',
  });
});

test('refuses a file above 10 MiB', async () => {
  const files = [{ name: 'large.bin', data: Buffer.alloc(10 * 1024 * 1024 + 1) }];

  const posting = bot.client.rest.post(`/channels/${alerts.id}/messages`, { body: {}, files });

  await expect(posting).rejects.toMatchObject({ status: 413, code: 40005 });
});

test('changes what an edit names and leaves the rest', async () => {
  const sent = await alerts.send({
    content: 'before',
    embeds: [{ title: 'kept', image: { url: 'attachment://chart.png' } }],
    files: [{ attachment: ONE_PIXEL_PNG, name: 'chart.png' }],
  });

  const edited = await sent.edit({ content: 'after' });

  expect(edited.content).toBe('after');
  expect(edited.embeds[0]?.image?.url).toBe(sent.embeds[0]?.image?.url);
  expect(edited.editedTimestamp).not.toBeNull();
});

test('replaces a chart by an edit with a new file', async () => {
  const sent = await alerts.send({
    embeds: [{ title: 'card', image: { url: 'attachment://chart.png' } }],
    files: [{ attachment: ONE_PIXEL_PNG, name: 'chart.png' }],
  });

  const edited = await sent.edit({
    embeds: [{ title: 'card', image: { url: 'attachment://chart.png' } }],
    files: [{ attachment: ONE_PIXEL_PNG, name: 'chart.png' }],
    attachments: [],
  });

  expect(edited.embeds[0]?.image?.url).not.toBe(sent.embeds[0]?.image?.url);
  expect(edited.attachments.size).toBe(0);
});

test('refuses an embed whose file was not sent', async () => {
  const sending = alerts.send({ embeds: [{ title: 't', image: { url: 'attachment://missing.png' } }] });

  await expect(sending).rejects.toMatchObject({ code: 50035, status: 400 });
});

test('marks a reply and shows what it replies to', async () => {
  const card = await alerts.send('card');

  const reply = await card.reply('target reached');

  expect(reply.reference?.messageId).toBe(card.id);
  expect(bot.discord.message(reply.id)?.referenced_message?.content).toBe('card');
});

test('refuses a reply to a message that is gone, unless told not to fail', async () => {
  const card = await alerts.send('card');
  await card.delete();

  await expect(
    alerts.send({ content: 'late', reply: { messageReference: card.id, failIfNotExists: true } }),
  ).rejects.toMatchObject({ code: 50035 });
  const plain = await alerts.send({
    content: 'late',
    reply: { messageReference: card.id, failIfNotExists: false },
  });

  expect(plain.reference).toBeNull();
});

test('mentions only whom allowed_mentions lets it', async () => {
  const { alice, bob } = bot.discord.people;

  const sent = await alerts.send({
    content: `<@${alice}> <@${bob}> <@&${bot.discord.roles.trader}> @everyone`,
    allowedMentions: { users: [alice] },
  });

  expect([...sent.mentions.users.keys()]).toEqual([alice]);
  expect(sent.mentions.roles.size).toBe(0);
  expect(sent.mentions.everyone).toBe(false);
});

test('keeps the flag that sends no notification', async () => {
  const sent = await alerts.send({ content: 'quiet', flags: 'SuppressNotifications' });

  expect(sent.flags.has('SuppressNotifications')).toBe(true);
});

test('answers the first message again for the same nonce, whatever the text', async () => {
  const first = await alerts.send({ content: 'one', nonce: 'card-1', enforceNonce: true });

  const second = await alerts.send({ content: 'two', nonce: 'card-1', enforceNonce: true });

  expect(second.id).toBe(first.id);
  expect(bot.discord.messages(alerts.id).filter(({ content }) => content === 'two')).toEqual([]);
});

test('forgets a nonce after its window', async () => {
  const first = await alerts.send({ content: 'one', nonce: 'card-2', enforceNonce: true });
  bot.discord.clocks.nonceMs = 0;

  const second = await alerts.send({ content: 'two', nonce: 'card-2', enforceNonce: true });

  bot.discord.faults.reset();
  expect(second.id).not.toBe(first.id);
});

test('refuses a nonce whose message was deleted', async () => {
  const first = await alerts.send({ content: 'one', nonce: 'card-3', enforceNonce: true });
  await first.delete();

  const again = alerts.send({ content: 'one', nonce: 'card-3', enforceNonce: true });

  await expect(again).rejects.toMatchObject({ code: 10008 });
});

test('reads history after a message, newest first', async () => {
  const start = await alerts.send('start');
  const [second, third] = [await alerts.send('second'), await alerts.send('third')];
  await alerts.send('fourth');

  const read = await alerts.messages.fetch({ after: start.id, limit: 2 });

  expect([...read.keys()]).toEqual([third.id, second.id]);
});

describe('limits', () => {
  const text = (length: number): string => 'x'.repeat(length);
  const embeds = (count: number): object[] => Array.from({ length: count }, () => ({ title: 't' }));
  const row = (...components: object[]): object => ({ type: 1, components });
  const raw = (customId: string): object => ({ type: 2, style: 1, label: 'b', custom_id: customId });
  const select = (options: number): object => ({
    type: 3,
    custom_id: 's',
    options: Array.from({ length: options }, (_, n) => ({ label: `${n}`, value: `${n}` })),
  });

  const refused: readonly [string, object, string][] = [
    ['content above 2000', { content: text(2001) }, 'BASE_TYPE_MAX_LENGTH'],
    ['eleven embeds', { embeds: embeds(11) }, 'BASE_TYPE_MAX_LENGTH'],
    ['a title above 256', { embeds: [{ title: text(257) }] }, 'BASE_TYPE_MAX_LENGTH'],
    ['a description above 4096', { embeds: [{ description: text(4097) }] }, 'BASE_TYPE_MAX_LENGTH'],
    [
      '26 fields',
      { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: 'n', value: 'v' })) }] },
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a value above 1024',
      { embeds: [{ fields: [{ name: 'n', value: text(1025) }] }] },
      'BASE_TYPE_MAX_LENGTH',
    ],
    ['an empty field value', { embeds: [{ fields: [{ name: 'n', value: '' }] }] }, 'BASE_TYPE_MIN_LENGTH'],
    ['a footer above 2048', { embeds: [{ footer: { text: text(2049) } }] }, 'BASE_TYPE_MAX_LENGTH'],
    [
      'embeds above 6000 together',
      { embeds: [{ description: text(3001) }, { description: text(3000) }] },
      'MAX_EMBED_SIZE_EXCEEDED',
    ],
    [
      'an image from no web address',
      { embeds: [{ image: { url: 'file:///a' } }] },
      'URL_TYPE_INVALID_SCHEME',
    ],
    ['a nonce above 25', { content: 'x', nonce: text(26) }, 'BASE_TYPE_MAX_LENGTH'],
    [
      'six rows',
      { content: 'x', components: Array.from({ length: 6 }, (_, n) => row(raw(`b${n}`))) },
      'BASE_TYPE_BAD_LENGTH',
    ],
    [
      'six buttons in a row',
      { content: 'x', components: [row(...Array.from({ length: 6 }, (_, n) => raw(`b${n}`)))] },
      'BASE_TYPE_MAX_LENGTH',
    ],
    ['a custom id above 100', { content: 'x', components: [row(raw(text(101)))] }, 'BASE_TYPE_MAX_LENGTH'],
    [
      'a label above 80',
      { content: 'x', components: [row({ type: 2, style: 1, label: text(81), custom_id: 'b' })] },
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'the same custom id twice',
      { content: 'x', components: [row(raw('b'), raw('b'))] },
      'COMPONENT_CUSTOM_ID_DUPLICATED',
    ],
    [
      'a link button without a link',
      { content: 'x', components: [row({ type: 2, style: 5, label: 'b' })] },
      'BASE_TYPE_REQUIRED',
    ],
    ['26 choices in a select', { content: 'x', components: [row(select(26))] }, 'BASE_TYPE_MAX_LENGTH'],
    [
      'a select beside a button',
      { content: 'x', components: [row(select(1), raw('b'))] },
      'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
    ],
    [
      'a newer component without its flag',
      { content: 'x', components: [{ type: 10, content: 'text' }] },
      'UNION_TYPE_CHOICES',
    ],
    [
      'content beside Components V2',
      { content: 'x', flags: 1 << 15, components: [{ type: 10, content: 'text' }] },
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    ],
    [
      '41 components of V2',
      {
        flags: 1 << 15,
        components: [{ type: 17, components: Array.from({ length: 40 }, () => ({ type: 14 })) }],
      },
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'more than 4000 characters in V2',
      { flags: 1 << 15, components: [4000, 1].map((n) => ({ type: 10, content: text(n) })) },
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
    ],
  ];

  test.each(refused)('refuses %s as Discord does', async (_what, body, code) => {
    const unchecked = await connectBot({ rateLimits: 'off', checkRequest: () => [] });
    const posting = unchecked.client.rest.post(`/channels/${unchecked.discord.channels.alerts}/messages`, {
      body,
    });

    await expect(posting).rejects.toMatchObject({ code: 50035, status: 400 });
    await expect(posting).rejects.toSatisfy((error) => JSON.stringify(error).includes(code));
    await unchecked.close();
  });

  test('refuses an empty message', async () => {
    await expect(bot.client.rest.post(`/channels/${alerts.id}/messages`, { body: {} })).rejects.toMatchObject(
      {
        code: 50006,
      },
    );
  });

  test('accepts everything at its limit', async () => {
    const body = {
      content: text(2000),
      embeds: [{ title: text(256), description: text(4096), footer: { text: text(1648) } }],
      components: Array.from({ length: 5 }, (_, r) =>
        row(...Array.from({ length: 5 }, (_, b) => raw(`${r}.${b}`))),
      ),
    };

    await expect(bot.client.rest.post(`/channels/${alerts.id}/messages`, { body })).resolves.toBeDefined();
  });

  test('accepts a Components V2 message with a picture and refuses to turn it back', async () => {
    const body = {
      flags: 1 << 15,
      components: [
        { type: 10, content: '# SPY' },
        { type: 12, items: [{ media: { url: 'attachment://chart.png' } }] },
      ],
    };
    const files = [{ name: 'chart.png', data: ONE_PIXEL_PNG }];

    const path = `/channels/${alerts.id}/messages` as const;
    const sent = (await bot.client.rest.post(path, { body, files })) as { id: string; components: unknown[] };
    const turning = bot.client.rest.patch(`${path}/${sent.id}`, { body: { content: 'old again', flags: 0 } });

    expect(JSON.stringify(sent.components)).toContain(`${bot.discord.url}/attachments/`);
    await expect(turning).rejects.toMatchObject({ code: 50035 });
  });
});

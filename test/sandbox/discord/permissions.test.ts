import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConnectedBot, connectBot, ONE_PIXEL_PNG } from '../../support/local-discord.ts';

let bot: ConnectedBot;
beforeEach(async () => {
  bot = await connectBot();
});
afterEach(() => bot.close());

const post = (body: object, files: { name: string; data: Buffer }[] = []): Promise<unknown> =>
  bot.client.rest.post(`/channels/${bot.discord.channels.desk}/messages`, { body, files });

test('refuses a bot that may not send, and tells it beforehand', async () => {
  const told = new Promise((resolve) => bot.client.once('channelUpdate', resolve));
  bot.discord.faults.denyBot(bot.discord.channels.desk, ['SendMessages']);
  await told;

  const me = bot.client.guilds.cache.first()?.members.me;
  expect(me?.permissionsIn(bot.discord.channels.desk).has('SendMessages')).toBe(false);
  await expect(post({ content: 'x' })).rejects.toMatchObject({ code: 50013, status: 403 });
});

test('refuses a bot that may not see the channel', async () => {
  bot.discord.faults.denyBot(bot.discord.channels.desk, ['ViewChannel']);

  await expect(post({ content: 'x' })).rejects.toMatchObject({ code: 50001, status: 403 });
});

test('refuses embeds and files a bot may not send', async () => {
  bot.discord.faults.denyBot(bot.discord.channels.desk, ['EmbedLinks', 'AttachFiles']);

  await expect(post({ embeds: [{ title: 't' }] })).rejects.toMatchObject({ code: 50013 });
  await expect(post({}, [{ name: 'a.png', data: ONE_PIXEL_PNG }])).rejects.toMatchObject({ code: 50013 });
  await expect(post({ content: 'plain' })).resolves.toBeDefined();
});

test('refuses a reply without the permission to read history', async () => {
  const first = (await post({ content: 'first' })) as { id: string };
  bot.discord.faults.denyBot(bot.discord.channels.desk, ['ReadMessageHistory']);

  const reply = post({ content: 'reply', message_reference: { message_id: first.id } });

  await expect(reply).rejects.toMatchObject({ code: 160002 });
});

test('gives permissions back', async () => {
  bot.discord.faults.denyBot(bot.discord.channels.desk, ['SendMessages']);
  bot.discord.faults.denyBot(bot.discord.channels.desk, []);

  await expect(post({ content: 'x' })).resolves.toBeDefined();
});

test('shows the channel of administrators to nobody else', async () => {
  const channel = await bot.client.channels.fetch(bot.discord.channels.admin);
  if (!channel?.isSendable()) throw new Error('admin is a text channel');
  bot.answerWith(async (interaction) => interaction.isButton() && interaction.reply('seen'));
  const sent = await channel.send({
    content: 'for administrators',
    components: [{ type: 1, components: [{ type: 2, style: 1, label: 'OK', custom_id: 'ok' }] }],
  });

  await expect(bot.discord.person('alice').click(sent, 'OK')).rejects.toThrow('does not exist');
  await expect(bot.discord.person('carol').click(sent, 'OK')).resolves.toMatchObject({ kind: 'message' });
});

import type { Message } from 'discord.js';
import { afterEach, expect, test } from 'vitest';
import { aClient, type ConnectedBot, connectBot, login } from '../../support/local-discord.ts';

let bot: ConnectedBot;
afterEach(() => bot.close());

const once = (event: 'shardResume' | 'shardReady' | 'shardDisconnect'): Promise<unknown> =>
  new Promise((resolve) => bot.client.once(event, (...args: unknown[]) => resolve(args)));

async function aCard(): Promise<Message> {
  const channel = await bot.client.channels.fetch(bot.discord.channels.desk);
  if (!channel?.isSendable()) throw new Error('desk is a text channel');
  return channel.send({
    content: 'card',
    components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Enter', custom_id: 'enter' }] }],
  });
}
const answerClicks = (): void =>
  bot.answerWith(async (interaction) => interaction.isButton() && interaction.update('entered'));

test('replays a click missed while the connection was broken', async () => {
  bot = await connectBot();
  answerClicks();
  const card = await aCard();

  bot.discord.faults.gateway.close(4000);
  await expect.poll(() => bot.discord.connectedBots()).toBe(0);
  const seen = await bot.discord.person('alice').click(card, 'Enter');

  expect(seen).toMatchObject({ kind: 'update', message: { content: 'entered' } });
});

test('resumes when asked to reconnect', async () => {
  bot = await connectBot();
  const resumed = once('shardResume');

  bot.discord.faults.gateway.reconnect();
  await resumed;

  expect(bot.discord.connectedBots()).toBe(1);
});

test('lets a client with an invalid session begin anew', async () => {
  bot = await connectBot();
  answerClicks();
  const card = await aCard();
  const ready = once('shardReady');

  bot.discord.faults.gateway.invalidate({ resumable: false });
  await ready;

  expect(await bot.discord.person('bob').click(card, 'Enter')).toMatchObject({ kind: 'update' });
});

test('lets a client whose resume is refused begin anew', async () => {
  bot = await connectBot();
  bot.discord.faults.gateway.refuseResume(1);
  const ready = once('shardReady');

  bot.discord.faults.gateway.close(4000);
  await ready;

  expect(bot.discord.connectedBots()).toBe(1);
});

test('ends a bot for good with 4004 while it still calls itself ready', async () => {
  bot = await connectBot();
  const disconnected = once('shardDisconnect');

  bot.discord.faults.gateway.close(4004);

  expect(await disconnected).toMatchObject([{ code: 4004 }, 0]);
  await expect.poll(() => bot.discord.connectedBots()).toBe(0);
  expect(bot.client.isReady()).toBe(true);
});

test('makes a client reconnect when its heartbeats go unanswered', async () => {
  bot = await connectBot({ clocks: { heartbeatMs: 100 } });
  const resumed = once('shardResume');
  bot.discord.faults.gateway.acknowledgeHeartbeats('muted');
  await expect.poll(() => bot.discord.connectedBots()).toBe(0);

  bot.discord.faults.gateway.acknowledgeHeartbeats('normal');
  await resumed;

  expect(bot.discord.connectedBots()).toBe(1);
});

test('replays a click that went into a dead connection, once the client has noticed', async () => {
  bot = await connectBot({ clocks: { heartbeatMs: 100 } });
  answerClicks();
  const card = await aCard();
  const resumed = once('shardResume');
  bot.discord.faults.gateway.deaden();

  const seen = await bot.discord.person('alice').click(card, 'Enter');
  await resumed;

  expect(seen).toMatchObject({ kind: 'update', message: { content: 'entered' } });
});

test('takes a client back that it cut off at the door', async () => {
  bot = await connectBot();
  const resumed = once('shardResume');
  bot.discord.faults.gateway.connections('refused');
  bot.discord.faults.gateway.close(1006);
  await expect.poll(() => bot.discord.connectedBots()).toBe(0);

  bot.discord.faults.gateway.connections('accepted');
  await resumed;

  expect(bot.discord.connectedBots()).toBe(1);
});

test('withholds events, so that a click is never heard of', async () => {
  bot = await connectBot({ clocks: { ackMs: 50 } });
  answerClicks();
  const card = await aCard();
  bot.discord.faults.gateway.withhold(['INTERACTION_CREATE']);

  const seen = await bot.discord.person('alice').click(card, 'Enter');

  expect(seen).toMatchObject({ kind: 'failed' });
});

test('sends every click to two bots with one token, of which one is refused', async () => {
  bot = await connectBot();
  const other = await login(aClient(bot.discord), bot.discord.token);
  const card = await aCard();
  const outcomes: unknown[] = [];
  for (const client of [bot.client, other])
    client.on('interactionCreate', async (interaction) => {
      if (!interaction.isButton()) return;
      outcomes.push(
        await interaction.update('entered').then(
          () => 'first',
          (error: { code: number }) => error.code,
        ),
      );
    });

  await bot.discord.person('alice').click(card, 'Enter');

  await expect.poll(() => outcomes).toHaveLength(2);
  expect(outcomes.toSorted()).toEqual([40060, 'first'].toSorted());
  await other.destroy();
});

test('sends public messages, and only to a client that asked for them', async () => {
  bot = await connectBot();
  const intents = ['Guilds', 'GuildMessages'] as const;
  const listening = await login(aClient(bot.discord, { intents }), bot.discord.token);
  const heard: string[] = [];
  bot.client.on('messageCreate', ({ content }) => heard.push(`unasked: ${content}`));
  listening.on('messageCreate', ({ content }) => heard.push(content));
  bot.answerWith(async (interaction) => {
    if (!interaction.isButton()) return;
    await interaction.reply({ content: 'private', flags: 'Ephemeral' });
    await interaction.followUp('public');
  });

  await bot.discord.person('alice').click(await aCard(), 'Enter');

  await expect.poll(() => heard).toEqual(['card', 'public']);
  await listening.destroy();
});

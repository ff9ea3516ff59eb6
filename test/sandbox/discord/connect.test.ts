import { GatewayIntentBits } from 'discord.js';
import { afterEach, expect, test } from 'vitest';
import type { LocalDiscord } from '../../../src/sandbox/discord/server.ts';
import { aClient, connectBot, login, startCheckedDiscord } from '../../support/local-discord.ts';

let discord: LocalDiscord;
afterEach(() => discord.close());

test('lets an unmodified client log in and see the guild at once', async () => {
  const bot = await connectBot();
  discord = bot.discord;

  const guild = bot.client.guilds.cache.get(discord.guildId);

  expect(bot.client.application.id).toBe(discord.applicationId);
  expect(guild?.channels.cache.map(({ name }) => name)).toEqual(['alerts', 'desk', 'admin']);
  expect(guild?.members.me?.permissionsIn(discord.channels.alerts).has('SendMessages')).toBe(true);
  expect(discord.connectedBots()).toBe(1);
  expect(discord.violations).toEqual([]);
  await bot.client.destroy();
});

test('refuses a wrong token', async () => {
  discord = await startCheckedDiscord();
  const client = aClient(discord);

  await expect(client.login('not-the-token')).rejects.toMatchObject({ code: 'TokenInvalid' });
});

test('refuses an intent that was not granted', async () => {
  discord = await startCheckedDiscord();
  const client = aClient(discord, { intents: [GatewayIntentBits.Guilds, GatewayIntentBits.MessageContent] });

  await expect(client.login(discord.token)).rejects.toThrow(/disallowed intents/i);
  await client.destroy();
});

test('answers who the bot is, its application and its channels', async () => {
  const bot = await connectBot();
  discord = bot.discord;

  const application = await bot.client.application.fetch();
  const user = await bot.client.user.fetch();
  const guild = await bot.client.guilds.fetch({ guild: discord.guildId, force: true });
  const channels = await guild.channels.fetch();
  const person = await bot.client.users.fetch(discord.people.alice, { force: true });

  expect(application.id).toBe(discord.applicationId);
  expect(user.username).toBe('oracore');
  expect(channels.size).toBe(3);
  expect(person.globalName).toBe('Alice');
  await bot.close();
});

test('opens a private channel with a person', async () => {
  const bot = await connectBot();
  discord = bot.discord;
  const alice = await bot.client.users.fetch(discord.people.alice);

  const message = await alice.send('only for you');

  expect(message.channel.isDMBased()).toBe(true);
  expect(discord.messages(message.channelId).map(({ content }) => content)).toEqual(['only for you']);
  await bot.close();
});

test('lets a bot in that was turned away while the service was down', async () => {
  discord = await startCheckedDiscord();
  discord.faults.add({ path: /gateway\/bot/, status: 503, times: 4 });

  await expect(aClient(discord).login(discord.token)).rejects.toMatchObject({ status: 503 });
  const client = await login(aClient(discord), discord.token);

  expect(client.isReady()).toBe(true);
  await client.destroy();
});

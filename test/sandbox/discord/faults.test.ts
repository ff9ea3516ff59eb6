import type { SendableChannels } from 'discord.js';
import { afterEach, expect, test } from 'vitest';
import { type ConnectedBot, connectBot, startCheckedDiscord } from '../../support/local-discord.ts';

let bot: ConnectedBot;
afterEach(() => bot.close());

const POSTS = { method: 'POST', path: /^\/channels\/\d+\/messages$/ } as const;

async function desk(): Promise<SendableChannels> {
  const channel = await bot.client.channels.fetch(bot.discord.channels.desk);
  if (!channel?.isSendable()) throw new Error('desk is a text channel');
  return channel;
}
const stored = (): readonly string[] =>
  bot.discord.messages(bot.discord.channels.desk).map(({ content }) => content);

test('keeps one message when the connection is reset after it was stored, with a nonce', async () => {
  bot = await connectBot();
  const channel = await desk();
  bot.discord.faults.add({ ...POSTS, drop: 'after', reset: true });

  const sent = await channel.send({ content: 'card', nonce: 'n1', enforceNonce: true });

  expect(stored()).toEqual(['card']);
  expect(bot.discord.message(sent.id)?.content).toBe('card');
});

test('shows the double that the same reset makes without a nonce', async () => {
  bot = await connectBot();
  const channel = await desk();
  bot.discord.faults.add({ ...POSTS, drop: 'after', reset: true });

  await channel.send('card');

  expect(stored()).toEqual(['card', 'card']);
});

test('ends a connection early in a way the client does not repeat', async () => {
  bot = await connectBot();
  const channel = await desk();
  bot.discord.faults.add({ ...POSTS, drop: 'after' });

  await expect(channel.send('card')).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });

  expect(stored()).toEqual(['card']);
});

test('loses a request whose connection ends before it was done', async () => {
  bot = await connectBot();
  const channel = await desk();
  bot.discord.faults.add({ ...POSTS, drop: 'before' });

  await expect(channel.send('card')).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });

  expect(stored()).toEqual([]);
});

test('answers a server error after storing, so that a repeat without a nonce doubles', async () => {
  bot = await connectBot();
  const channel = await desk();
  bot.discord.faults.add({ ...POSTS, status: 502, after: true });

  await channel.send('card');

  expect(stored()).toEqual(['card', 'card']);
});

test('refuses as often as it is told to, and counts', async () => {
  bot = await connectBot();
  const channel = await desk();
  const fault = bot.discord.faults.add({ ...POSTS, status: 503, times: 2 });

  await channel.send('card');

  expect(fault.hits).toBe(2);
  expect(stored()).toEqual(['card']);
});

test('answers an injected 429 which the client waits out', async () => {
  bot = await connectBot();
  const channel = await desk();
  bot.discord.faults.add({
    ...POSTS,
    status: 429,
    headers: { 'retry-after': '0.05', 'x-ratelimit-scope': 'shared' },
    body: { message: 'You are being rate limited.', retry_after: 0.05, global: false },
  });

  await channel.send('card');

  const posts = bot.discord.journal.filter(({ method }) => method === 'POST');
  expect(posts.map(({ status }) => status)).toEqual([429, 200]);
  expect(stored()).toEqual(['card']);
});

test('keeps a client within a bucket by its headers alone', async () => {
  bot = await connectBot();
  const channel = await desk();
  bot.discord.faults.setLimit('POST', '/channels/{channel_id}/messages', { requests: 3, ms: 200 });

  await Promise.all(Array.from({ length: 8 }, (_, n) => channel.send(`card ${n}`)));

  expect(stored()).toHaveLength(8);
  expect(bot.discord.journal.filter(({ status }) => status === 429)).toEqual([]);
});

test('answers 429 to a client that ignores the bucket', async () => {
  bot = await connectBot();
  bot.discord.faults.setLimit('POST', '/channels/{channel_id}/messages', { requests: 1, ms: 5_000 });
  const post = (): Promise<Response> =>
    fetch(`${bot.discord.apiUrl}/v10/channels/${bot.discord.channels.desk}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${bot.discord.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ content: 'card' }),
    });

  const [first, second] = [await post(), await post()];

  expect(first.status).toBe(200);
  expect(second.status).toBe(429);
  expect(second.headers.get('x-ratelimit-scope')).toBe('user');
  expect(await second.json()).toMatchObject({ global: false, retry_after: expect.any(Number) });
});

test('delays an answer', async () => {
  bot = await connectBot({}, { rest: { timeout: 100 } });
  const channel = await desk();
  const fault = bot.discord.faults.add({ ...POSTS, delayMs: 400 });

  await channel.send({ content: 'card', nonce: 'slow', enforceNonce: true });

  expect(fault.hits, 'the client gave up waiting and asked again').toBe(1);
  expect(bot.discord.journal.filter(({ method }) => method === 'POST')).toHaveLength(2);
  await expect.poll(() => stored()).toEqual(['card']);
});

test('records what was asked, with its refusal', async () => {
  bot = await connectBot();

  await bot.client.rest.get(`/channels/${bot.discord.channels.desk}/messages/1`).catch(() => undefined);

  expect(bot.discord.journal.at(-1)).toMatchObject({
    method: 'GET',
    route: '/channels/{channel_id}/messages/{message_id}',
    status: 404,
    code: 10008,
  });
});

test('records an unknown route, and a body no schema is known for', async () => {
  const discord = await startCheckedDiscord();
  bot = await connectBot();
  const headers = { authorization: `Bot ${discord.token}` };

  const answer = await fetch(`${discord.apiUrl}/v10/guilds/1/soundboard-sounds`, { headers });

  expect(answer.status).toBe(404);
  expect(discord.unhandledRoutes).toEqual(['GET /guilds/1/soundboard-sounds']);
  await discord.close();
});

test('records a request that breaks the schema', async () => {
  const discord = await startCheckedDiscord();
  bot = await connectBot();

  await fetch(`${discord.apiUrl}/v10/channels/${discord.channels.desk}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'x', nonce: 'x'.repeat(26) }),
  });

  expect(discord.violations).toMatchObject([{ what: 'request', problem: expect.stringContaining('nonce') }]);
  await discord.close();
});

import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type ConnectedBot, connectBot } from '../../support/local-discord.ts';

let bot: ConnectedBot;
beforeEach(async () => {
  bot = await connectBot();
});
afterEach(() => bot.close());

const control = async (
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${bot.discord.url}/_ctl/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: answer.status, body: await answer.json() };
};
const post = (content: string): Promise<unknown> =>
  bot.client.rest.post(`/channels/${bot.discord.channels.desk}/messages`, { body: { content } });

test('injects, lists and clears faults over HTTP', async () => {
  await control('POST', 'faults', {
    method: 'POST',
    path: 'messages$',
    status: 403,
    times: 2,
    body: { code: 7 },
  });

  await expect(post('x')).rejects.toMatchObject({ status: 403, code: 7 });
  expect((await control('GET', 'faults')).body).toMatchObject([{ path: 'messages$', hits: 1 }]);
  await control('DELETE', 'faults');

  await expect(post('x')).resolves.toBeDefined();
});

test('acts on the gateway', async () => {
  const resumed = new Promise((resolve) => bot.client.once('shardResume', resolve));

  const answer = await control('POST', 'gateway', { action: 'close', code: 4000 });
  await resumed;

  expect(answer).toEqual({ status: 200, body: { ok: true } });
});

test('changes the clocks and the permissions, and sets all back', async () => {
  await control('POST', 'clock', { ackMs: 10 });
  await control('POST', 'permissions', { channelId: bot.discord.channels.desk, deny: ['SendMessages'] });
  expect(bot.discord.clocks.ackMs).toBe(10);
  await expect(post('x')).rejects.toMatchObject({ code: 50013 });

  await control('POST', 'reset');

  expect(bot.discord.clocks.ackMs).toBe(3000);
  await expect(post('x')).resolves.toBeDefined();
});

test('shows the journal without the token', async () => {
  await post('hello');

  const journal = JSON.stringify((await control('GET', 'journal')).body);

  expect(journal).toContain('hello');
  expect(journal).not.toContain(bot.discord.token);
});

test('says what is wrong with an order, and which there are', async () => {
  expect(await control('POST', 'gateway', { action: 'explode' })).toMatchObject({ status: 400 });
  expect(await control('POST', 'faults', { path: '(' })).toMatchObject({ status: 400 });
  expect(await control('GET', 'nothing')).toMatchObject({
    status: 404,
    body: { error: expect.stringContaining('GET /journal') },
  });
});

/** Sends a request with a header `fetch` would not let us set. */
function statusWith(path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const { port } = new URL(bot.discord.url);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

test('refuses a foreign Host or Origin on every kind of path', async () => {
  const paths = ['/', '/_ctl/journal', '/_ui/events', '/api/v10/gateway/bot', '/attachments/1/2/a.png'];
  for (const path of paths) {
    expect(await statusWith(path, { host: 'evil.example' }), `host at ${path}`).toBe(403);
    expect(await statusWith(path, { origin: 'http://evil.example' }), `origin at ${path}`).toBe(403);
  }

  expect(await statusWith('/_ctl/journal', { origin: bot.discord.url })).toBe(200);
});

test('refuses a gateway connection from a page elsewhere', async () => {
  const socket = new WebSocket(bot.discord.url.replace('http', 'ws'), { origin: 'http://evil.example' });

  const error = await new Promise<Error>((resolve) => socket.once('error', resolve));

  expect(error.message).toContain('403');
});

test('listens on this machine only', () => {
  expect(new URL(bot.discord.url).hostname).toBe('127.0.0.1');
});

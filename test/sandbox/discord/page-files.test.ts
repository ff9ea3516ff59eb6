import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalDiscord, startLocalDiscord } from '../../../src/sandbox/discord/server.ts';

let discord: LocalDiscord;
beforeAll(async () => {
  discord = await startLocalDiscord();
});
afterAll(() => discord.close());

test('serves the page with a policy that lets it load nothing from elsewhere', async () => {
  const answer = await fetch(discord.url);

  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/html');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('serves TypeScript as the JavaScript underneath', async () => {
  const answer = await fetch(`${discord.url}/main.ts`);
  const source = await answer.text();

  expect(answer.headers.get('content-type')).toContain('text/javascript');
  expect(source).not.toContain('import type');
});

test.each([
  '/../server.ts',
  '/..%2fserver.ts',
  '/%2e%2e/server.ts',
  '/server.ts',
  '/tsconfig.json',
  '/favicon.ico',
  '/attachments/1/2/a.png',
])('does not serve %s', async (path) => {
  expect((await fetch(discord.url + path)).status).toBe(404);
});

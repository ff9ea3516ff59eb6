import { afterAll, describe, expect, it } from 'vitest';
import { startLocalYahoo } from '../src/sandbox/yahoo/local-yahoo.ts';
import { type Child, runProgram } from './support/child.ts';
import { createEmptyDatabase } from './support/database.ts';
import { startCheckedDiscord } from './support/local-discord.ts';
import { PRICES } from './support/yahoo.ts';

describe('npm start', () => {
  const resources = new AsyncDisposableStack();
  afterAll(() => resources.disposeAsync());

  async function startAll(): Promise<{
    readonly child: Child;
    readonly discord: Awaited<ReturnType<typeof startCheckedDiscord>>;
  }> {
    const discord = await startCheckedDiscord();
    resources.defer(() => discord.close());
    const yahoo = await startLocalYahoo({ prices: PRICES, now: Date.now });
    resources.defer(() => yahoo.close());
    const child = runProgram('src/main.ts', [], {
      DISCORD_TOKEN: discord.token,
      DISCORD_APPLICATION_ID: discord.applicationId,
      DISCORD_GUILD_ID: discord.guildId,
      ALERT_CHANNEL_ID: discord.channels.alerts,
      TRADER_ROLE_IDS: discord.roles.trader,
      ADMIN_ROLE_IDS: discord.roles.administrator,
      DISCORD_API_BASE: discord.apiUrl,
      YAHOO_BASE_URL: yahoo.baseUrl,
      DATABASE_URL: await createEmptyDatabase(),
      DATABASE_TLS: 'off',
    });
    resources.defer(() => void child.process.kill('SIGKILL'));
    return { child, discord };
  }

  it('names every missing variable, prints no secret and exits 1', async () => {
    const child = runProgram('src/main.ts', [], { DISCORD_TOKEN: 'hunter2', DATABASE_POOL_SIZE: 'many' });

    expect(await child.ended).toBe(1);
    expect(child.output()).toMatch(/DISCORD_APPLICATION_ID is missing[\s\S]*ALERT_CHANNEL_ID is missing/);
    expect(child.output()).toContain('DATABASE_POOL_SIZE must be a number');
    expect(child.output()).not.toContain('hunter2');
  });

  it('migrates an empty database, opens the desk, answers, and ends cleanly on SIGTERM', async () => {
    const { child, discord } = await startAll();
    await child.prints('desk open');

    const seen = await discord.person('alice').command('status');
    child.process.kill('SIGTERM');

    expect(seen.kind).toBe('message');
    expect(await child.ended).toBe(0);
    expect(child.output()).not.toContain(discord.token);
  });

  it('exits 1 when Discord closes the door for good, so that a supervisor sees it', async () => {
    const { child, discord } = await startAll();
    await child.prints('desk open');

    discord.faults.gateway.close(4004);

    expect(await child.ended).toBe(1);
    expect(child.output()).toContain('the token is no longer valid');
  });
});

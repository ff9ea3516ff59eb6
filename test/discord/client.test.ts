import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ConnectOptions, connect, createClient } from '../../src/discord/client.ts';
import { OraError } from '../../src/domain/errors.ts';
import { type LocalDiscord, startLocalDiscord } from '../../src/sandbox/discord/server.ts';
import { recordingLog } from '../support/recording-log.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aDiscord(): Promise<LocalDiscord> {
  const discord = await startLocalDiscord({ rateLimits: 'off' });
  closers.push(discord.close);
  return discord;
}

function aBot(discord: LocalDiscord, overrides: Partial<Omit<ConnectOptions, 'log' | 'onFatal'>> = {}) {
  const client = createClient({ apiBase: discord.apiUrl });
  closers.push(() => client.destroy());
  const options = {
    token: discord.token,
    guildId: discord.guildId,
    log: recordingLog(),
    onForeignGuild: vi.fn(async () => undefined),
    onFatal: vi.fn(),
    retryMs: 10,
    ...overrides,
  };
  return { client, options, connected: connect(client, options) };
}

async function refusal(promise: Promise<unknown>): Promise<OraError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof OraError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

describe('connecting to Discord', () => {
  it('is ready once the guild is there', async () => {
    const discord = await aDiscord();

    const client = await aBot(discord).connected;

    expect(client.guilds.cache.has(discord.guildId)).toBe(true);
    expect(discord.connectedBots()).toBe(1);
  });

  it('tries again while Discord cannot be reached, and can be shut down afterwards', async () => {
    const discord = await aDiscord();
    discord.faults.add({ path: /gateway\/bot/, status: 503, times: 8 });

    const { client, options, connected } = aBot(discord);
    await connected;

    expect(options.log.lines.filter(({ level }) => level === 'warn').length).toBeGreaterThanOrEqual(2);
    await client.destroy();
    await vi.waitFor(() => expect(discord.connectedBots()).toBe(0));
  });

  it('stops trying when it is told to stop', async () => {
    const discord = await aDiscord();
    discord.faults.add({ path: /gateway\/bot/, status: 503, times: 1000 });
    const stop = new AbortController();

    const { connected } = aBot(discord, { retryMs: 60_000, signal: stop.signal });
    const ended = expect(connected).rejects.toThrow();
    await vi.waitFor(() => expect(discord.journal.length).toBeGreaterThanOrEqual(4));
    stop.abort();

    await ended;
  });

  it.each(['READY', 'GUILD_CREATE'])('stops waiting for %s when it is told to stop', async (event) => {
    const discord = await aDiscord();
    discord.faults.gateway.withhold([event]);
    const stop = new AbortController();

    const { connected } = aBot(discord, { signal: stop.signal });
    const ended = expect(connected).rejects.toThrow();
    await vi.waitFor(() => expect(discord.connectedBots()).toBe(1));
    stop.abort();

    await ended;
  });

  it('refuses a wrong token by the name of its setting, without repeating it', async () => {
    const discord = await aDiscord();

    const error = await refusal(aBot(discord, { token: 'wrong.token' }).connected);

    expect(error.code).toBe('config');
    expect(error.message).toContain('DISCORD_TOKEN');
    expect(error.message).not.toContain('wrong.token');
  });

  it('refuses to run when an intent is not allowed', async () => {
    const discord = await aDiscord();
    discord.faults.gateway.refuseIdentify(4014);

    const error = await refusal(aBot(discord).connected);

    expect(error.code).toBe('config');
  });

  it('leaves a guild that is not ours, tells, and refuses to run without its own', async () => {
    const discord = await aDiscord();
    const { options, connected } = aBot(discord, { guildId: '999999999999999999' });

    const error = await refusal(connected);

    expect(error.code).toBe('config');
    expect(error.message).toContain('999999999999999999');
    expect(options.onForeignGuild).toHaveBeenCalledWith(expect.objectContaining({ id: discord.guildId }));
    expect(discord.journal).toContainEqual(
      expect.objectContaining({ method: 'DELETE', path: `/users/@me/guilds/${discord.guildId}` }),
    );
  });
});

describe('losing the connection', () => {
  it.each([4004, 4010, 4011, 4012, 4013, 4014])('is fatal after close %i', async (code) => {
    const discord = await aDiscord();
    const { options, connected } = aBot(discord);
    await connected;

    discord.faults.gateway.close(code);

    await vi.waitFor(() => expect(options.onFatal).toHaveBeenCalledOnce());
    expect(options.onFatal).toHaveBeenCalledWith(expect.any(OraError));
  });

  it('is fatal when the token is revoked while running', async () => {
    const discord = await aDiscord();
    const { options, connected } = aBot(discord);
    const client = await connected;
    discord.faults.add({ path: /\/applications\/@me$/, status: 401 });

    await client.application.fetch().catch(() => undefined);

    await vi.waitFor(() => expect(options.onFatal).toHaveBeenCalledOnce());
  });

  it.each([1006, 4000])('resumes by itself after close %i', async (code) => {
    const discord = await aDiscord();
    const { client, options, connected } = aBot(discord);
    await connected;
    const resumed = new Promise((resolve) => client.once('shardResume', resolve));

    discord.faults.gateway.close(code);
    await resumed;
    await sleep(0);

    expect(options.onFatal).not.toHaveBeenCalled();
    expect(discord.connectedBots()).toBe(1);
  });
});

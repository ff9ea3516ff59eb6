import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecretFilter } from '../src/hide-secrets.ts';
import { runProgram } from './support/child.ts';
import { asAdmin } from './support/database-admin.ts';
import { type SharedWorld, startSharedWorld } from './support/processes.ts';

/** Told to the program, and to be found nowhere. */
const PASSWORD = 'p4ss-of-the-database';
const MONGO = 'p4ss-of-the-mongo';
const PING = 'https://127.0.0.1:9/ping/5ecret-of-the-monitor';
const NOWHERE = `postgres://ora:${PASSWORD}@127.0.0.1:9/ora`;
/** An address that opens the answers to an interaction. */
const OPEN_ANSWER = /\/(interactions|webhooks)\/\d+\/(?!\[secret\])[\w.%-]{8,}/;
const WRONG_TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz01';

describe('no secret is ever written', { timeout: 120_000 }, () => {
  let world: SharedWorld;
  /** Everything that any process printed, and that the server of health said. */
  const written: string[] = [];
  beforeAll(async () => {
    world = await startSharedWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const secrets = () => [PASSWORD, MONGO, '5ecret-of-the-monitor', world.discord.token, WRONG_TOKEN];
  const expectClean = (text: string): void => {
    for (const secret of secrets()) expect(text).not.toContain(secret);
    expect(text).not.toMatch(OPEN_ANSWER);
    expect(text, 'a filter would find nothing more').toBe(createSecretFilter(secrets())(text));
  };

  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    return port;
  }

  it('by a bot whose Discord, database and MongoDB fail while it says all it can', async () => {
    const port = await freePort();
    const bot = world.start('all', {
      ...world.full,
      LOG_LEVEL: 'debug',
      OPS_PORT: String(port),
      HEARTBEAT_URL: PING,
      MONGODB_URL: `mongodb://ora:${MONGO}@127.0.0.1:9/old`,
    });
    await bot.prints('desk open');
    world.discord.faults.add({ method: 'POST', path: /callback/, status: 500, times: 20 });
    await world.discord
      .person('alice')
      .command('status')
      .catch(() => undefined);
    world.discord.faults.add({
      path: /messages/,
      status: 403,
      body: { code: 50013, message: 'Missing Permissions' },
      times: 9,
    });
    const ready = await fetch(`http://127.0.0.1:${port}/healthz`).then((response) => response.text());
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text());
    await asAdmin(world.databaseUrl, (client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      ),
    );
    await bot.prints('the lock is ours again');
    await world.discord
      .person('bob')
      .command('watch', {}, 'list')
      .catch(() => undefined);
    bot.process.kill('SIGTERM');
    await bot.ended;
    written.push(bot.output(), ready, metrics);

    expect(bot.output()).toContain('"level":50');
    expect(ready).toContain('"name":"discord"');
    expect(metrics).toContain('oracore_interaction_seconds');
    expectClean(written.join('\n'));
  });

  it('by an error that nobody catches: the process ends in good order, and says so in the log', async () => {
    const thrower = `setTimeout(() => { throw new Error(process.env.DISCORD_TOKEN + process.env.DATABASE_URL); }, 6000)`;
    const bot = world.start('all', {
      ...world.full,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(thrower)}`,
    });
    await bot.prints('desk open');

    expect(await bot.ended).toBe(1);
    expect(bot.output()).toContain('"msg":"uncaught exception"');
    expect(bot.output()).toContain('"msg":"desk closes"');
    expectClean(bot.output());
    expect(bot.output()).not.toContain(new URL(world.databaseUrl).password);
  });

  it.each([
    ['a database that is not there', ['src/main.ts'], { DATABASE_URL: NOWHERE }],
    ['a token that Discord refuses', ['src/main.ts'], { DISCORD_TOKEN: WRONG_TOKEN }],
    ['an address that is none', ['src/main.ts'], { HEARTBEAT_URL: `ftp://x:${PASSWORD}@y` }],
    [
      'the doctor, who looks at everything',
      ['src/cli/main.ts', 'doctor'],
      { DATABASE_URL: NOWHERE, DISCORD_TOKEN: WRONG_TOKEN },
    ],
    ['an operator command', ['src/cli/main.ts', 'label'], { DATABASE_URL: NOWHERE }],
    ['a restore', ['src/cli/main.ts', 'restore', '/nowhere'], { DATABASE_URL: NOWHERE }],
  ] as const)('by %s', async (_what, [file, ...args], env) => {
    const child = runProgram(file ?? '', args, { ...world.full, LOG_LEVEL: 'debug', ...env });

    expect(await child.ended).toBe(1);
    expect(child.output().length).toBeGreaterThan(20);
    expectClean(child.output());
  });

  it('in a message or a file that people see', () => {
    expectClean(JSON.stringify(world.discord.messages(world.discord.channels.alerts)));
  });
});

describe('the source', () => {
  const ROOT = resolve(import.meta.dirname, '..');
  const files = ['src', 'commands'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );

  it('reads the environment in one place', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(ROOT, file), 'utf8')));

    expect(readers).toEqual(['src/config.ts']);
  });

  it('puts values into SQL as parameters: raw SQL is made of our own constants only', () => {
    const raw = files.filter((file) => /sql\.raw\(/.test(readFileSync(join(ROOT, file), 'utf8')));

    // A CHECK in DDL takes no parameters; names and types of staged columns, lengths of candles and the
    // strata of features are SQL of their own: all constants.
    expect(raw).toEqual([
      'src/db/columns.ts',
      'src/db/stores/candle-staging.ts',
      'src/db/stores/rollup-sql.ts',
      'src/db/stores/target-columns.ts',
    ]);
  });

  it('listens on loopback, or where OPS_HOST says', () => {
    const listeners = files.filter((file) => /createServer\(/.test(readFileSync(join(ROOT, file), 'utf8')));

    const elsewhere = listeners.filter(
      (file) =>
        !/\.listen\([^)]*('127\.0\.0\.1'|LOOPBACK|host)/s.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(listeners.length).toBeGreaterThan(2);
    expect(elsewhere).toEqual([]);
  });
});

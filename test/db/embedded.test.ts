import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EmbeddedServer, startEmbedded, stopEmbedded } from '../../src/db/embedded.ts';
import { quiet } from '../support/quiet-log.ts';

const CHILD = resolve(import.meta.dirname, '../support/embedded-child.ts');
const settings = { fsync: 'off' };
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oracore-embedded-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  await stopEmbedded({ dataDir: folder, log: quiet });
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const start = () => startEmbedded({ dataDir: folder, settings, log: quiet });

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** A second process on the same folder, and what it says. */
async function startChild(): Promise<{
  readonly child: ChildProcess;
  readonly said: { url: string; owned: boolean };
}> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { child, said: JSON.parse(String(line)) };
}

async function endChild(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  await once(child, 'exit');
}

function serverPid(server: EmbeddedServer): number {
  return Number(readFileSync(join(server.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}

const isRunning = (server: EmbeddedServer) => existsSync(join(server.folder, 'data/postmaster.pid'));

test('it keeps its data, speaks UTF-8 and UTC, listens on loopback and hides its password', async () => {
  const first = await start();
  await query(first.url, `CREATE TABLE kept AS SELECT 'ü' AS letter`);
  const [facts] = await query(
    first.url,
    `SELECT current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone,
            current_setting('listen_addresses') AS listens, current_setting('unix_socket_directories') AS sockets`,
  );
  expect(facts).toEqual({ encoding: 'UTF8', zone: 'UTC', listens: '127.0.0.1', sockets: '' });
  expect(statSync(join(first.folder, 'password')).mode & 0o777).toBe(0o600);
  expect(first.owned).toBe(true);
  await first.stop();
  expect(isRunning(first)).toBe(false);

  const second = await start();

  expect(await query(second.url, 'SELECT letter FROM kept')).toEqual([{ letter: 'ü' }]);
});

test('a second process attaches, and leaves the server running when it ends', async () => {
  const server = await start();

  const { child, said } = await startChild();
  await endChild(child);

  expect(said).toEqual({ url: server.url, owned: false });
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('processes that start at once share one server', async () => {
  const [ours, theirs] = await Promise.all([start(), startChild()]);

  expect(theirs.said.url).toBe(ours.url);
  expect([ours.owned, theirs.said.owned].sort()).toEqual([false, true]);
  await endChild(theirs.child);
});

test('the server of a process that was killed is taken over by the next', async () => {
  const { child, said } = await startChild();
  child.kill('SIGKILL');
  await once(child, 'exit');

  const server = await start();

  expect(server).toMatchObject({ url: said.url, owned: true });
  await server.stop();
  expect(isRunning(server)).toBe(false);
});

test('after the server was killed the next start recovers what was committed', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  const pid = serverPid(first);
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 10_000 });
  expect(isRunning(first), 'a stale file is left').toBe(true);

  const second = await start();

  expect(second.owned).toBe(true);
  expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
});

test('a database left half made is made again', async () => {
  const making = join(folder, 'data.new');
  mkdirSync(making);
  writeFileSync(join(making, 'PG_VERSION'), '18');

  const server = await start();

  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a server that cannot start says why', async () => {
  const starting = startEmbedded({ dataDir: folder, settings: { shared_buffers: 'plenty' }, log: quiet });

  await expect(starting).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('shared_buffers'),
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  test('a folder that user postgres cannot enter is replaced by one it can, and the log says so', async () => {
    chmodSync(folder, 0o700);
    const warn = vi.fn();

    const server = await startEmbedded({ dataDir: folder, settings, log: { ...quiet, warn } });

    expect(server.folder).toMatch(/^\/var\/lib\/oracore\//);
    expect(warn).toHaveBeenCalledWith(
      { wanted: folder, folder: server.folder },
      expect.stringContaining('kept elsewhere'),
    );
    await server.stop();
    rmSync(server.folder, { recursive: true, force: true, maxRetries: 5 });
    chmodSync(folder, 0o755);
  });
});

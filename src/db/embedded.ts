import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { Logger } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';
import { type EmbeddedHome, giveTo, prepareHome } from './embedded-home.ts';
import { isAlive, THIS_PROCESS, withFolderLock } from './folder-lock.ts';

const run = promisify(execFile);
const USER = 'oracore';
const DATABASE = 'oracore';
/** The server answers `pg_ctl status` with this when none runs. */
const NOT_RUNNING = 3;
const NO_DATA = 4;
const PORT_TRIES = 3;

export interface EmbeddedOptions {
  /** `.oracore/postgres`: holds `data/`, `password`, `owner` and `server.log`. */
  readonly dataDir: string;
  /** Server settings beside our own, `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: Logger;
}

/** A Postgres of our own on this machine. */
export interface EmbeddedServer {
  readonly url: string;
  /** The folder really used: see `prepareHome`. */
  readonly folder: string;
  /** Whether it is this process that stops it. */
  readonly owned: boolean;
  /** Stops the server when this process owns it. */
  stop(): Promise<void>;
}

/**
 * Starts the server of a folder, or attaches to the one that runs there. The process that started it
 * stops it; when that process died without doing so, the next one to attach takes it over.
 *
 * @throws OraError `unavailable` with the server's last words when it does not start.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const home = await prepareHome(options.dataDir, options.log);
  return withFolderLock(home.folder, async () => {
    const attached = await isRunning(home);
    if (!existsSync(join(home.folder, 'data'))) await initialise(home, options);
    if (!attached) await launch(home, options);
    const owned = !attached || !isAlive(readText(home, 'owner'));
    if (owned) writeFileSync(join(home.folder, 'owner'), THIS_PROCESS);
    const url = urlOf(home);
    await createDatabase(url);
    options.log.info({ folder: home.folder, attached, owned }, 'embedded database runs');
    return {
      url: `${url}/${DATABASE}`,
      folder: home.folder,
      owned,
      stop: once(() => (owned ? stop(home) : undefined)),
    };
  });
}

/** Stops the server of a folder, whoever started it; does nothing when none runs. */
export async function stopEmbedded(options: EmbeddedOptions): Promise<void> {
  await stop(await prepareHome(options.dataDir, options.log));
}

async function stop(home: EmbeddedHome): Promise<void> {
  await withFolderLock(home.folder, async () => {
    if (!(await isRunning(home))) return;
    await pgCtl(home, ['stop', '-m', 'fast', '-w']);
    rmSync(join(home.folder, 'owner'), { force: true });
  });
}

async function isRunning(home: EmbeddedHome): Promise<boolean> {
  try {
    await pgCtl(home, ['status']);
    return true;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === NOT_RUNNING || code === NO_DATA) return false;
    throw error;
  }
}

/** Into a folder beside, renamed when complete: one that was left half made is never taken for a database. */
async function initialise(home: EmbeddedHome, { settings }: EmbeddedOptions): Promise<void> {
  const making = join(home.folder, 'data.new');
  const password = join(home.folder, 'password');
  rmSync(making, { recursive: true, force: true });
  rmSync(password, { force: true });
  mkdirSync(making, { mode: 0o700 });
  writeFileSync(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  for (const path of [making, password]) giveTo(home.user, path);
  const { initdb } = home.binaries;
  await execute(home, initdb, [
    `--pgdata=${making}`,
    `--username=${USER}`,
    `--pwfile=${password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8', // a machine without LANG would get SQL_ASCII
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(settings?.fsync === 'off' ? ['--no-sync'] : []),
  ]);
  renameSync(making, join(home.folder, 'data'));
}

async function launch(home: EmbeddedHome, { settings }: EmbeddedOptions): Promise<void> {
  const log = join(home.folder, 'server.log');
  if (existsSync(log)) renameSync(log, `${log}.1`);
  writeFileSync(log, '', { mode: 0o600 });
  giveTo(home.user, log);
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  for (let attempt = 1; ; attempt++) {
    const values = Object.entries({ port: await freePort(), ...all }).map(
      ([name, value]) => `-c ${name}=${value}`,
    );
    try {
      // pg_ctl gives it a session of its own: Ctrl-C in our terminal does not reach it.
      await pgCtl(home, ['start', '-w', '-t', '60', '-l', log, '-o', values.join(' ')]);
      return;
    } catch (cause) {
      if (attempt < PORT_TRIES && /could not bind/.test(readText(home, 'server.log'))) continue;
      const words = readText(home, 'server.log').trim().split('\n').slice(-5).join('\n');
      throw new OraError('unavailable', `The embedded database in ${home.folder} did not start:\n${words}`, {
        cause,
      });
    }
  }
}

function pgCtl(home: EmbeddedHome, args: readonly string[]): Promise<void> {
  return execute(home, home.binaries.pg_ctl, [...args, '-D', join(home.folder, 'data')]);
}

async function execute(home: EmbeddedHome, program: string, args: readonly string[]): Promise<void> {
  // The folder, since the server's user may not be able to enter ours; a fixed locale, for ours may not exist.
  await run(program, args, { ...home.user, cwd: home.folder, env: { LC_ALL: 'C', TZ: 'UTC' } });
}

/** The running server's own note of its port: the fourth line of `postmaster.pid`. */
function urlOf(home: EmbeddedHome): string {
  const port = readText(home, join('data', 'postmaster.pid')).split('\n')[3]?.trim();
  return `postgres://${USER}:${readText(home, 'password')}@127.0.0.1:${port}`;
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: `${url}/postgres` });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function readText(home: EmbeddedHome, name: string): string {
  const path = join(home.folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function once(work: () => Promise<void> | undefined): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= Promise.resolve(work());
    return done;
  };
}

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Logger } from '../app/ports.ts';
import { OraError } from '../domain/errors.ts';
import { type Binaries, findBinaries } from './embedded-binaries.ts';

/** Who the server runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where an embedded server lives, and what it runs with. */
export interface EmbeddedHome {
  readonly folder: string;
  readonly binaries: Binaries;
  /** Null: the user of this process. Postgres refuses to run as root, so root's server runs as `postgres`. */
  readonly user: ServerUser | null;
}

/** A place that user `postgres` can always enter. */
const SHARED_HOME = '/var/lib/oracore';

/**
 * Makes the folder. As root, a folder or programs that user `postgres` cannot enter (`/root` is closed to it)
 * are replaced by ones under /var/lib/oracore, and the log says so.
 *
 * @throws OraError `config` when no server can run here.
 */
export async function prepareHome(dataDir: string, log: Logger): Promise<EmbeddedHome> {
  const wanted = resolve(dataDir);
  const binaries = await findBinaries();
  if (process.getuid?.() !== 0) {
    mkdirSync(wanted, { recursive: true, mode: 0o755 });
    return { folder: wanted, binaries, user: null };
  }
  const user = findUser() ?? createUser();
  return { folder: enterable(wanted, user, log), binaries: reachable(binaries, user, log), user };
}

function enterable(wanted: string, user: ServerUser, log: Logger): string {
  mkdirSync(wanted, { recursive: true, mode: 0o755 });
  if (canReach(wanted, user)) return wanted;
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 8);
  const folder = join(SHARED_HOME, `${basename(wanted)}-${digest}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  log.warn({ wanted, folder }, 'user postgres cannot enter the data folder, the database is kept elsewhere');
  return folder;
}

function reachable(binaries: Binaries, user: ServerUser, log: Logger): Binaries {
  if (canReach(binaries.postgres, user)) return binaries;
  const native = resolve(dirname(binaries.postgres), '..');
  const { size, mtimeMs } = statSync(binaries.postgres);
  const digest = createHash('sha256').update(`${native} ${size} ${mtimeMs}`).digest('hex').slice(0, 8);
  const copy = join(SHARED_HOME, `programs-${digest}`);
  if (!existsSync(copy)) {
    // Renamed when complete, and never written again: programs that run cannot be.
    const making = `${copy}.${process.pid}`;
    cpSync(native, making, { recursive: true, verbatimSymlinks: true });
    renameSync(making, copy);
    log.warn(
      { from: native, to: copy },
      'user postgres cannot reach the database programs, they were copied',
    );
  }
  const at = (name: string) => join(copy, 'bin', name);
  return { initdb: at('initdb'), pg_ctl: at('pg_ctl'), postgres: at('postgres') };
}

/** Asks the system itself, which knows of parents, mounts and access lists. */
function canReach(path: string, { uid, gid }: ServerUser): boolean {
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { uid, gid, cwd: '/' }).status === 0;
}

function findUser(): ServerUser | null {
  if (!existsSync('/etc/passwd')) return null;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

function createUser(): ServerUser {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'pipe' });
  } catch (cause) {
    throw new OraError(
      'config',
      'Postgres refuses to run as root, and the user "postgres" could not be made. Make it, run OraCore as another user, or set DATABASE_URL.',
      { cause },
    );
  }
  const user = findUser();
  if (user === null) throw new Error('useradd made no user "postgres"');
  return user;
}

/** Gives a file to the server's user. */
export function giveTo(user: ServerUser | null, path: string): void {
  if (user !== null) chownSync(path, user.uid, user.gid);
}

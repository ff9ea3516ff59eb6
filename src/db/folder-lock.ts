import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OraError } from '../domain/errors.ts';

const POLL_MS = 50;
const GIVE_UP_AFTER_MS = 120_000;

/**
 * Which process, in a text that a later one with the same number does not share: process ids come
 * again, in a container at every start.
 */
export const THIS_PROCESS = `${process.pid} ${Math.floor(performance.timeOrigin)}`;

/** Whether the process of such a text still runs. */
export function isAlive(name: string): boolean {
  const pid = Number(name.split(' ')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return name === THIS_PROCESS;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs work while no other process does so for the same folder. The lock of a dead process is taken over. */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, 'lock');
  await take(path);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

async function take(path: string): Promise<void> {
  for (let waited = 0; waited < GIVE_UP_AFTER_MS; waited += POLL_MS) {
    try {
      writeFileSync(path, THIS_PROCESS, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(path);
    if (holder !== null && !isAlive(holder)) rmSync(path, { force: true });
    else await sleep(POLL_MS);
  }
  throw new OraError(
    'conflict',
    `Another process has held ${path} for two minutes. End it, or remove that file.`,
  );
}

/** Null when it was just made and says nothing yet, or is just gone. */
function readHolder(path: string): string | null {
  try {
    return readFileSync(path, 'utf8') || null;
  } catch {
    return null;
  }
}

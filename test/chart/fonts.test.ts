import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'text-on-bare-machine.ts');
/** The canvas falls back to this folder, whatever else it is told. */
const SYSTEM_FONTS = '/usr/share/fonts';
/** Runs a command where that folder is empty, in a mount namespace of its own. */
const HIDE = [
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs none ${SYSTEM_FONTS} && exec "$0" "$@"`,
];

interface Found {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly lettered: number;
}

function run(command: string, args: readonly string[]): Found {
  const env = { ...process.env, DISABLE_SYSTEM_FONTS_LOAD: '1' };
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Found;
}

describe('text', () => {
  test('is written in the font that comes along, in both its weights', () => {
    const found = run(process.execPath, [PROGRAM]);

    expect(found.before).toEqual([]);
    expect(found.after).toEqual(['Inter 400', 'Inter 600']);
  });

  const canHide = existsSync(SYSTEM_FONTS) && spawnSync('unshare', [...HIDE, 'true']).status === 0;
  test.skipIf(!canHide)('is there on a machine without any font (needs unshare)', () => {
    const found = run('unshare', [...HIDE, process.execPath, PROGRAM]);

    expect(found.lettered, 'share of letter pixels where the ticker stands').toBeGreaterThan(0.05);
  });
});

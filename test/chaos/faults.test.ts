import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnServer, startOwnServer } from '../../chaos/databases.ts';
import type { Fault } from '../../chaos/fault.ts';
import { FAULTS, runFaults } from '../../chaos/matrix.ts';
import type { Result } from '../../chaos/run-fault.ts';

/** One of each family; `npm run chaos` runs all. */
const CHOSEN = [
  'calendar: a half day, and Yahoo goes on after the bell',
  'clock: set forward by an hour',
  'database: disk full as signals are written',
  'Discord: post: closed after it stored the message',
  'gateway: dead without a word (zombie connection)',
  'kill -9: as Discord has it and we do not',
  'two processes: two of them scan, post and answer at once',
  'Yahoo: half an answer, then the end',
];

/** What no desk survives: the judge must see it. */
const FATAL: readonly Fault[] = [
  {
    name: 'signals taken away',
    async strike(scene) {
      scene.toNextClose();
      await scene.play();
      return (await scene.rows('DELETE FROM signals RETURNING id')).length;
    },
  },
  {
    name: 'a card posted again',
    async strike(scene) {
      scene.toNextClose();
      await scene.play();
      scene.discord.clocks.nonceMs = 1; // Discord has forgotten that it has it
      const again = await scene.rows(
        `UPDATE cards SET state = 'pending', first_attempt_at = NULL, attempts = 0
         WHERE id = (SELECT max(id) FROM cards WHERE state = 'sent') RETURNING id`,
      );
      return again.length;
    },
  },
  { name: 'nothing', strike: async () => 0 },
];

const familyOf = (name: string) => name.split(':')[0];

let server: OwnServer;
const results = new Map<string, Result>();

beforeAll(async () => {
  server = await startOwnServer();
  const chosen = FAULTS.filter(({ name }) => CHOSEN.includes(name));
  for await (const result of runFaults([...chosen, ...FATAL], server)) results.set(result.fault, result);
}, 300_000);
afterAll(() => server.close());

describe('a fault of each family', () => {
  it.each(CHOSEN)('%s: nothing lost, nothing doubled, recovered', (name) => {
    const result = results.get(name);

    expect(result).toMatchObject({ lost: [], doubled: [], complaints: [], recoveredMs: expect.any(Number) });
    expect(result?.injected).toBeGreaterThan(0);
    expect(result?.signals).toBeGreaterThan(0);
  });

  it('is chosen of every one', () => {
    expect(new Set(CHOSEN.map(familyOf))).toEqual(new Set(FAULTS.map(({ name }) => familyOf(name))));
  });
});

describe('the judge', () => {
  it('misses signals that are gone', () => {
    const { lost, recoveredMs } = results.get('signals taken away') ?? {};

    expect(lost).toContainEqual(expect.stringMatching(/^signal NVDA 11-20 /));
    expect(recoveredMs).toBeNull();
  });

  it('sees a second message', () => {
    const { doubled } = results.get('a card posted again') ?? {};

    expect(doubled).toEqual([expect.stringMatching(/^message of \w+ 11-20 /)]);
  });

  it('sees a fault that never struck', () => {
    expect(results.get('nothing')?.complaints).toEqual(['it never struck']);
  });
});

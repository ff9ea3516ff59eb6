import { Client } from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { advisoryLock } from '../src/db/advisory-lock.ts';
import type { OraError } from '../src/domain/errors.ts';
import { createGatewayPlace } from '../src/gateway-place.ts';
import { createEmptyDatabase } from './support/database.ts';
import { asAdmin } from './support/database-admin.ts';
import { quiet } from './support/quiet-log.ts';
import { recordingLog } from './support/recording-log.ts';

const WORD = 'connected to discord';
const LOCK = `hashtextextended('${WORD}', 0)`;

describe('the place of the one that is connected to Discord', () => {
  let url: string;
  let stopping = new AbortController();
  beforeAll(async () => {
    url = await createEmptyDatabase();
  });
  afterEach(() => {
    stopping.abort();
    stopping = new AbortController();
  });

  function aProcess() {
    const log = recordingLog();
    const lost: OraError[] = [];
    const lock = advisoryLock({ url, log: quiet }, WORD);
    const place = createGatewayPlace(lock, {
      ...{ log, signal: stopping.signal },
      onLost: (error) => void lost.push(error),
    });
    return { place, lost, said: () => log.lines.map(({ message }) => message) };
  }
  /** As when the network parts the holder from the server. */
  const cut = () =>
    asAdmin(url, (admin) =>
      admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      ),
    );

  it('is given to one, and to the next when that one leaves', async () => {
    const [first, second] = [aProcess(), aProcess()];

    const taken = [await first.place.tryTake(), await second.place.tryTake()];
    const waiting = second.place.take();
    await first.place.leave();

    expect(taken).toEqual([true, false]);
    expect(await waiting).toBe(true);
    await second.place.leave();
  });

  it('is taken again where only the connection was cut', async () => {
    const { place, lost, said } = aProcess();
    await place.tryTake();

    await cut();

    await expect.poll(said).toContain('the lock is ours again');
    expect(lost).toEqual([]);
    await place.leave();
  });

  it('is given up by a process that finds another in it: two would post everything twice', async () => {
    const { place, lost } = aProcess();
    await place.tryTake();
    const other = new Client(url);
    await other.connect();
    const taking = other.query(`SELECT pg_advisory_lock(${LOCK})`);

    await cut();
    await taking;

    await expect.poll(() => lost.map(({ code }) => code)).toEqual(['conflict']);
    await other.end();
  });

  it('is waited for no longer by a process that is asked to stop', async () => {
    const [first, second] = [aProcess(), aProcess()];
    await first.place.tryTake();

    const waiting = second.place.take();
    stopping.abort();

    expect(await waiting).toBe(false);
    await first.place.leave();
  });
});

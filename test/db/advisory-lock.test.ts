import { describe, expect, it } from 'vitest';
import { advisoryLock } from '../../src/db/advisory-lock.ts';
import { withDatabase } from '../support/database.ts';
import { quiet } from '../support/quiet-log.ts';

describe('an exclusive lock', () => {
  const database = withDatabase();
  const lock = (word: string) => advisoryLock({ url: database.current.url, log: quiet }, word);

  it('is one holder’s at a time, and the next one’s when it is released', async () => {
    const held = await lock('a').tryTake();

    const meanwhile = await lock('a').tryTake();
    await held?.release();
    const later = await lock('a').tryTake();

    expect(held).not.toBeNull();
    expect(meanwhile).toBeNull();
    expect(later).not.toBeNull();
    expect(held?.lost.aborted, 'released, not lost').toBe(false);
    await later?.release();
  });

  it('does not stand in the way of another word', async () => {
    const [one, other] = [await lock('b').tryTake(), await lock('c').tryTake()];

    expect([one, other]).not.toContain(null);
    await one?.release();
    await other?.release();
  });

  it('says when it is lost, and is free then', async () => {
    const held = await lock('d').tryTake();
    const lost = new Promise((resolve) => held?.lost.addEventListener('abort', resolve));

    await database.current.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    await lost;
    const next = await lock('d').tryTake();

    expect(next).not.toBeNull();
    await next?.release();
  });

  it('keeps no old rows alive while it is held', async () => {
    const held = await lock('e').tryTake();

    const { rows } = await database.current.pool.query(
      `SELECT a.backend_xmin, a.backend_xid FROM pg_stat_activity a JOIN pg_locks l USING (pid)
       WHERE l.locktype = 'advisory' AND a.datname = current_database()`,
    );

    expect(rows).toEqual([{ backend_xmin: null, backend_xid: null }]);
    await held?.release();
  });

  it('fails when the database is not there, instead of pretending', async () => {
    const nowhere = advisoryLock({ url: 'postgres://u:p@127.0.0.1:9/x', log: quiet }, 'f');

    await expect(nowhere.tryTake()).rejects.toThrow();
  });
});

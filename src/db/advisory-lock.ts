import { setInterval } from 'node:timers';
import type { Client } from 'pg';
import type { ExclusiveLock, HeldLock } from '../app/ops/ops-ports.ts';
import { type ConnectOptions, openClient } from './client.ts';

/** How often the holder makes sure that it still is, and how long an answer may take. */
const CHECK_MS = 5_000;

/**
 * The server lets go of the lock when its holder is gone. A process that was killed closes its connection; of
 * a machine that was cut off the server notices by itself, within half a minute. A transaction that has read
 * nothing keeps no old rows alive, so it may stay open for months.
 */
const BEGIN = `BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL tcp_keepalives_idle = 10; SET LOCAL tcp_keepalives_interval = 5; SET LOCAL tcp_keepalives_count = 3`;

/**
 * A lock by its name: whoever holds it keeps a connection of its own with an open transaction, which works
 * behind a transaction pooler too.
 */
export function advisoryLock(options: ConnectOptions, word: string): ExclusiveLock {
  return {
    async tryTake() {
      const client = await openClient(options);
      try {
        await client.query(BEGIN);
        const { rows } = await client.query<{ taken: boolean }>(
          'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken',
          [word],
        );
        if (rows[0]?.taken === true) {
          // A statement with parameters leaves its portal open, and with it what it saw; the next one ends that.
          await client.query('SELECT');
          return hold(client);
        }
      } catch (error) {
        await close(client);
        throw error;
      }
      await close(client);
      return null;
    },
  };
}

function hold(client: Client): HeldLock {
  const gone = new AbortController();
  const lose = () => {
    clearInterval(checks);
    gone.abort();
  };
  const checks = setInterval(() => {
    const silent = setTimeout(lose, CHECK_MS);
    client.query('SELECT 1').then(
      () => clearTimeout(silent),
      () => {
        clearTimeout(silent);
        lose();
      },
    );
  }, CHECK_MS);
  client.once('end', lose);
  gone.signal.addEventListener('abort', () => void close(client), { once: true });
  return {
    lost: gone.signal,
    release: () => {
      clearInterval(checks);
      client.off('end', lose);
      return close(client);
    },
  };
}

/** Ends the transaction with the connection; of one that is broken already nothing more is wanted. */
async function close(client: Client): Promise<void> {
  await client.end().catch(() => undefined);
}

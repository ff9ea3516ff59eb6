import { sql } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { type Connection, connect } from '../../src/db/client.ts';
import { preparedQuery } from '../../src/db/prepared.ts';
import { withDatabase } from '../support/database.ts';
import { quiet } from '../support/quiet-log.ts';

const database = withDatabase();
const open: Connection[] = [];
afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));

function connectWith(parameters: string, statementTimeoutMs: number): Connection {
  const connection = connect({ url: `${database.current.url}${parameters}`, statementTimeoutMs, log: quiet });
  open.push(connection);
  return connection;
}

const TIMEOUTS = `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
  current_setting('idle_in_transaction_session_timeout') AS idle`;

test('a session has its timeouts from the start', async () => {
  const { pool } = connectWith('', 1500);

  expect((await pool.query(TIMEOUTS)).rows).toEqual([{ statement: '1500ms', lock: '10s', idle: '1min' }]);
});

test('behind a transaction pooler the timeouts go with each transaction and no session is touched', async () => {
  const connection = connectWith('?pgbouncer=true', 1500);

  const inside = await connection.transaction(async ({ client }) => (await client.query(TIMEOUTS)).rows);
  const outside = (await connection.pool.query(TIMEOUTS)).rows;

  expect(inside).toEqual([{ statement: '1500ms', lock: '10s', idle: '1min' }]);
  expect(outside).toEqual([{ statement: '0', lock: '0', idle: '0' }]);
});

test.each([
  { where: 'on a session of its own', parameters: '', planned: ['probe'] },
  { where: 'behind a transaction pooler', parameters: '?pgbouncer=true', planned: [] },
])('a prepared statement $where is kept by the server: $planned', async ({ parameters, planned }) => {
  const double = preparedQuery<{ n: number }>('probe', sql`SELECT ${sql.placeholder('n')}::int * 2 AS n`);
  const connection = connectWith(parameters, 5000);

  const [answers, kept] = await connection.transaction(async ({ client }) => [
    [await double(client, { n: 2 }), await double(client, { n: 21 })],
    (await client.query('SELECT name FROM pg_prepared_statements')).rows,
  ]);

  expect(answers).toEqual([[{ n: 4 }], [{ n: 42 }]]);
  expect(kept).toEqual(planned.map((name) => ({ name })));
});

test('a statement that takes too long is cut off', async () => {
  const { pool } = connectWith('', 50);

  await expect(pool.query('SELECT pg_sleep(20)')).rejects.toThrow('statement timeout');
});

test('a transaction that throws leaves nothing, and its connection is used again', async () => {
  const connection = connectWith('', 5000);
  const failing = connection.transaction(async ({ client }) => {
    await client.query(`INSERT INTO symbols (ticker) VALUES ('ROLLED')`);
    throw new Error('changed my mind');
  });

  await expect(failing).rejects.toThrow('changed my mind');

  expect((await connection.pool.query(`SELECT FROM symbols WHERE ticker = 'ROLLED'`)).rowCount).toBe(0);
  expect(connection.pool.totalCount).toBe(1);
});

test('a connection that is cut is replaced', async () => {
  const connection = connectWith('', 5000);
  const cut = connection.transaction(({ client }) =>
    client.query('SELECT pg_terminate_backend(pg_backend_pid())'),
  );

  await expect(cut).rejects.toThrow();

  expect((await connection.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

import { Client } from 'pg';
import { expect, test } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { asAdmin } from '../support/database-admin.ts';
import { quiet } from '../support/quiet-log.ts';
import { recordingLog } from '../support/recording-log.ts';

/** Every table, column, constraint, index and trigger, as text. */
async function describeSchema(url: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT table_name || '.' || column_name || ' ' || data_type AS it FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
     ORDER BY 1`,
  );
  await client.end();
  return rows;
}

test('migrating twice changes nothing', async () => {
  const url = await createEmptyDatabase();

  await migrate({ url, log: quiet });
  const once = await describeSchema(url);
  await migrate({ url, log: quiet });

  expect(once.length).toBeGreaterThan(200);
  expect(await describeSchema(url)).toEqual(once);
});

test('processes that start together migrate one after the other', async () => {
  const url = await createEmptyDatabase();

  const states = await Promise.all([1, 2, 3].map(() => migrate({ url, log: quiet })));

  expect(new Set(states.map(({ version }) => version)).size).toBe(1);
  expect((await describeSchema(url)).length).toBeGreaterThan(200);
});

test('an older program on newer tables says so', async () => {
  const url = await createEmptyDatabase();
  const log = recordingLog();
  await migrate({ url, log });
  const before = log.lines.map(({ message }) => message);
  await asAdmin(url, (admin) =>
    admin.query(
      `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) SELECT 'later', max(created_at) + 1 FROM drizzle.__drizzle_migrations`,
    ),
  );

  await migrate({ url, log });

  const said = 'the database is newer than this version of oracore';
  expect(before).not.toContain(said);
  expect(log.lines).toContainEqual(expect.objectContaining({ level: 'warn', message: said }));
});

test('a database that does not answer is named, its password is not', async () => {
  const opening = migrate({ url: 'postgres://desk:hunter2@127.0.0.1:1/oracore', log: quiet });

  const error = await opening.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(String(error)).toContain('desk@127.0.0.1:1/oracore');
  expect(String(error)).not.toContain('hunter2');
});

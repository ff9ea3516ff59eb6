import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { withDatabase } from '../support/database.ts';

const database = withDatabase();

test('an open database has every table of the schema, and says how it runs', async () => {
  const { rows } = await database.current.pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );

  const files = readdirSync(resolve(import.meta.dirname, '../../src/db/schema'));
  const tables = files.map((file) => file.replace('.ts', '').replaceAll('-', '_'));
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(tables));
  expect(database.current.status.version).toMatch(/^1[5-9]\.\d+/);
});

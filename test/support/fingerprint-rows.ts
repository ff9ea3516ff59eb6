import type { TestDatabase } from './database.ts';

/** A fingerprint of all rows of every table but the audit log, so that "nothing was written or changed" can be said of all. */
export async function fingerprintRows({ pool }: Pick<TestDatabase, 'pool'>): Promise<Record<string, string>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'audit_log' ORDER BY 1`,
  );
  const prints = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '-') AS print
       FROM "${name}" t`,
  );
  const { rows } = await pool.query<{ name: string; print: string }>(prints.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, print }) => [name, print]));
}

import { type Client, escapeIdentifier } from 'pg';
import { OraError } from '../domain/errors.ts';
import { type ConnectOptions, openClient } from './client.ts';

/** Roles that exist already; each is given what its name says and no more. */
export interface GrantedRoles {
  /** The bot, scanners and labelers: rows, not tables. */
  readonly app?: string;
  /** Whoever only looks. */
  readonly reader?: string;
}

/** Bits of `pg_trigger.tgtype`. */
const ON_DELETE = 8;
const ON_UPDATE = 16;
const SCHEMAS = ['public', 'dashboard', 'drizzle'] as const;

/**
 * Gives roles what they need and takes away what they had beyond it. The app may insert, change and delete
 * rows, but not rows of tables that a trigger keeps as they are, so that not even a hole in the program could
 * rewrite a decision or the audit log. Tables that later migrations make are included when this is run again.
 *
 * @returns what was done, a sentence for each role.
 * @throws OraError `not_found` for a role that does not exist.
 */
export async function grantRoles(options: ConnectOptions, { app, reader }: GrantedRoles): Promise<string[]> {
  const client = await openClient(options);
  try {
    await client.query('BEGIN');
    const done: string[] = [];
    for (const role of [app, reader].filter((name) => name !== undefined)) {
      await requireRole(client, role);
      for (const schema of await ourSchemas(client)) await grantReading(client, role, schema);
    }
    if (app !== undefined) {
      const kept = await grantWriting(client, app);
      done.push(`${app} may read and write rows; only add to ${kept.join(', ')}`);
    }
    if (reader !== undefined) done.push(`${reader} may read`);
    await client.query('COMMIT');
    return done;
  } finally {
    await client.end();
  }
}

async function requireRole(client: Client, role: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount !== 0) return;
  throw new OraError('not_found', `There is no role "${role}". Create it first: docs/security.md says how.`);
}

/** The schema of our tables, wherever they lie, and those beside it. */
async function ourSchemas(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT nspname AS name FROM pg_namespace WHERE nspname = current_schema() OR nspname = ANY($1)',
    [SCHEMAS],
  );
  return rows.map(({ name }) => name);
}

async function grantReading(client: Client, role: string, schema: string): Promise<void> {
  const [to, inSchema] = [escapeIdentifier(role), escapeIdentifier(schema)];
  await client.query(`GRANT USAGE ON SCHEMA ${inSchema} TO ${to}`);
  await client.query(`REVOKE ALL ON ALL TABLES IN SCHEMA ${inSchema} FROM ${to}`);
  await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${inSchema} TO ${to}`);
  await client.query(`GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${inSchema} TO ${to}`);
}

/** @returns tables whose rows it may only add. */
async function grantWriting(client: Client, role: string): Promise<string[]> {
  const to = escapeIdentifier(role);
  const { rows: tables } = await client.query<{ name: string; kept: number }>(
    `SELECT c.relname AS name, coalesce(bit_or(t.tgtype::int), 0)::int AS kept
     FROM pg_class c
     LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgfoid = 'refuse_change'::regproc
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     GROUP BY c.relname ORDER BY c.relname`,
  );
  for (const { name, kept } of tables) {
    const rights = [
      'INSERT',
      ...((kept & ON_UPDATE) === 0 ? ['UPDATE'] : []),
      ...((kept & ON_DELETE) === 0 ? ['DELETE'] : []),
    ];
    await client.query(`GRANT ${rights.join(', ')} ON ${escapeIdentifier(name)} TO ${to}`);
  }
  await client.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${await currentSchema(client)} TO ${to}`);
  return tables.filter(({ kept }) => (kept & ON_DELETE) !== 0).map(({ name }) => name);
}

async function currentSchema(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('SELECT current_schema() AS name');
  return escapeIdentifier(rows[0]?.name ?? 'public');
}

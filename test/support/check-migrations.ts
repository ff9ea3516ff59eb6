import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';

/*
 * Fails when the schema would generate a migration that is not committed. The newest snapshot is
 * compared with the schema as it is; nothing is written.
 */
const ROOT = resolve(import.meta.dirname, '../..');
const SCHEMA = join(ROOT, 'src/db/schema');
const META = join(ROOT, 'drizzle/meta');

const newest = readdirSync(META)
  .filter((name) => name.endsWith('_snapshot.json'))
  .sort()
  .at(-1);
if (newest === undefined) throw new Error(`there is no snapshot in ${META}`);
const committed = JSON.parse(readFileSync(join(META, newest), 'utf8'));

const tables: Record<string, unknown> = {};
for (const file of readdirSync(SCHEMA)) Object.assign(tables, await import(join(SCHEMA, file)));
const statements = await generateMigration(committed, generateDrizzleJson(tables, committed.id));

if (statements.length > 0) {
  process.stderr.write(
    `The schema in src/db/schema has moved on from drizzle/. Run "npm run migrations -- --name what-changed" and commit:\n${statements.join('\n')}\n`,
  );
  process.exit(1);
}
process.stdout.write(`drizzle/ agrees with the schema (${Object.keys(tables).length} tables)\n`);

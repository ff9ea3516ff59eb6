import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { runProgram } from '../support/child.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { asAdmin } from '../support/database-admin.ts';
import { quiet } from '../support/quiet-log.ts';
import { makeFolder } from '../support/sandbox.ts';

describe('oracore backup and restore', { timeout: 120_000 }, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let url: string;
  const oracore = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const child = runProgram('src/cli/main.ts', args, { DATABASE_TLS: 'off', LOG_LEVEL: 'warn', ...env });
    return { code: await child.ended, said: child.output() };
  };
  const tickers = (database: string) =>
    asAdmin(
      database,
      async (client) => (await client.query('SELECT ticker FROM symbols ORDER BY ticker')).rows,
    );

  beforeAll(async () => {
    folder = await makeFolder();
    url = await createEmptyDatabase();
    const database = await openDatabase({ url, dataDir: '/nonexistent', log: quiet });
    for (const ticker of ['AAPL', 'SPY']) await database.stores.symbols.resolve(ticker);
    await database.close();
  });
  afterAll(() => folder.remove());

  it('copy a database, check the copy, bring it back, and say so', async () => {
    const out = join(folder.path, 'backups');
    const made = await oracore(['backup', '--out', out], { DATABASE_URL: url });
    const [name = ''] = readdirSync(out);
    const checked = await oracore(['restore', join(out, name), '--check'], {});
    const empty = await createEmptyDatabase();
    const restored = await oracore(['restore', join(out, name)], { DATABASE_URL: empty });
    const again = await oracore(['restore', join(out, name)], { DATABASE_URL: empty });

    expect(made).toMatchObject({ code: 0, said: expect.stringMatching(/oracore-.*Z: \d+ tables, \d+ rows/) });
    expect(checked).toMatchObject({ code: 0, said: expect.stringContaining('is whole') });
    expect(restored).toMatchObject({ code: 0, said: expect.stringContaining('restored') });
    expect(await tickers(empty)).toEqual(await tickers(url));
    expect(again).toMatchObject({ code: 1, said: expect.stringContaining('already holds') });
  });

  it('say why a role may not restore, not only which statement failed', async () => {
    const out = join(folder.path, 'backups');
    const [name = ''] = readdirSync(out);
    const role = `restorer_${randomBytes(4).toString('hex')}`;
    await asAdmin(url, (admin) => admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'only-for-this-test'`));
    const empty = Object.assign(new URL(await createEmptyDatabase()), {
      username: role,
      password: 'only-for-this-test',
    }).href;

    const { code, said } = await oracore(['restore', join(out, name)], { DATABASE_URL: empty });
    await asAdmin(url, (admin) => admin.query(`DROP ROLE ${role}`));

    expect(code).toBe(1);
    expect(said).toMatch(/permission denied for .* \(Failed query: CREATE SCHEMA/);
  });

  it('refuse to keep none, and say what is no number', async () => {
    const { code, said } = await oracore(['backup', '--keep', '0'], { DATABASE_URL: url });

    expect(code).toBe(1);
    expect(said).toContain('"0" is not a number of backups. Keep at least 1.');
  });
});

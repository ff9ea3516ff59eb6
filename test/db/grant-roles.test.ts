import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../src/app/decisions/decide.ts';
import { labelDue } from '../../src/app/labels/label-due.ts';
import { backupStore } from '../../src/db/backup.ts';
import { openClient } from '../../src/db/client.ts';
import { grantRoles } from '../../src/db/grant-roles.ts';
import { migrate } from '../../src/db/migrate.ts';
import { applyFirst } from '../../src/db/migrations.ts';
import { openDatabase } from '../../src/db/open.ts';
import { at } from '../support/builders.ts';
import { createEmptyDatabase, openTestDatabase, type TestDatabase } from '../support/database.ts';
import { asAdmin } from '../support/database-admin.ts';
import { quiet } from '../support/quiet-log.ts';
import { makeFolder } from '../support/sandbox.ts';
import { type ScanRig, startScanRig } from '../support/scan-rig.ts';
import { placeNewCards } from '../support/stored-desk.ts';

/** 12:55:13 in New York: AAPL fires on the candle that has just closed. */
const NOW = at('2026-11-20T17:55:13Z');

describe('a role of least privilege', () => {
  const suffix = randomBytes(4).toString('hex');
  const [app, reader] = [`oracore_app_${suffix}`, `oracore_reader_${suffix}`];
  let owner: TestDatabase;
  let asApp: TestDatabase;
  let rig: ScanRig;

  const urlOf = (role: string, database = owner.url) => {
    const url = new URL(database);
    Object.assign(url, { username: role, password: 'only-for-this-test' });
    return url.href;
  };
  const attempt = (role: string, sql: string) =>
    asAdmin(urlOf(role), (client) => client.query(sql).then(() => 'done', String));

  beforeAll(async () => {
    owner = await openTestDatabase();
    for (const role of [app, reader])
      await owner.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'only-for-this-test'`);
    await grantRoles({ url: owner.url, log: quiet }, { app, reader });
    const url = urlOf(app);
    asApp = { ...(await openDatabase({ url, dataDir: '/nonexistent', poolSize: 6, log: quiet })), url };
    rig = await startScanRig({ now: NOW, database: asApp });
  });
  afterAll(async () => {
    await rig?.[Symbol.asyncDispose]();
    await asApp?.close();
    for (const role of [app, reader]) await owner.pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await owner.close();
  });

  it('does all that the desk does: fetches, scans, cards, decides, labels, logs', async () => {
    const { stores } = asApp;
    await rig.watch('AAPL', NOW - 2 * 86_400_000);

    const scan = await rig.newScanner().scanDue(NOW);
    await placeNewCards(stores, NOW);
    const claimed = await stores.cards.claim({ by: 'p', now: NOW, leaseMs: 60_000 });
    const cardId = claimed?.details.card.id ?? 0;
    const click = { cardId, userId: 'u', interactionId: 'i', decidedAt: NOW } as const;
    const decided = await decide({ stores, log: quiet } as never, { ...click, action: 'watch' });
    const labelled = await labelDue(rig.services, { now: NOW, by: 'p' });
    await stores.audit.write({ at: NOW, actor: 'u', action: 'a', target: 't', details: {} });

    expect(scan.errors).toEqual([]);
    expect(scan.signals).toBeGreaterThan(0);
    expect(decided).toMatchObject({ outcome: 'written' });
    expect(labelled.failures).toEqual([]);
    expect(labelled.outcomes).toBeGreaterThan(0);
  });

  it.each([
    ['rewrite a decision', `UPDATE decisions SET note = 'x'`],
    ['delete a decision', 'DELETE FROM decisions'],
    ['delete from the audit log', 'DELETE FROM audit_log'],
    ['empty a table', 'TRUNCATE signals CASCADE'],
    ['rewrite a label', `UPDATE outcomes SET hit_tp1 = true`],
    ['drop a table', 'DROP TABLE candles CASCADE'],
    ['change a table', 'ALTER TABLE signals ADD COLUMN x int'],
    ['switch a guard off', 'ALTER TABLE decisions DISABLE TRIGGER ALL'],
    ['make a table', 'CREATE TABLE mine (x int)'],
    ['pretend that a migration was done', 'DELETE FROM drizzle.__drizzle_migrations'],
  ])('of the app may not %s', async (_what, sql) => {
    expect(await attempt(app, sql)).toMatch(/permission denied|must be owner/);
  });

  it.each([
    'SELECT count(*) FROM signals',
    'SELECT count(*) FROM training_rows',
    'SELECT count(*) FROM dashboard.signals',
  ])('of a reader may %s', async (sql) => {
    expect(await attempt(reader, sql)).toBe('done');
  });

  it.each([`INSERT INTO symbols (ticker) VALUES ('X')`, 'DELETE FROM mutes', 'CREATE TABLE mine (x int)'])(
    'of a reader may not %s',
    async (sql) => {
      expect(await attempt(reader, sql)).toMatch(/permission denied/);
    },
  );

  it('of a reader can make a backup', async () => {
    const folder = await makeFolder();

    const made = await backupStore({ url: urlOf(reader), log: quiet }, folder.path).take(NOW);
    await folder.remove();

    expect(made.tables).toBeGreaterThan(30);
  });

  it('says what to run when nobody gave it its rights', async () => {
    const bare = `oracore_bare_${suffix}`;
    await owner.pool.query(`CREATE ROLE ${bare} LOGIN PASSWORD 'only-for-this-test'`);

    const opening = migrate({ url: urlOf(bare), log: quiet });

    await expect(opening).rejects.toThrow(/has no rights on the tables.*oracore -- migrate --app/);
    await owner.pool.query(`DROP ROLE ${bare}`);
  });

  it('says what to run when the tables are older than the program', async () => {
    const old = await createEmptyDatabase();
    const client = await openClient({ url: old, log: quiet });
    await applyFirst(client, 5);
    await client.query(
      `GRANT USAGE ON SCHEMA drizzle TO ${app}; GRANT SELECT ON ALL TABLES IN SCHEMA drizzle TO ${app}`,
    );
    await client.end();

    await expect(migrate({ url: urlOf(app, old), log: quiet })).rejects.toThrow(/oracore -- migrate/);

    await asAdmin(old, (admin) => admin.query(`DROP OWNED BY ${app}`));
  });

  it('loses what somebody gave it beyond its part when rights are given again', async () => {
    await owner.pool.query(`GRANT ALL ON decisions, candles TO ${app}; GRANT INSERT ON mutes TO ${reader}`);
    const before = await attempt(reader, `INSERT INTO mutes DEFAULT VALUES`);

    await grantRoles({ url: owner.url, log: quiet }, { app, reader });

    expect(before).not.toMatch(/permission denied/);
    expect(await attempt(app, `UPDATE decisions SET note = 'x'`)).toMatch(/permission denied/);
    expect(await attempt(app, 'TRUNCATE candles CASCADE')).toMatch(/permission denied/);
    expect(await attempt(reader, `INSERT INTO mutes DEFAULT VALUES`)).toMatch(/permission denied/);
  });

  it('that does not exist is named', async () => {
    await expect(grantRoles({ url: owner.url, log: quiet }, { app: 'nobody_here' })).rejects.toThrow(
      /There is no role "nobody_here"/,
    );
  });
});

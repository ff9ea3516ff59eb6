import { appendFile, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupStore } from '../../src/db/backup.ts';
import { openClient } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { applyFirst, knownMigrations } from '../../src/db/migrations.ts';
import { openDatabase } from '../../src/db/open.ts';
import { checkBackup, restoreBackup } from '../../src/db/restore.ts';
import { listSequences, listTables } from '../../src/db/tables.ts';
import { aCandle } from '../support/builders.ts';
import { createEmptyDatabase, hasTimescale, withDatabase } from '../support/database.ts';
import { asAdmin } from '../support/database-admin.ts';
import { quiet } from '../support/quiet-log.ts';
import { makeFolder } from '../support/sandbox.ts';
import { FIRED_AT } from '../support/signals.ts';
import { aSentCard, seedDetectors } from '../support/stored-desk.ts';

const NOW = Date.UTC(2026, 10, 22, 8);
const DAY = 86_400_000;

/** Every row of every table as text, and what each sequence gave out last. */
async function contentOf(url: string) {
  return asAdmin(url, async (client) => {
    const tables: Record<string, string[]> = {};
    for (const { name } of await listTables(client)) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`);
      tables[name] = rows.map(({ row }) => row).sort();
    }
    return { tables, sequences: await listSequences(client) };
  });
}

describe('a backup', () => {
  const database = withDatabase();
  const folders: { readonly remove: () => Promise<void> }[] = [];
  afterAll(() => Promise.all(folders.map((folder) => folder.remove())));

  async function aFolder(): Promise<string> {
    const folder = await makeFolder();
    folders.push(folder);
    return folder.path;
  }

  /** A folder with one backup of the filled database. */
  async function aBackup(): Promise<string> {
    return (await database.current.backups(await aFolder()).take(NOW)).folder;
  }

  const restore = async (folder: string) => {
    const url = await createEmptyDatabase();
    await restoreBackup({ url, log: quiet }, folder);
    return url;
  };

  beforeAll(async () => {
    const { stores, pool } = database.current;
    await seedDetectors(stores);
    for (const ticker of ['AAPL', 'NVDA']) {
      const cardId = await aSentCard(stores, ticker);
      const interactionId = `click-${ticker}`;
      await stores.decisions.record({
        cardId,
        action: 'watch',
        userId: 'u1',
        interactionId,
        decidedAt: FIRED_AT + 5000,
        note: 'tab\there, line\nbreak, \\ and "quotes" – ½',
      });
    }
    await stores.candles.store({
      ticker: 'AAPL',
      timeframe: '5m',
      source: 'test',
      coverage: [{ date: '2026-11-20', coveredThrough: FIRED_AT }],
      candles: [-2, -1].map((n) => aCandle({ ts: FIRED_AT + n * 300_000, open: 101.123456 })),
    });
    await pool.query(
      `INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars, ret_close, max_run_up, max_drawdown,
         hit_tp1, hit_tp2, hit_tp3, hit_stop, t_to_tp1, label_version)
       SELECT id, fired_at, '5m', 5, 0.01, 0.02, -0.003, true, false, false, false, '1 day 02:03:04.5', 1 FROM signals`,
    );
  });

  it('comes back row for row, and every number goes on where it was', async () => {
    const folder = await aBackup();

    const url = await restore(folder);

    const [before, after] = [await contentOf(database.current.url), await contentOf(url)];
    expect(before.tables.decisions?.length).toBe(2);
    expect(before.tables.outcomes?.length).toBeGreaterThan(0);
    expect(after).toEqual(before);
  });

  it('brings keys and guards back with the rows', async () => {
    const url = await restore(await aBackup());

    const refused = (sql: string) => asAdmin(url, (client) => client.query(sql).then(() => 'done', String));
    expect(await refused(`UPDATE decisions SET note = 'x'`)).toMatch(/never changed/);
    expect(await refused(`DELETE FROM audit_log`)).toMatch(/never changed/);
    expect(
      await refused(`INSERT INTO cards (symbol_id, timeframe, fired_at, side, channel_id)
      VALUES (-1, '5m', now(), 'long', '1')`),
    ).toMatch(/foreign key/);
    expect(
      await refused(`INSERT INTO outcomes (signal_id, signal_fired_at, horizon_tf, horizon_bars)
      VALUES (-1, now(), '5m', 5)`),
    ).toMatch(/does not exist/);
  });

  it('can be opened and worked on at once', async () => {
    const url = await restore(await aBackup());

    const opened = await openDatabase({ url, dataDir: '/nonexistent', poolSize: 2, log: quiet });
    try {
      const next = await aSentCard(opened.stores, 'TSLA');

      expect(next).toBeGreaterThan(2);
      expect(opened.status.timescale !== null).toBe(await hasTimescale());
    } finally {
      await opened.close();
    }
  });

  it('shows one moment, whatever is written meanwhile', async () => {
    const { pool } = database.current;
    const before = (await contentOf(database.current.url)).tables;
    let writing = true;
    let written = 0;
    const writer = (async () => {
      for (; writing; written += 1)
        await pool.query(
          `WITH one AS (INSERT INTO audit_log (at, actor, action, target, details) VALUES (now(), 'u', 'a', 't', '{}'))
           INSERT INTO symbols (ticker) VALUES ($1)`,
          [`W${written}`],
        );
    })();

    const { folder } = await database.current.backups(await aFolder()).take(NOW);
    writing = false;
    await writer;

    const { tables } = await checkBackup(folder);
    const added = (name: string) =>
      (tables.find((table) => table.name === name)?.rows ?? 0) - (before[name]?.length ?? 0);
    expect(written, 'somebody wrote while it was made').toBeGreaterThan(added('symbols'));
    expect(added('symbols'), 'the first table and the last agree').toBe(added('audit_log'));
  });

  it('holds what Timescale has compressed', async (context) => {
    if (!(await hasTimescale())) context.skip('this server has no Timescale');
    const { pool, url } = database.current;
    await pool.query(`SELECT compress_chunk(c, true) FROM show_chunks('candles') c`);
    const before = (await contentOf(url)).tables.candles;

    const restored = await restore(await aBackup());

    expect(before?.length).toBeGreaterThan(0);
    expect((await contentOf(restored)).tables.candles).toEqual(before);
  });

  it('of an older version of the tables is restored and brought up to date', async () => {
    const known = await knownMigrations();
    const old = await createEmptyDatabase();
    const client = await openClient({ url: old, log: quiet });
    await applyFirst(client, known.length - 3);
    await client.query(`INSERT INTO symbols (ticker) VALUES ('AAPL')`);
    await client.end();

    const { folder } = await backupStore({ url: old, log: quiet }, await aFolder()).take(NOW);

    const url = await restore(folder);

    const applied = await asAdmin(url, (admin) =>
      admin.query('SELECT count(*)::int AS n FROM drizzle.__drizzle_migrations'),
    );
    expect(applied.rows).toEqual([{ n: known.length }]);
    expect((await contentOf(url)).tables.symbols).toHaveLength(1);
  });

  it.each([
    [
      'a changed byte',
      async (folder: string) => {
        const path = join(folder, 'cards.copy.gz');
        const bytes = await readFile(path);
        bytes[bytes.length - 12] = (bytes[bytes.length - 12] ?? 0) ^ 1;
        await writeFile(path, bytes);
      },
      /damaged: cards\.copy\.gz/,
    ],
    [
      'something added',
      (folder: string) => appendFile(join(folder, 'candles.copy.gz'), 'x'),
      /damaged: candles/,
    ],
    [
      'another row in a file that is whole in itself',
      async (folder: string) => {
        const path = join(folder, 'symbols.copy.gz');
        const rows = gunzipSync(await readFile(path)).toString();
        await writeFile(path, gzipSync(rows.replace('AAPL', 'AAPX')));
      },
      /damaged: symbols\.copy\.gz has changed since it was made \(its checksum/,
    ],
    [
      'a file lost',
      (folder: string) => rename(join(folder, 'orders.copy.gz'), join(folder, 'gone')),
      /damaged: orders/,
    ],
    [
      'no manifest',
      (folder: string) => rename(join(folder, 'manifest.json'), join(folder, 'gone')),
      /not a backup of OraCore/,
    ],
    [
      'names that are no names',
      async (folder: string) => {
        const path = join(folder, 'manifest.json');
        await writeFile(
          path,
          (await readFile(path, 'utf8')).replace('"name": "cards"', '"name": "cards; DROP TABLE x"'),
        );
      },
      /not a backup of OraCore/,
    ],
    [
      'a newer version',
      async (folder: string) => {
        const path = join(folder, 'manifest.json');
        const manifest = JSON.parse(await readFile(path, 'utf8'));
        await writeFile(path, JSON.stringify({ ...manifest, migrations: 999, migratedTo: NOW }));
      },
      /another version of OraCore/,
    ],
  ] as const)('with %s is refused before anything is written', async (_what, damage, said) => {
    const folder = await aBackup();
    await damage(folder);
    const url = await createEmptyDatabase();

    await expect(restoreBackup({ url, log: quiet }, folder)).rejects.toThrow(said);

    expect((await contentOf(url)).tables).toEqual({});
  });

  it('whose manifest counts other rows than there are leaves none behind', async () => {
    const folder = await aBackup();
    const path = join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    for (const table of manifest.tables) if (table.name === 'symbols') table.rows += 1;
    await writeFile(path, JSON.stringify(manifest));
    const url = await createEmptyDatabase();

    await expect(restoreBackup({ url, log: quiet }, folder)).rejects.toThrow(
      /damaged: symbols\.copy\.gz .*\d+ rows instead of \d+/,
    );

    expect((await contentOf(url)).tables).toMatchObject({ symbols: [], signals: [], candles: [] });
  });

  it('goes into an empty database only', async () => {
    const folder = await aBackup();
    const url = await createEmptyDatabase();
    await migrate({ url, log: quiet });

    await expect(restoreBackup({ url, log: quiet }, folder)).rejects.toThrow(/already holds \d+ tables/);
  });

  it('is readable by its owner alone', async () => {
    const folder = await aBackup();

    const modes = await Promise.all(
      [folder, ...(await readdir(folder)).map((name) => join(folder, name))].map(
        async (path) => (await stat(path)).mode & 0o077,
      ),
    );

    expect(new Set(modes)).toEqual(new Set([0]));
  });

  it('that was cut short is never taken for one, and is cleared away by the next', async () => {
    const folder = await aFolder();
    await mkdir(join(folder, 'oracore-2026-11-21T08-00-00Z.unfinished'));

    await database.current.backups(folder).take(NOW);

    expect(await readdir(folder)).toEqual(['oracore-2026-11-22T08-00-00Z']);
  });

  it('keeps the newest and touches nothing that is not a backup', async () => {
    const folder = await aFolder();
    const backups = database.current.backups(folder);
    for (let day = 0; day < 4; day += 1) await backups.take(NOW + day * DAY);
    await mkdir(join(folder, 'my-notes'));

    const removed = await backups.keepNewest(2);

    expect(removed).toBe(2);
    expect((await readdir(folder)).sort()).toEqual([
      'my-notes',
      'oracore-2026-11-24T08-00-00Z',
      'oracore-2026-11-25T08-00-00Z',
    ]);
  });
});

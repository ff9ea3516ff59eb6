import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, runProgram } from '../support/child.ts';
import { withDatabase } from '../support/database.ts';
import { seedMongo } from '../support/mongo/desk.ts';
import { messyDocuments, statedMapping } from '../support/mongo/messy.ts';
import { HAS_FAULTS, withMongo } from '../support/mongo/with-mongo.ts';

/** Small in the suite. `MESSY_DOCUMENTS=200000 npx vitest run test/cli/mongo.test.ts` prints rate and memory. */
const SIZE = Number(process.env.MESSY_DOCUMENTS ?? 6000);
const WINDOW = ['--from', '2010-01-04', '--to', '2026-01-01'];
const KILLS = 3;
/** However many documents there are: a backfill that kept what it has read would not fit. */
const HEAP_MB = 128;

describe('oracore mongo', { timeout: 60_000 + SIZE * 3 }, () => {
  const mongo = withMongo();
  const database = withDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'oracore-mongo-'));
  const mapping = join(folder, 'mapping.json');
  const documents = [...messyDocuments(SIZE)];
  const isBig = SIZE > 50_000;

  const start = (...args: string[]): Child =>
    runProgram('src/cli/main.ts', ['mongo', ...args], {
      DATABASE_URL: database.current.url,
      DATABASE_TLS: 'off',
      MONGODB_URL: mongo.current.url,
      LOG_LEVEL: 'error',
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
    });
  const run = async (...args: string[]) => {
    const child = start(...args);
    return { code: await child.ended, said: child.output() };
  };
  const readSoFar = async (): Promise<number> => {
    const checkpoints = await database.current.stores.legacy.checkpoints();
    return checkpoints.reduce((sum, { read }) => sum + read, 0);
  };
  const report = (line: string) => {
    if (isBig) process.stderr.write(`${line}\n`);
  };

  beforeAll(async () => {
    await seedMongo(mongo.current.db, documents);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says what is missing when no MongoDB is named', async () => {
    const child = runProgram('src/cli/main.ts', ['mongo', 'harden'], { MONGODB_URL: '' });

    expect(await child.ended).toBe(1);
    expect(child.output()).toContain('MONGODB_URL is missing');
  });

  it('writes a mapping, reports what it leaves open, and exits 1', async () => {
    const { code, said } = await run('preflight', '--mapping', mapping, '--sample', 'all');

    report(said);
    expect(code).toBe(1);
    expect(said).toMatch(/written: the usual names[\s\S]*scanner_hits: [\d,]+ documents/);
    expect(said).toContain('a user with the role `read` is safer');
    expect(said).toMatch(/time zone unstated \(mapping\): say in times\.zone/);
    expect(said).toMatch(/timestamp\s+\d.*%\s+date \d/);
    expect(JSON.parse(readFileSync(mapping, 'utf8'))).toMatchObject({ times: { zone: null } });
  });

  it('names the place of a mistake in an edited mapping', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(
      broken,
      JSON.stringify({
        ...statedMapping(),
        times: { zone: 'Mars/Olympus', dateOrder: null, dateOnly: null },
      }),
    );

    const { code, said } = await run('backfill', '--mapping', broken);

    expect(code).toBe(1);
    expect(said).toContain('times.zone: must be a time zone such as America/New_York');
  });

  it('brings everything over although it is killed three times, and the counts reconcile', async () => {
    writeFileSync(mapping, JSON.stringify(statedMapping()));
    const began = performance.now();
    const memory: number[] = [];
    if (mongo.current.local !== null) mongo.current.local.faults.delayMs = isBig ? 0 : 100;

    for (let kill = 1; kill <= KILLS; kill += 1) {
      const child = start('backfill', '--mapping', mapping);
      const before = await readSoFar();
      while ((await readSoFar()) < before + SIZE / 8) {
        memory.push(residentMb(child));
        await sleep(20);
        if (child.process.exitCode !== null) throw new Error(child.output());
      }
      child.process.kill('SIGKILL');
      await child.ended;
      report(`killed at ${await readSoFar()} documents`);
    }
    const child = start('backfill', '--mapping', mapping);
    while (child.process.exitCode === null) {
      memory.push(residentMb(child));
      await sleep(20);
    }

    if (mongo.current.local !== null) mongo.current.local.faults.delayMs = 0;
    await child.ended;
    const seconds = (performance.now() - began) / 1000;
    report(child.output());
    report(`${SIZE} documents in ${seconds.toFixed(1)} s with four starts: ${Math.round(SIZE / seconds)}/s`);
    report(`memory of the processes over time, MB: ${tenths(memory).join(' ')}`);
    const { rows } = await database.current.pool.query(
      `SELECT state, count(*)::int AS n FROM legacy_documents GROUP BY 1 ORDER BY 1`,
    );
    const rejected = documents.filter(({ expected }) => expected !== 'written').length;
    expect(rows).toEqual([
      { state: 'rejected', n: rejected },
      { state: 'written', n: SIZE - rejected },
    ]);
    expect(await readSoFar(), 'every document was read once').toBe(SIZE);
    const [{ signals, orders }] = (
      await database.current.pool.query(
        `SELECT (SELECT count(*)::int FROM signals WHERE origin = 'legacy') AS signals,
                (SELECT count(DISTINCT legacy->>'_id')::int FROM orders) AS orders`,
      )
    ).rows;
    const written = (collection: string) =>
      documents.filter((each) => each.collection === collection && each.expected === 'written').length;
    expect(orders).toBe(written('trade_logs'));
    expect(signals).toBeLessThan(written('scanner_hits') + written('prediction_data')); // some are candles only
  });

  it('changes nothing when it is run again', async () => {
    const { code, said } = await run('backfill', '--mapping', mapping);

    expect(code).toBe(0);
    expect(said).toContain(`read ${SIZE} = written 0 + rejected 0 + unchanged ${SIZE}`);
  });

  it('finds parity clean and exits 0, then exits 1 and names what was changed', async () => {
    const clean = await run('parity', '--mapping', mapping, ...WINDOW);
    await mongo.current.db
      .collection<{ _id: string }>('scanner_hits')
      .updateOne({ _id: 'hit-3' }, { $set: { price: 1 } });

    const drifted = await run('parity', '--mapping', mapping, ...WINDOW);

    report(clean.said);
    report(drifted.said);
    expect([clean.code, drifted.code]).toEqual([0, 1]);
    expect(clean.said).toContain('Both sides agree.');
    expect(drifted.said).toMatch(/different: scanner_hits "hit-3"\n\s+signal\.price: Mongo 1, Postgres/);
  });

  it('refuses the cutover and says why', async () => {
    const { code, said } = await run('cutover', '--mapping', mapping, ...WINDOW);

    expect(code).toBe(1);
    expect(said).toMatch(/refused:[\s\S]*--reads-moved[\s\S]*--accept-rejected/);
  });

  it.runIf(HAS_FAULTS)(
    'says in a sentence that MongoDB does not answer',
    async () => {
      await mongo.current.local?.down();

      const { code, said } = await run('parity', '--mapping', mapping, ...WINDOW);

      await mongo.current.local?.up();
      expect(code).toBe(1);
      expect(said).toMatch(/MongoDB did not list its collections|MongoDB did not give ids/);
    },
    90_000,
  );
});

/** The most in each tenth of the time. */
function tenths(values: readonly number[]): number[] {
  const size = Math.ceil(values.length / 10);
  return Array.from({ length: 10 }, (_, part) =>
    Math.max(0, ...values.slice(part * size, (part + 1) * size)),
  );
}

/** Resident memory of a process in MB; 0 when it is gone. */
function residentMb({ process: { pid } }: Child): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return Math.round((pages * 4096) / 1_048_576);
  } catch {
    return 0;
  }
}

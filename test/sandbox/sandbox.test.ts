import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UiSnapshot } from '../../src/sandbox/discord/ui-protocol.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { at, aWalk } from '../support/builders.ts';
import { type Child, runProgram } from '../support/child.ts';
import { quiet } from '../support/quiet-log.ts';
import { readRows } from '../support/recorded.ts';
import { makeFolder, NOWHERE, writeRecording } from '../support/sandbox.ts';
import { sharedData } from '../support/shared-data.ts';

const LINE = /^OraCore sandbox: (http:\/\/127\.0\.0\.1:\d+)$/m;
const spy = sharedData('stratback-5m/SPY_5m_2022-02-14_2022-08-12.csv.gz');
const nvda = sharedData('stratback-5m/NVDA_5m_2022-02-14_2022-08-12.csv.gz');

describe('npm run sandbox', () => {
  let resources: AsyncDisposableStack;
  let folder: string;

  beforeEach(async () => {
    resources = new AsyncDisposableStack();
    const made = await makeFolder();
    resources.defer(made.remove);
    folder = made.path;
  });
  afterEach(() => resources.disposeAsync());

  function runSandbox(args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
    const child = runProgram('src/sandbox/main.ts', args, {
      DATA_DIR: join(folder, 'home'),
      YAHOO_BASE_URL: NOWHERE,
      ...env,
    });
    resources.defer(async () => {
      child.process.kill('SIGINT');
      await child.ended;
    });
    return child;
  }

  /** The address it prints when a person can click. */
  async function addressOf(child: Child): Promise<string> {
    await child.prints('OraCore sandbox: ');
    const [, url = ''] = LINE.exec(child.output()) ?? [];
    return url;
  }

  /** The port of its database server; 0 while there is none. */
  function databasePort(): number {
    const file = join(folder, 'home/sandbox/postgres/data/postmaster.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[3] ?? 0) : 0;
  }

  it.each([
    [['--speed', 'fast'], '--speed takes a number above 0 or max, not "fast".'],
    [['--data', '/no/such/folder'], 'There is no folder "/no/such/folder".'],
  ])('refuses %j in a sentence and exits 1', async (args, sentence) => {
    const child = runSandbox(args);

    expect(await child.ended).toBe(1);
    expect(child.output().trim(), 'and nothing else').toBe(sentence);
  });

  it('says so when its port is taken', async () => {
    const other = createServer();
    resources.defer(() => new Promise((resolve) => void other.close(() => resolve())));
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;

    const child = runSandbox(['--port', String(port)]);

    expect(await child.ended).toBe(1);
    expect(child.output().trim(), 'and nothing else').toBe(
      `Port ${port} is taken by another program. Choose another with --port, or leave it out to take any free one.`,
    );
  });

  it('refuses DATABASE_URL without repeating it', async () => {
    const child = runSandbox([], { DATABASE_URL: 'postgres://me:hunter2@db.example/oracore' });

    expect(await child.ended).toBe(1);
    expect(child.output()).toContain('simulated prices never meet real ones');
    expect(child.output()).not.toContain('hunter2');
  });

  it('names its options', async () => {
    const child = runSandbox(['--help']);

    expect(await child.ended).toBe(0);
    expect(child.output()).toMatch(/--data DIR[\s\S]*--speed N[\s\S]*--seed N[\s\S]*--port N/);
  });

  it('starts without internet, says that prices are simulated, and leaves nothing behind on Ctrl-C', async () => {
    const child = runSandbox([]);
    const url = await addressOf(child);
    const page = await fetch(url);
    const other = runSandbox([]);
    const otherCode = await other.ended;
    const port = databasePort();

    // More than one, as a terminal and npm send together, or somebody who cannot wait. None after the database
    // is closed: in its last milliseconds Node has no handler left, and a signal then ends it without a code.
    const insist = async () => (await isOpen(port)) && child.process.kill('SIGINT');
    await expect.poll(insist, { timeout: 10_000 }).toBe(false);
    const code = await child.ended;

    expect(child.output()).toMatch(/^Prices are simulated: /m);
    expect(child.output().match(new RegExp(LINE, 'gm')), 'one line').toHaveLength(1);
    expect(await page.text()).toContain('<title>OraCore sandbox</title>');
    expect(otherCode, 'a second one on the same folder').toBe(1);
    expect(other.output()).toMatch(/Another process works with the database in .*home.* Stop it first\./);
    expect(code).toBe(0);
    expect(port).toBeGreaterThan(0);
    expect(await isOpen(port), 'the database server').toBe(false);
  }, 60_000);

  it('ends cleanly on Ctrl-C while it is still starting', async () => {
    const child = runSandbox([]);
    await expect.poll(databasePort, { timeout: 30_000, interval: 20 }).toBeGreaterThan(0);
    const port = databasePort();

    child.process.kill('SIGINT');

    expect(await child.ended).toBe(0);
    expect(child.output()).not.toMatch(LINE);
    expect(await isOpen(port)).toBe(false);
  }, 60_000);

  it('plays tickers whose recordings begin at different times', async () => {
    writeRecording(folder, { ticker: 'SPY', timeframe: '5m' }, aWalk(300));
    writeRecording(folder, { ticker: 'QQQ', timeframe: '5m' }, aWalk(90, { date: '2024-01-04', seed: 2 }));
    writeRecording(folder, { ticker: 'AAPL', timeframe: '1d' }, aWalk(30, { timeframe: '1d', seed: 3 }));

    const child = runSandbox(['--data', folder, '--speed', 'max']);
    const url = await addressOf(child);

    await expect
      .poll(async () => (await lookAt(url)).notice, { timeout: 90_000 })
      .toContain('played to their end');
    expect(child.output()).toContain('AAPL, QQQ, SPY, 2024-01-02 to 2024-02-13');
    const complaints = child.output().matchAll(/^\{"level":[45]0.*"msg":"(.*)"\}$/gm);
    expect(
      [...complaints].map(([, said]) => said),
      'that there is no VIX needs no warning',
    ).toEqual(['timescale']);
  }, 120_000);

  it.skipIf(spy === null || nvda === null)(
    'posts cards for signals of real candles at full speed (needs recorded candles)',
    async () => {
      for (const [ticker, file] of [
        ['SPY', spy],
        ['NVDA', nvda],
      ] as const) {
        const rows = readRows(file ?? '').filter(({ ts }) => Number(ts) < at('2022-03-01T00:00:00Z'));
        writeRecording(folder, { ticker, timeframe: '5m' }, rows);
      }

      const url = await addressOf(runSandbox(['--data', folder, '--speed', 'max']));
      const cards = async () =>
        (await lookAt(url)).messages
          .map(({ content }) => content)
          .filter((text) => /(LONG|SHORT)/.test(text));

      await expect.poll(async () => (await cards()).length, { timeout: 60_000 }).toBeGreaterThan(2);
      expect(await cards()).toContainEqual(
        expect.stringMatching(/(LONG|SHORT) (SPY|NVDA) 5m · \d+\.\d\d · /),
      );
    },
    90_000,
  );
});

describe('startSandbox', () => {
  it('begins with an empty database, whatever the last one left', async () => {
    await using resources = new AsyncDisposableStack();
    const { path, remove } = await makeFolder();
    resources.defer(remove);
    /** Starts one that watches this ticker, and ends it again. */
    const watchedBy = async (ticker: string): Promise<unknown> => {
      const dataDir = join(path, ticker);
      mkdirSync(dataDir);
      writeRecording(dataDir, { ticker, timeframe: '5m' }, aWalk(20));
      const choice = { dataDir, dataHome: path, speed: 1, seed: 1, port: 0, yahooUrl: NOWHERE, log: quiet };
      const sandbox = await startSandbox(choice);
      const watches = 'SELECT ticker FROM watch_requests JOIN symbols ON symbols.id = symbol_id';
      const { rows } = await sandbox.database.pool.query(watches).finally(() => sandbox.close());
      return rows;
    };

    expect(await watchedBy('QQQ')).toEqual([{ ticker: 'QQQ' }]);
    expect(await watchedBy('SPY')).toEqual([{ ticker: 'SPY' }]);
  }, 60_000);
});

/** What the page of the first person shows now. */
async function lookAt(url: string): Promise<UiSnapshot> {
  const stop = new AbortController();
  const { body } = await fetch(`${url}/_ui/events`, { signal: stop.signal });
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const [, data] = /^data: (.*)\n\n/m.exec(text) ?? [];
    if (data !== undefined) {
      stop.abort();
      return JSON.parse(data) as UiSnapshot;
    }
  }
  throw new Error(`no snapshot came: ${text}`);
}

/** Whether somebody listens there. A process that has ended may linger until its parent asks, a port does not. */
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

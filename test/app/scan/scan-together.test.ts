import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { SCAN_LEASE_MS } from '../../../src/app/scan/scan-due.ts';
import { aSession, at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { asAdmin } from '../../support/database-admin.ts';
import { type ScanRig, startScanRig } from '../../support/scan-rig.ts';

/*
 * A close of several warm tickers: their candles are stored in one transaction, and what fired on them
 * is written in another, with all their cursors. What goes wrong there must stop no other ticker.
 */

const CANDLE = 300_000;
/** 12:55:13 in New York: AAPL and AMD fire on the candle that has just closed, the others do not. */
const NOW = at('2026-11-20T17:55:13Z');
const NEWEST = at('2026-11-20T17:50:00Z');
const HISTORY = aSession('2026-11-05').open;
const TICKERS = ['AAPL', 'AMD', 'MSFT', 'NVDA', 'TSLA'];

const database = withDatabase();
const rigs: ScanRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig[Symbol.asyncDispose]();
});

/** All history is there, and the candle before the newest was scanned: the next scan stores few candles of each. */
async function aWarmRig() {
  const rig = await startScanRig({ now: NOW - CANDLE, database: database.current });
  rigs.push(rig);
  rig.prices.bend((candle, _ticker, timeframe) =>
    timeframe !== '1d' && candle.ts < HISTORY ? null : candle,
  );
  for (const ticker of TICKERS) await rig.watch(ticker, NEWEST - 2 * CANDLE);
  const scanner = rig.newScanner();
  await scanner.scanDue(rig.now);
  rig.now = NOW;
  return { rig, scanner };
}

const storyOf = async (rig: ScanRig) => ({
  signals: await rig.rows(
    `SELECT s.ticker, g.fired_at, g.side, g.detector_id, g.score, g.features - 'spread_bps' AS features, g.feature_inputs
     FROM signals g JOIN symbols s ON s.id = g.symbol_id ORDER BY fired_at, ticker, detector_id, side`,
  ),
  cards: await rig.rows(
    `SELECT s.ticker, c.fired_at, c.side, c.state, (SELECT count(*)::int FROM alerts a WHERE a.card_id = c.id) AS alerts
     FROM cards c JOIN symbols s ON s.id = c.symbol_id ORDER BY fired_at, ticker, side`,
  ),
  candles: await rig.rows(
    `SELECT s.ticker, c.timeframe, count(*)::int AS n, sum(close) AS closes, max(ts) AS newest
     FROM candles c JOIN symbols s ON s.id = c.symbol_id GROUP BY 1, 2 ORDER BY 1, 2`,
  ),
  coverage: await rig.rows(
    `SELECT s.ticker, c.timeframe, max(covered_through) AS through
     FROM candle_coverage c JOIN symbols s ON s.id = c.symbol_id GROUP BY 1, 2 ORDER BY 1, 2`,
  ),
  cursors: await cursorsOf(rig),
});
const cursorsOf = async (rig: ScanRig) =>
  (
    await rig.rows<{ ticker: string; last: Date }>(
      `SELECT s.ticker, w.last_scanned_ts AS last FROM watch_requests w JOIN symbols s ON s.id = w.symbol_id ORDER BY 1`,
    )
  ).map(({ ticker, last }) => `${ticker} ${last.getTime() === NEWEST ? 'scanned' : 'waits'}`);
const scannedBut = (...waiting: string[]) =>
  TICKERS.map((ticker) => `${ticker} ${waiting.includes(ticker) ? 'waits' : 'scanned'}`);
const warnings = (rig: ScanRig) =>
  rig.log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);

let whole: Awaited<ReturnType<typeof storyOf>>;
beforeAll(async () => {
  const { rig, scanner } = await aWarmRig();
  const scan = await scanner.scanDue(NOW);
  whole = await storyOf(rig);
  expect(scan).toMatchObject({ watches: TICKERS.length, errors: [] });
  expect(scan.signals, 'some fire').toBeGreaterThan(0);
  expect(scan.signals, 'and some do not').toBeLessThan(TICKERS.length);
  expect(whole.cursors).toEqual(scannedBut());
  expect(warnings(rig), 'nothing had to be done one by one').toEqual([]);
});

it('stores the others when the candle of one cannot be stored, and names that one', async () => {
  const { rig, scanner } = await aWarmRig();
  const huge = 1e15; // beyond NUMERIC(18,6), and valid by every rule for a candle
  rig.prices.bend((candle, ticker) =>
    ticker === 'NVDA' && candle.ts === NEWEST
      ? { ...candle, open: huge, high: huge, low: huge, close: huge }
      : candle,
  );

  const scan = await scanner.scanDue(NOW);
  const cursors = await cursorsOf(rig);
  rig.prices.straighten();
  await scanner.scanDue(NOW);

  expect(scan.errors).toEqual([expect.stringMatching(/^NVDA: /)]);
  expect(cursors).toEqual(scannedBut('NVDA'));
  expect(warnings(rig)).toContain('series are stored one by one');
  expect(await storyOf(rig)).toEqual(whole);
});

it('writes the others when the signals of one cannot be written, and names that one', async () => {
  const { rig, scanner } = await aWarmRig();
  await rig.rows(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.symbol_id = (SELECT id FROM symbols WHERE ticker = 'AMD') THEN RAISE 'refused'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON signals FOR EACH ROW EXECUTE FUNCTION refuse()`);

  const scan = await scanner.scanDue(NOW);
  await rig.rows('DROP FUNCTION refuse CASCADE');
  const cursors = await cursorsOf(rig);
  await scanner.scanDue(NOW);

  expect(scan.errors).toEqual([expect.stringMatching(/^AMD 5m: /)]);
  expect(cursors).toEqual(scannedBut('AMD'));
  expect(await storyOf(rig)).toEqual(whole);
});

const points = [
  ['the candles of all are stored', 'INSERT ON candles', 1, 'series are stored one by one'],
  ['their coverage is written', 'INSERT ON candle_coverage', 1, 'series are stored one by one'],
  ['the cursors move', 'UPDATE OF last_scanned_ts ON watch_requests', 1, 'watches are written one by one'],
] as const;
it.each(points)(
  'loses and doubles nothing when the connection dies as %s',
  async (_what, event, nth, said) => {
    const { rig, scanner } = await aWarmRig();
    await rig.rows(`
    CREATE SEQUENCE deaths;
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('deaths') = ${nth} THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER die BEFORE ${event} FOR EACH STATEMENT EXECUTE FUNCTION die()`);

    const scan = await scanner.scanDue(NOW);
    await rig.rows('DROP FUNCTION die CASCADE; DROP SEQUENCE deaths');

    expect(scan.errors, 'one by one it went').toEqual([]);
    expect(warnings(rig)).toContain(said);
    expect(await storyOf(rig)).toEqual(whole);
    expect(await scanner.scanDue(NOW)).toMatchObject({ watches: 0 });
  },
);

const moments = [
  ['while it stores', 'AFTER INSERT ON candles'],
  ['between storing and the cursors', 'BEFORE UPDATE OF last_scanned_ts ON watch_requests'],
] as const;
it.each(moments)('loses and doubles nothing when the process is killed %s', async (_what, event) => {
  const { rig } = await aWarmRig();
  await rig.rows(`
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_advisory_xact_lock(7); RETURN NULL;
    END $$;
    CREATE TRIGGER wait ${event} FOR EACH STATEMENT EXECUTE FUNCTION wait()`);
  const locks = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND database =
                   (SELECT oid FROM pg_database WHERE datname = current_database())`;

  await asAdmin(rig.database.url, async (gate) => {
    await gate.query('SELECT pg_advisory_lock(7)');
    const script = resolve(import.meta.dirname, '../../support/scan-child.ts');
    const child = spawn(process.execPath, [script, rig.database.url, rig.yahoo.baseUrl, String(NOW)]);
    const exit = once(child, 'exit');
    const waiting = () => rig.rows(`${locks} AND objid = 7 AND NOT granted`);
    await expect.poll(waiting, { timeout: 20_000 }).not.toEqual([]);
    child.kill('SIGKILL');
    await exit;
  });
  await expect.poll(() => rig.rows(locks), { timeout: 10_000 }).toEqual([]);
  await rig.rows('DROP FUNCTION wait CASCADE');
  const left = await cursorsOf(rig);
  const scan = await rig.newScanner().scanDue(NOW + SCAN_LEASE_MS);

  expect(left, 'no cursor had moved').toEqual(scannedBut(...TICKERS));
  expect(scan.errors).toEqual([]);
  expect(await storyOf(rig)).toEqual(whole);
});

it('lets two whose claims ran out scan the same at once: each signal once, no one waits in a circle', async () => {
  const { rig, scanner } = await aWarmRig();
  const others = [1, 2].map((late) => ({ scanner: rig.newScanner(), now: NOW + late * SCAN_LEASE_MS }));

  const scans = await Promise.all(
    [{ scanner, now: NOW }, ...others].map((each) => each.scanner.scanDue(each.now)),
  );

  expect(scans.flatMap(({ errors }) => errors)).toEqual([]);
  expect(warnings(rig).filter((message) => message.endsWith('one by one'))).toEqual([]);
  expect(await storyOf(rig)).toEqual(whole);
});

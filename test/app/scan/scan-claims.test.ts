import { afterEach, describe, expect, it } from 'vitest';
import { SCAN_LEASE_MS } from '../../../src/app/scan/scan-due.ts';
import { at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { type ScanRig, startScanRig } from '../../support/scan-rig.ts';

/** 12:55:13 in New York. */
const NOW = at('2026-11-20T17:55:13Z');
const CURSOR = at('2026-11-20T17:30:00Z');
const TICKERS = ['AAPL', 'AMD', 'MSFT', 'NVDA', 'QQQ', 'TSLA'];
const CANDLE = 300_000;

describe('scanners that share one database', () => {
  const database = withDatabase();
  const rigs: ScanRig[] = [];
  afterEach(async () => {
    await database.current.pool.query('DELETE FROM processes');
    for (const rig of rigs.splice(0)) await rig[Symbol.asyncDispose]();
  });

  async function aRig(processes: readonly string[]): Promise<ScanRig> {
    const rig = await startScanRig({ now: NOW, database: database.current });
    rigs.push(rig);
    for (const ticker of TICKERS) await rig.watch(ticker, CURSOR);
    for (const id of processes) await say(rig, id);
    return rig;
  }

  /** A process says that it is there. */
  const say = (rig: ScanRig, id: string) =>
    database.current.stores.processes.seen(
      {
        id,
        roles: ['scanner'],
        host: 'h',
        codeVersion: '1',
        startedAt: rig.now,
        seenAt: rig.now,
        gateway: false,
      },
      0,
    );
  const cursors = async (rig: ScanRig) =>
    new Set(
      (await rig.rows<{ at: Date }>('SELECT last_scanned_ts AS at FROM watch_requests')).map(({ at: ts }) =>
        ts.getTime(),
      ),
    );
  const takenBy = async (rig: ScanRig) =>
    Object.fromEntries(
      (
        await rig.rows<{ ticker: string; by: string }>(
          'SELECT ticker, claimed_by AS by FROM watch_requests w JOIN symbols s ON s.id = w.symbol_id ORDER BY ticker',
        )
      ).map(({ ticker, by }) => [ticker, by]),
    );
  /** A process claims what is due. */
  const claim = (by: string, except: readonly number[] = []) =>
    database.current.stores.watches.claimDue(new Map([['5m', NOW]]), {
      by,
      now: NOW,
      leaseMs: SCAN_LEASE_MS,
      except: new Set(except),
    });
  const requestsOf = (rig: ScanRig) => TICKERS.map((ticker) => rig.asked(ticker, '5m').length);

  it('halve the work: every ticker is asked for once, whoever does it', async () => {
    const rig = await aRig(['one', 'other']);
    const [one, other] = [rig.newScanner({}, 'one'), rig.newScanner({}, 'other')];

    const scans = await Promise.all([one.scanDue(NOW), other.scanDue(NOW)]);

    expect(scans.map(({ watches }) => watches)).toEqual([3, 3]);
    expect(scans.flatMap(({ errors }) => errors)).toEqual([]);
    expect(requestsOf(rig)).toEqual(TICKERS.map(() => 1));
    expect([...(await cursors(rig))]).toEqual([at('2026-11-20T17:50:00Z')]);
  });

  it('keep what they had, for their indicators are warm there', async () => {
    const rig = await aRig(['one', 'other']);
    const [one, other] = [rig.newScanner({}, 'one'), rig.newScanner({}, 'other')];
    await Promise.all([one.scanDue(NOW), other.scanDue(NOW)]);
    const first = await takenBy(rig);

    rig.now += CANDLE;
    for (const id of ['one', 'other']) await say(rig, id);
    await Promise.all([other.scanDue(rig.now), one.scanDue(rig.now)]);

    expect(new Set(Object.values(first))).toEqual(new Set(['one', 'other']));
    expect(await takenBy(rig)).toEqual(first);
  });

  it('take all of it where one is alone', async () => {
    const rig = await aRig(['one']);

    const scan = await rig.newScanner({}, 'one').scanDue(NOW);

    expect(scan).toMatchObject({ watches: 6, othersScan: false });
  });

  it('leave alone what another is at, and say so', async () => {
    const rig = await aRig(['one']);
    await claim('busy');

    const scan = await rig.newScanner({}, 'one').scanDue(NOW);

    expect(scan).toMatchObject({ watches: 0, othersScan: true });
    expect(requestsOf(rig)).toEqual(TICKERS.map(() => 0));
  });

  it('take over what one that died has claimed, when its time has run out', async () => {
    const rig = await aRig(['one']);
    const ids = (await database.current.stores.watches.active()).map(({ id }) => id);
    await claim('dead', ids.slice(4));
    const survivor = rig.newScanner({}, 'one');

    const meanwhile = await survivor.scanDue(NOW);
    const later = await survivor.scanDue(NOW + SCAN_LEASE_MS);

    expect([meanwhile.watches, later.watches]).toEqual([2, 4]);
    expect([...(await cursors(rig))]).toEqual([at('2026-11-20T17:50:00Z')]);
  });

  it('go on to what the other has not begun, when it is slower', async () => {
    const rig = await aRig(['one', 'other']);

    const scan = await rig.newScanner({}, 'one').scanDue(NOW);

    expect(scan, 'first its half, then the rest').toMatchObject({ watches: 6, othersScan: false });
    expect(requestsOf(rig)).toEqual(TICKERS.map(() => 1));
  });

  it('give back at once what they have not begun when they are asked to stop', async () => {
    const rig = await aRig(['one']);
    const stopping = new AbortController();
    rig.yahoo.faults.add({ match: /chart\/AAPL\?/, times: 1, delayMs: 100 });

    const scanning = rig.newScanner({}, 'one').scanDue(NOW, stopping.signal);
    await expect.poll(() => rig.yahoo.journal.length).toBeGreaterThan(0);
    stopping.abort();
    const cut = await scanning;
    const next = await rig.newScanner({}, 'next').scanDue(NOW);

    expect(cut.errors).toEqual([]);
    expect(cut.signals + next.signals).toBeGreaterThan(0);
    expect(next.watches, 'nothing is still claimed').toBeGreaterThan(0);
    expect([...(await cursors(rig))]).toEqual([at('2026-11-20T17:50:00Z')]);
  });
});

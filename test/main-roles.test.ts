import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../src/db/open.ts';
import { latestSession, previousSession, type Session } from '../src/domain/calendar.ts';
import { planCards } from '../src/domain/plan-cards.ts';
import type { Child } from './support/child.ts';
import { type SharedWorld, startSharedWorld } from './support/processes.ts';
import { quiet } from './support/quiet-log.ts';
import { aSignal } from './support/signals.ts';

const PARAMS = { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 } as const;
/** How long one process may take to see that another is gone, and to do its work. */
const SOON = { timeout: 60_000 };

/** The last session that is over, and answered for by the source. */
function lastSession(): Session {
  const latest = latestSession(Date.now());
  return latest.close + 3_600_000 < Date.now() ? latest : previousSession(latest);
}

// Real processes, one after the other in the same world: each test goes on where the one before ended.
describe('npm start -- --role', { timeout: 120_000, retry: 0 }, () => {
  let world: SharedWorld;
  let database: Database;
  let cards = 0;
  /** The process that is connected to Discord. */
  let bot: Child;
  beforeAll(async () => {
    world = await startSharedWorld();
    database = await openDatabase({
      url: world.databaseUrl,
      dataDir: '/nonexistent',
      poolSize: 3,
      log: quiet,
    });
  });
  afterAll(async () => {
    await database?.close();
    await world[Symbol.asyncDispose]();
  });

  /** The cards in the channel, whatever else this moment of the week makes the desk say there. */
  const shown = () =>
    world.discord
      .messages(world.discord.channels.alerts)
      .map(({ content }) => content)
      .filter((content) => content.includes('breakout'));
  const gateways = async () =>
    (await database.stores.processes.since(Date.now() - 60_000)).filter(({ gateway }) => gateway);

  /** A card of this moment that is due, as a scan leaves it. */
  async function aDueCard(): Promise<string> {
    const { stores } = database;
    cards += 1;
    const now = Date.now();
    const firedAt = now - (now % 60_000) - 60_000 * cards;
    const ticker = `T${String.fromCharCode(64 + cards)}`;
    const { watch } = await stores.watches.add({
      ticker,
      timeframe: '5m',
      params: PARAMS,
      channelId: world.discord.channels.alerts,
      userId: world.discord.people.alice,
      startAfter: latestSession(now).close - 300_000,
    });
    const signals = [aSignal({ firedAt })];
    await stores.signals.recordScan({
      watch,
      scannedTo: latestSession(now).close - 300_000,
      signals,
      cards: planCards(signals, { params: PARAMS, levelRule: 'atr', now }),
      origin: 'live',
      runId: 'run',
    });
    await world.rows(
      `UPDATE cards SET state = 'pending', deliver_after = NULL, expires_at = NULL WHERE state IN ('new', 'held')`,
    );
    return ticker;
  }

  it('says which roles there are', async () => {
    const child = world.start('everything');

    expect(await child.ended).toBe(1);
    expect(child.output()).toContain('Use: npm start -- --role scanner|labeler|bot|all');
  });

  it('scanner works without a word of Discord, and labels nothing', async () => {
    const { stores } = database;
    const scanner = world.start('scanner', world.plain);
    await scanner.prints('desk open');

    const running = await stores.processes.since(0);
    scanner.process.kill('SIGTERM');

    expect(running.map(({ roles, gateway }) => ({ roles, gateway }))).toEqual([
      { roles: ['scanner'], gateway: false },
    ]);
    expect(await scanner.ended).toBe(0);
    expect(await stores.processes.since(0), 'it has said goodbye').toEqual([]);
    expect(await stores.runs.latest('label')).toBeNull();
  });

  it('bot is connected once, and another takes over when the first is killed', async () => {
    const first = world.start('bot');
    await first.prints('desk open');
    bot = world.start('bot');
    await bot.prints('waiting to take over');
    const before = await aDueCard();
    await expect.poll(shown, SOON).toEqual([expect.stringContaining(before)]);

    first.process.kill('SIGKILL');
    await first.ended;
    const after = await aDueCard();
    await bot.prints('connected to discord');

    await expect.poll(() => shown().length, SOON).toBe(2);
    for (const ticker of [before, after])
      expect(shown().filter((content) => content.includes(ticker))).toHaveLength(1);
    expect(await world.discord.person('alice').command('status')).toMatchObject({ kind: 'message' });
    await expect.poll(gateways, SOON).toHaveLength(1);
  });

  it('bot that is killed between "Discord stored it" and "we wrote it" leaves one message', async () => {
    const next = world.start('bot');
    await next.prints('waiting to take over');
    const stored = world.discord.faults.add({
      method: 'POST',
      path: /^\/channels\/\d+\/messages$/,
      status: 500,
      after: true,
      times: 50,
    });
    const ticker = await aDueCard();
    const ofTicker = () => shown().filter((content) => content.includes(ticker)).length;
    await expect.poll(ofTicker, SOON).toBe(1);

    bot.process.kill('SIGKILL');
    await bot.ended;
    stored.remove();
    // Its claim runs out: a minute has passed.
    await world.rows(`UPDATE cards SET claimed_until = now() WHERE state = 'sending'`);
    bot = next;

    const open = () => world.rows(`SELECT state FROM cards WHERE state NOT IN ('sent', 'suppressed')`);
    await expect.poll(open, SOON).toEqual([]);
    expect(ofTicker()).toBe(1);
  });

  it('bot stays connected when only its lock is cut and nobody waits for it, and leaves in good order', async () => {
    await world.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    await bot.prints('the lock is ours again');

    expect(await world.discord.person('alice').command('status')).toMatchObject({ kind: 'message' });
    // What was asked before the order to stop is answered all the same.
    const slow = world.discord.faults.add({ method: 'POST', path: /callback/, delayMs: 1000 });
    const asked = world.discord.person('bob').command('status');
    await expect.poll(() => slow.hits, SOON).toBe(1);
    bot.process.kill('SIGTERM');
    expect(await asked).toMatchObject({ kind: 'message' });
    expect(await bot.ended).toBe(0);
  });

  it('any of them can be killed while all of them work: each signal once', async () => {
    const { stores } = database;
    const session = lastSession();
    const startAfter = session.open;
    for (const ticker of ['AAPL', 'AMD', 'MSFT', 'NVDA'])
      await stores.watches.add({
        ticker,
        timeframe: '5m',
        params: PARAMS,
        channelId: '',
        userId: 'u',
        startAfter,
      });
    world.yahoo.faults.add({ match: /chart\/(AAPL|NVDA)\?/, times: 100, hang: 'headers' });
    const doomed = world.start('scanner', world.plain);
    const claimed = () =>
      world.rows(`SELECT DISTINCT claimed_by FROM watch_requests WHERE claimed_until > now()`);
    await expect.poll(claimed, SOON).toHaveLength(1);

    doomed.process.kill('SIGKILL');
    await doomed.ended;
    world.yahoo.faults.clear();
    // A minute later its claims have run out, and it is no longer counted.
    await world.rows(`UPDATE watch_requests SET claimed_until = now() - interval '1 second'`);
    await world.rows(`UPDATE processes SET seen_at = now() - interval '1 minute'`);
    const others: Child[] = [
      world.start('scanner', world.plain),
      world.start('scanner', world.plain),
      world.start('labeler', world.plain),
    ];
    for (const other of others) await other.prints('desk open');

    const behind = () =>
      world.rows(
        `SELECT s.ticker FROM watch_requests w JOIN symbols s ON s.id = w.symbol_id
                  WHERE ticker IN ('AAPL', 'AMD', 'MSFT', 'NVDA') AND last_scanned_ts < $1`,
        [new Date(session.close - 300_000)],
      );
    await expect.poll(behind, SOON).toEqual([]);
    const [counted] = await world.rows<{ signals: number; distinct: number }>(
      `SELECT count(*)::int AS signals,
              count(DISTINCT (symbol_id, timeframe, fired_at, detector_id, detector_version, side))::int AS distinct
       FROM signals WHERE symbol_id IN (SELECT id FROM symbols WHERE ticker IN ('AAPL', 'AMD', 'MSFT', 'NVDA'))`,
    );
    expect(counted?.signals).toBeGreaterThan(0);
    expect(counted?.signals).toBe(counted?.distinct);
    for (const other of others) other.process.kill('SIGTERM');
    expect(await Promise.all(others.map(({ ended }) => ended))).toEqual([0, 0, 0]);
  });
});

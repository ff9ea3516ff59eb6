import { afterEach, describe, expect, it } from 'vitest';
import type { Desk } from '../../../src/app/desk.ts';
import { beatHeart } from '../../../src/app/ops/beat-heart.ts';
import { checkHealth } from '../../../src/app/ops/check-health.ts';
import type { Role } from '../../../src/domain/roles.ts';
import { at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { aSettings } from '../../support/settings.ts';

/** 12:55:30 in New York: a 5m candle has just closed. */
const NOW = at('2026-11-20T17:55:30Z');
const ON_TIME = '2026-11-20T17:45:00Z';
const LATE = '2026-11-20T17:35:00Z';

const database = withDatabase();
afterEach(() =>
  database.current.pool.query(
    'DELETE FROM watch_subscribers; DELETE FROM watch_requests; DELETE FROM processes',
  ),
);

interface Options {
  readonly roles?: readonly Role[];
  readonly isGateway?: boolean;
  /** What reading the database comes to, in place of an answer. */
  readonly reading?: () => Promise<never>;
}

/** A process with nothing behind it but the database, and how often it has told the monitor. */
function aDesk({ roles = ['scanner', 'labeler', 'bot'], isGateway = true, reading }: Options = {}) {
  const { stores } = database.current;
  const log = recordingLog();
  const beats: number[] = [];
  const beat = async () => void beats.push(NOW);
  const desk = {
    services: {
      stores: { ...stores, ...(reading && { backlog: { ...stores.backlog, read: reading } }) },
      settings: aSettings({ graceMs: 30_000 }),
      log,
    },
    ops: { adminChannelId: null, backups: null, heartbeat: { beat } },
    ...{ roles, clock: () => NOW, isGateway: () => isGateway },
  } as unknown as Desk;
  return { desk, log, beats };
}

const watch = (ticker: string, lastScanned: string) =>
  database.current.stores.watches.add({
    ...{ ticker, timeframe: '5m', channelId: '1', userId: 'u', startAfter: at(lastScanned) },
    params: { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 },
  });
const anotherProcess = (gateway: boolean) =>
  database.current.stores.processes.seen(
    { id: 'other', roles: ['bot'], host: 'h', codeVersion: '1', startedAt: NOW, seenAt: NOW, gateway },
    0,
  );
const ill = async (desk: Desk) =>
  (await checkHealth(desk)).filter(({ ok }) => !ok).map(({ sentence }) => sentence);

describe('a process is ready', () => {
  it('when the database answers, it is connected and at least half of the scans are on time', async () => {
    await watch('AAPL', ON_TIME);
    await watch('GONE', LATE);

    expect(await checkHealth(aDesk().desk)).toEqual([
      { name: 'database', ok: true, sentence: 'The database answers.' },
      { name: 'discord', ok: true, sentence: 'Connected to Discord.' },
      { name: 'scan', ok: true, sentence: '1 of 2 watches are late.' },
    ]);
  });

  it('when it waits for another that is connected, or has nothing to do with Discord', async () => {
    await anotherProcess(true);

    expect(await ill(aDesk({ isGateway: false }).desk)).toEqual([]);
    expect((await checkHealth(aDesk({ roles: ['scanner'] }).desk)).map(({ name }) => name)).toEqual([
      'database',
      'scan',
    ]);
  });
});

describe('a process is not ready', () => {
  it('when more than half of the scans are late', async () => {
    await watch('AAPL', ON_TIME);
    await watch('NVDA', LATE);
    await watch('GONE', LATE);

    expect(await ill(aDesk().desk)).toEqual(['2 of 3 watches are late.']);
  });

  it('when nobody is connected to Discord', async () => {
    await anotherProcess(false);

    expect(await ill(aDesk({ isGateway: false }).desk)).toEqual(['Nobody is connected to Discord.']);
  });

  it.each([
    ['refuses', () => Promise.reject(new Error('connection refused'))],
    ['is silent', () => new Promise<never>(() => {})],
  ])('when the database %s', { timeout: 10_000 }, async (_what, reading) => {
    const { desk, log } = aDesk({ reading });

    expect(await ill(desk)).toEqual(['The database does not answer.']);
    expect(log.lines.map(({ message }) => message)).toEqual(['health could not be read']);
  });
});

describe('the monitor outside', () => {
  it('is told while all is well', async () => {
    const { desk, beats } = aDesk();

    await beatHeart(desk);

    expect(beats).toEqual([NOW]);
  });

  it.each([
    ['the database is away', { reading: () => Promise.reject(new Error('connection refused')) }],
    ['nobody is connected to Discord', { isGateway: false }],
  ])('is not told when %s: silence is the alarm', async (_what, options) => {
    const { desk, beats, log } = aDesk(options);

    await beatHeart(desk);

    expect(beats).toEqual([]);
    expect(log.lines.at(-1)?.message).toBe('heartbeat withheld');
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { readCondition } from '../../../src/app/ops/read-condition.ts';
import { createWatchdog, findAlarms } from '../../../src/app/ops/watch-over.ts';
import type { Messenger, OutboxPost } from '../../../src/app/ports.ts';
import { outboxView } from '../../../src/discord/views/outbox-view.ts';
import { at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { aSettings } from '../../support/settings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 12:55:30 in New York: a 5m candle has just closed and its grace is over. */
const NOW = at('2026-11-20T17:55:30Z');
const CHANNEL = '123456789012345678';
const PARAMS = { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 } as const;

describe('the watchdog', () => {
  const database = withDatabase();
  afterEach(async () => {
    await database.current.pool.query(
      'DELETE FROM watch_subscribers; DELETE FROM watch_requests; DELETE FROM alarms; DELETE FROM outbox; DELETE FROM scan_runs',
    );
  });

  /** A watchdog with nothing behind it but the database; what it posts past it is kept. */
  function aDog(options: { readonly backups?: boolean; readonly broken?: boolean } = {}) {
    const { stores } = database.current;
    const posted: OutboxPost[] = [];
    const postMessage = async (post: OutboxPost) => {
      posted.push(post);
      return 'm1';
    };
    let broken = options.broken ?? false;
    const fail = () => Promise.reject(new Error('connection refused'));
    const deps = {
      stores: {
        ...stores,
        backlog: { ...stores.backlog, read: (now: number) => (broken ? fail() : stores.backlog.read(now)) },
      },
      settings: aSettings({ graceMs: 30_000 }),
      messenger: { postMessage } as unknown as { postMessage: Messenger['postMessage'] } & Messenger,
      log: recordingLog(),
    };
    const backups = options.backups ? { store: { take: fail, keepNewest: fail }, keep: 14 } : null;
    const dog = createWatchdog(deps, { adminChannelId: CHANNEL, backups }, NOW);
    return {
      dog,
      posted,
      deps,
      mend: () => {
        broken = false;
      },
      break: () => {
        broken = true;
      },
    };
  }

  /** A watch that was last scanned at a candle. */
  const watch = (ticker: string, timeframe: '5m' | '1h', lastScanned: string) =>
    database.current.stores.watches.add({
      ticker,
      timeframe,
      params: PARAMS,
      channelId: '1',
      userId: 'u',
      startAfter: at(lastScanned),
    });
  const scanned = (ticker: string, to: string) =>
    database.current.pool.query(
      `UPDATE watch_requests SET last_scanned_ts = $2 WHERE symbol_id = (SELECT id FROM symbols WHERE ticker = $1)`,
      [ticker, new Date(at(to))],
    );
  const told = async () =>
    (await database.current.pool.query('SELECT content, channel_id FROM outbox ORDER BY id')).rows.map(
      ({ content, channel_id }) => {
        expect(channel_id).toBe(CHANNEL);
        return outboxView({ content } as OutboxPost).content;
      },
    );

  it('is silent while every scan is on time', async () => {
    await watch('AAPL', '5m', '2026-11-20T17:45:00Z'); // 12:50 to 12:55 has just closed
    await watch('SPY', '1h', '2026-11-20T16:30:00Z');

    await aDog().dog.look(NOW);

    expect(await told()).toEqual([]);
  });

  it('tells once, of all at once, when scans are two candles late, and once when they are on time again', async () => {
    await watch('AAPL', '5m', '2026-11-20T17:35:00Z'); // 12:45 was due at 12:45:30: ten minutes ago
    await watch('NVDA', '5m', '2026-11-20T17:35:00Z');
    await watch('MSFT', '5m', '2026-11-20T17:40:00Z'); // one candle late only
    const { dog } = aDog();

    await dog.look(NOW);
    await dog.look(NOW + 30_000);
    const during = await told();
    for (const ticker of ['AAPL', 'NVDA', 'MSFT']) await scanned(ticker, '2026-11-20T17:50:00Z');
    await dog.look(NOW + MINUTE);

    expect(during).toEqual([expect.stringMatching(/late by two candles or more: AAPL 5m, NVDA 5m\./)]);
    expect((await told()).slice(1)).toEqual([expect.stringMatching(/on time again: AAPL 5m, NVDA 5m\./)]);
  });

  it('tells again of a watch that is late again, and of another that is late meanwhile', async () => {
    await watch('AAPL', '5m', '2026-11-20T17:35:00Z');
    await watch('MSFT', '5m', '2026-11-20T17:40:00Z');
    const { dog } = aDog();

    await dog.look(NOW);
    await dog.look(NOW + 5 * MINUTE);
    await scanned('AAPL', '2026-11-20T17:50:00Z');
    await dog.look(NOW + 5 * MINUTE);
    await dog.look(NOW + 20 * MINUTE);

    const sentences = await told();
    expect(sentences.filter((line) => /late by.*AAPL/.test(line))).toHaveLength(2);
    expect(sentences.filter((line) => /late by.*MSFT/.test(line))).toHaveLength(1);
  });

  it('is one among many: two processes and a restart tell it once', async () => {
    await watch('AAPL', '5m', '2026-11-20T17:35:00Z');

    await Promise.all([aDog().dog.look(NOW), aDog().dog.look(NOW)]);
    await aDog().dog.look(NOW + MINUTE);

    expect(await told()).toHaveLength(1);
  });

  it('does not call a night, a weekend or a holiday late', async () => {
    await watch('AAPL', '5m', '2026-11-25T20:55:00Z'); // the last candle before Thanksgiving

    await aDog().dog.look(at('2026-11-26T20:00:00Z'));
    await aDog().dog.look(at('2026-11-27T14:34:00Z'));
    expect(await told()).toEqual([]);
    await aDog().dog.look(at('2026-11-27T14:46:00Z'));

    expect(await told()).toHaveLength(1);
  });

  it('calls when the last candle of a day was never scanned', async () => {
    await watch('AAPL', '5m', '2026-11-20T20:50:00Z');

    await aDog().dog.look(at('2026-11-20T21:11:00Z'));

    expect(await told()).toEqual([expect.stringContaining('AAPL 5m')]);
  });

  it('calls past the database when that is away for a minute, and again when it is back', async () => {
    const { dog, posted, mend, deps } = aDog({ broken: true });

    await dog.look(NOW);
    expect(posted, 'a restart of the database is no news').toEqual([]);
    await dog.look(NOW + MINUTE);
    await dog.look(NOW + 2 * MINUTE);
    mend();
    await dog.look(NOW + 3 * MINUTE);
    await dog.look(NOW + 4 * MINUTE);

    expect(posted.map((post) => outboxView(post).content)).toEqual([
      expect.stringContaining('The database does not answer'),
      expect.stringContaining('The database answers again'),
    ]);
    expect(deps.log.lines.some(({ message }) => message === 'the watchdog could not look')).toBe(true);
  });

  it('says again that the database is back when nobody heard it the first time', async () => {
    const { dog, posted, mend, deps } = aDog({ broken: true });
    const { postMessage } = deps.messenger;
    await dog.look(NOW);
    await dog.look(NOW + MINUTE);
    mend();
    deps.messenger.postMessage = () => Promise.reject(new Error('Discord is away too'));
    await dog.look(NOW + 2 * MINUTE);
    deps.messenger.postMessage = postMessage;
    await dog.look(NOW + 3 * MINUTE);
    await dog.look(NOW + 4 * MINUTE);

    expect(posted.map((post) => outboxView(post).content)).toEqual([
      expect.stringContaining('The database does not answer'),
      expect.stringContaining('The database answers again'),
    ]);
  });

  it('waits for another process that is telling the same alarm at this moment', async () => {
    await watch('AAPL', '5m', '2026-11-20T17:35:00Z');
    const other = await database.current.pool.connect();
    await other.query('BEGIN');
    await other.query(`SELECT pg_advisory_xact_lock(hashtextextended('alarms', 0))`);
    await other.query(`INSERT INTO alarms (kind, subject, raised_at) VALUES ('scan_late', 'AAPL 5m', now())`);

    const looking = aDog().dog.look(NOW);
    await expect
      .poll(async () => {
        const { rows } = await database.current.pool.query(
          `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
        );
        return rows.length;
      })
      .toBe(1);
    await other.query('COMMIT');
    other.release();
    await looking;

    expect(await told(), 'the other has told it').toEqual([]);
  });

  it.each([
    ['never made one in the first day', null, 26 * HOUR + MINUTE, true],
    ['has just been started', null, HOUR, false],
    ['made one last night', { at: NOW, errors: [] }, 25 * HOUR, false],
    ['missed the last night', { at: NOW, errors: [] }, 27 * HOUR, true],
    ['failed to make one', { at: NOW, errors: ['disk full'] }, HOUR, true],
  ])('looks for backups: a desk that %s', async (_what, backup, later, late) => {
    const { stores } = database.current;
    if (backup !== null) {
      const id = await stores.runs.start({
        kind: 'backup',
        startedAt: backup.at,
        codeVersion: '1',
        configHash: '1',
      });
      await stores.runs.finish(id, { finishedAt: backup.at + 1000, counts: {}, errors: backup.errors });
    }

    await aDog({ backups: true }).dog.look(NOW + later);

    expect((await told()).some((line) => line.includes('no backup'))).toBe(late);
  });

  it('looks for cards that nobody posts', async () => {
    const { deps } = aDog();
    const condition = await readCondition(deps, { now: NOW });
    const cards = (oldestDueAt: number | null) => ({
      ...condition,
      backlog: { ...condition.backlog, cards: { waiting: 1, oldestDueAt } },
    });

    expect(findAlarms(cards(NOW - 6 * MINUTE), null)).toEqual([{ kind: 'cards_stuck', subject: '' }]);
    expect(findAlarms(cards(NOW - MINUTE), null)).toEqual([]);
    expect(findAlarms(cards(null), null)).toEqual([]);
  });
});

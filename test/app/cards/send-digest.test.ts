import { Decimal } from 'decimal.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendDigest } from '../../../src/app/cards/send-digest.ts';
import type { CardEvent } from '../../../src/domain/card.ts';
import type { EveningDigest, MorningDigest } from '../../../src/domain/digest.ts';
import { aSession, at } from '../../support/builders.ts';
import { type ScanRig, startScanRig } from '../../support/scan-rig.ts';

const DAY = 86_400_000;
/** The Friday that is scanned, and the Monday after it. */
const FRIDAY = aSession('2026-11-20');
const MONDAY = aSession('2026-11-23');
const CLOSED = at('2026-11-20T21:00:30Z');
const EVENING = at('2026-11-20T21:15:00Z');

let rig: ScanRig;
beforeAll(async () => {
  rig = await startScanRig({ now: CLOSED });
  rig.prices.bend((candle, _ticker, timeframe) =>
    timeframe !== '1d' && candle.ts < CLOSED - 16 * DAY ? null : candle,
  );
  for (const ticker of ['AAPL', 'AMD', 'NVDA']) await rig.watch(ticker, FRIDAY.open - 1);
  await rig.newScanner().scanDue(CLOSED);
  await liveDay();
}, 60_000);
afterAll(() => rig[Symbol.asyncDispose]());

/** Posts half of the day's cards, decides some, touches some: in rows, as a day would have. */
async function liveDay(): Promise<void> {
  const { stores } = rig.database;
  await rig.rows(`UPDATE cards SET state = 'sent', suppressed_reason = NULL, sent_at = fired_at + interval '1 second',
    message_id = 'm' || id WHERE id % 2 = 0`);
  await rig.rows(`UPDATE cards SET state = 'listed', suppressed_reason = NULL WHERE id % 7 = 1`);
  const sent = await rig.rows<{ id: string }>(`SELECT id FROM cards WHERE state = 'sent' ORDER BY id`);
  for (const [index, { id }] of sent.entries()) {
    const cardId = Number(id);
    const click = { cardId, userId: 'ann', interactionId: `i${index}`, decidedAt: CLOSED } as const;
    if (index % 4 === 0) await stores.decisions.record({ ...click, action: 'ignore' });
    if (index % 4 === 1)
      await stores.decisions.enter(
        { ...click, action: 'enter' },
        {
          kind: index % 8 === 1 ? 'working' : 'filled',
          qty: new Decimal(1),
          price: new Decimal(100),
          feeUsd: new Decimal(0),
          stopPrice: index % 8 === 1 ? new Decimal(99) : null,
        },
      );
    const events: CardEvent[] =
      index % 3 === 0
        ? [{ kind: 'stop', at: CLOSED, price: 99, r: -1 }]
        : index % 3 === 1
          ? [{ kind: 'tp1', at: CLOSED - 60_000, price: 101.5, r: 1.5 }]
          : [];
    await stores.cardLife.record(cardId, { events, followedTo: null, closedAt: null });
  }
}

const deps = () => ({ ...rig.services, settings: { ...rig.services.settings, alertChannelId: '900' } });
const digestsOf = () =>
  rig.rows<{ key: string; channel_id: string; digest: MorningDigest | EveningDigest }>(
    `SELECT key, channel_id, content->'digest' AS digest FROM outbox WHERE key LIKE 'digest:%' ORDER BY id`,
  );
/** The digest written last. */
async function lastDigest<T extends MorningDigest | EveningDigest>(): Promise<T> {
  const last = (await digestsOf()).at(-1);
  if (last === undefined) throw new Error('no digest was written');
  return last.digest as T;
}
const numberOf = async (sql: string) => Number((await rig.rows<{ n: string }>(sql))[0]?.n);

describe('sendDigest', () => {
  it('writes each digest once, whoever asks how often and at once', async () => {
    await Promise.all([1, 2, 3].map(() => sendDigest(deps(), { now: EVENING })));
    await sendDigest(deps(), { now: EVENING + 3_600_000 });
    await sendDigest(deps(), { now: at('2026-11-21T15:00:00Z') });

    expect((await digestsOf()).map(({ key }) => key)).toEqual(['digest:2026-11-20:evening']);
  });

  it('says in the evening what plain SQL says', async () => {
    await sendDigest(deps(), { now: EVENING });

    const { day, week } = await lastDigest<EveningDigest>();
    const sent = `FROM cards WHERE state = 'sent'`;
    const untaken = `FROM cards c WHERE state = 'sent' AND NOT EXISTS
      (SELECT FROM decisions d WHERE d.card_id = c.id AND d.action = 'enter')`;
    const event = (name: string) =>
      numberOf(`SELECT count(DISTINCT card_id) AS n FROM alerts WHERE kind = 'update' AND event = '${name}'`);
    expect(day).toMatchObject({
      signals: await numberOf(`SELECT count(*) AS n FROM signals`),
      sent: await numberOf(`SELECT count(*) AS n ${sent}`),
      listed: await numberOf(`SELECT count(*) AS n FROM cards WHERE state = 'listed'`),
      decided: await numberOf(`SELECT count(DISTINCT card_id) AS n FROM decisions`),
      entered: await numberOf(`SELECT count(DISTINCT card_id) AS n FROM decisions WHERE action = 'enter'`),
      unfilled: await numberOf(`SELECT count(*) AS n FROM orders WHERE status = 'working'`),
      stopless: await numberOf(`SELECT count(*) AS n FROM orders WHERE stop_price IS NULL`),
      touched: { tp1: await event('tp1'), tp2: 0, tp3: 0, stop: await event('stop') },
      missed: {
        won: await numberOf(
          `SELECT count(*) AS n ${untaken} AND EXISTS (SELECT FROM alerts a WHERE a.card_id = c.id AND event = 'tp1')`,
        ),
        lost: await numberOf(
          `SELECT count(*) AS n ${untaken} AND EXISTS (SELECT FROM alerts a WHERE a.card_id = c.id AND event = 'stop')`,
        ),
        r: await numberOf(
          `SELECT sum((SELECT (payload->>'r')::numeric FROM alerts a WHERE a.card_id = c.id AND kind = 'update' LIMIT 1)) AS n ${untaken}`,
        ),
      },
    });
    expect(day.decided + day.undecided).toBe(day.sent);
    expect(day.sent, 'there was something to count').toBeGreaterThan(5);
    const suppressed = Object.values(day.suppressed).reduce((sum, n) => sum + n, 0);
    expect(day.sent + day.listed + day.held + suppressed, 'every card is somewhere').toBe(
      await numberOf('SELECT count(*) AS n FROM cards'),
    );
    expect(week, 'a Friday has its week').toMatchObject({ ...day, from: '2026-11-16' });
  });

  it('says before the next open what the day brings, without a size', async () => {
    await sendDigest(deps(), { now: MONDAY.open - 30 * 60_000 });

    const monday = (await digestsOf()).at(-1);
    expect(monday?.key).toBe('digest:2026-11-23:morning');
    expect(monday?.digest).toMatchObject({ date: '2026-11-23', isHalfDay: false, watches: 3, behind: [] });
    const { positions, gaps, hasOpened } = await lastDigest<MorningDigest>();
    expect(hasOpened).toBe(false);
    expect(positions).toEqual(
      (
        await rig.rows<{
          ticker: string;
        }>(`SELECT DISTINCT s.ticker FROM executions e JOIN orders o ON o.id = e.order_id
          JOIN symbols s ON s.id = o.symbol_id ORDER BY s.ticker`)
      ).map(({ ticker }) => expect.objectContaining({ traderId: 'ann', ticker })),
    );
    expect(JSON.stringify(positions)).not.toMatch(/qty|pnl|usd/i);
    expect(gaps.every(({ close, now }) => close > 0 && now > 0)).toBe(true);
  });

  it('tells which watches lack their last candle', async () => {
    await rig.rows(
      `UPDATE watch_requests SET last_scanned_ts = last_scanned_ts - interval '5 minutes'
       WHERE symbol_id = (SELECT id FROM symbols WHERE ticker = 'AMD')`,
    );

    await sendDigest(deps(), { now: aSession('2026-11-24').open - 60_000 });

    const { behind, watches } = await lastDigest<MorningDigest>();
    expect(watches).toBe(3);
    expect(behind).toContainEqual({ ticker: 'AMD', timeframe: '5m' });
  });

  it('goes to the channel chosen for digests', async () => {
    const settings = { ...rig.services.settings, digestChannelId: '901' };

    await sendDigest({ ...rig.services, settings }, { now: aSession('2026-11-25').open });

    expect((await digestsOf()).at(-1)).toMatchObject({ key: 'digest:2026-11-25:morning', channel_id: '901' });
    expect(await lastDigest(), 'and knows that it is late').toMatchObject({ hasOpened: true });
  });

  it('tells late of an evening with signals, and of one without only in time', async () => {
    await rig.rows(`DELETE FROM outbox WHERE key = 'digest:2026-11-20:evening'`);

    const withSignals = await sendDigest(deps(), { now: at('2026-11-22T15:00:00Z') });
    const late = await sendDigest(deps(), { now: aSession('2026-11-24').close + 2 * 3_600_000 });
    const inTime = await sendDigest(deps(), { now: aSession('2026-11-24').close + 3_600_000 });

    expect([withSignals, late, inTime]).toEqual([
      'digest:2026-11-20:evening',
      null,
      'digest:2026-11-24:evening',
    ]);
  });

  it('keeps quiet on holidays, and while nothing is watched', async () => {
    const before = (await digestsOf()).length;

    await sendDigest(deps(), { now: at('2026-11-26T15:00:00Z') });
    await rig.rows('UPDATE watch_requests SET active = false');
    await sendDigest(deps(), { now: aSession('2026-11-30').open });

    expect(await digestsOf()).toHaveLength(before);
  });
});

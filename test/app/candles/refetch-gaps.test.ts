import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringInCandles } from '../../../src/app/candles/bring-in-candles.ts';
import { checkGaps } from '../../../src/app/candles/check-gaps.ts';
import { type RefetchInput, refetchGaps } from '../../../src/app/candles/refetch-gaps.ts';
import { labelDue } from '../../../src/app/labels/label-due.ts';
import { readStatus } from '../../../src/app/ops/read-status.ts';
import { candleSpans, newYorkClock, newYorkDate } from '../../../src/domain/calendar.ts';
import type { Timeframe } from '../../../src/domain/timeframe.ts';
import { aSession, at } from '../../support/builders.ts';
import { withDatabase } from '../../support/database.ts';
import { type ScanRig, startScanRig } from '../../support/scan-rig.ts';
import { aSignal } from '../../support/signals.ts';

const DAY = 86_400_000;
/** A Friday evening in New York: the session of the day has closed hours ago. */
const NOW = at('2026-11-20T23:30:00Z');
const SERIES = { ticker: 'NVDA', timeframe: '5m' } as const;

let rig: ScanRig;
const database = withDatabase();
beforeEach(async () => {
  rig = await startScanRig({ now: NOW, database: database.current });
  await bringInCandles(rig.services, { ticker: 'NVDA', timeframes: ['5m'], now: NOW });
});
afterEach(() => rig[Symbol.asyncDispose]());

const check = () => checkGaps(rig.services, { now: rig.now });
const refetch = (which: RefetchInput['which'] = 'nightly') =>
  refetchGaps(rig.services, { now: rig.now, which });
const open = async () =>
  (await rig.services.stores.gaps.open({})).map(({ from, candles, reason, attempts }) => [
    `${newYorkDate(from)} ${newYorkClock(from)}`,
    candles,
    reason,
    attempts,
  ]);
/** As if a session had never been asked for. */
async function lose(date: string): Promise<void> {
  await rig.rows(`DELETE FROM candle_coverage WHERE session_date = $1`, [date]);
  const { open: from, close } = aSession(date);
  await rig.rows('DELETE FROM candles WHERE ts >= $1 AND ts < $2', [new Date(from), new Date(close)]);
}
/** Takes candles away that were there. */
const drop = (from: string, to: string) =>
  rig.rows('DELETE FROM candles WHERE ts >= $1 AND ts < $2', [new Date(from), new Date(to)]);

describe('the ledger', () => {
  it('is empty where every candle is there', async () => {
    expect(await check()).toMatchObject({ series: 1, added: 0 });
    expect(await open()).toEqual([]);
  });

  it('names each absence once, with its reason, and resolves it when it is filled', async () => {
    await lose('2026-11-12');
    await drop('2026-11-10T16:00:00Z', '2026-11-10T16:30:00Z');
    const added = await check();
    const again = await check();

    expect([added.added, again.added]).toEqual([2, 0]);
    expect(await open()).toEqual([
      ['2026-11-10 11:00', 6, 'halted', 0],
      ['2026-11-12 09:30', 78, 'missing', 0],
    ]);
    expect(await refetch('all')).toMatchObject({ asked: 2, resolved: 2, beyondReach: 0, failures: [] });
    expect(await open()).toEqual([]);
    const kept = await rig.rows(`SELECT reason, attempts, resolved_at FROM candle_gaps ORDER BY from_ts`);
    expect(kept, 'nothing is forgotten').toMatchObject([
      { reason: 'halted', attempts: 1, resolved_at: new Date(NOW) },
      { reason: 'missing', attempts: 1, resolved_at: new Date(NOW) },
    ]);
  });

  it('opens a gap again that was filled and is there once more', async () => {
    await lose('2026-11-12');
    await refetch();
    const filled = await open();
    await lose('2026-11-12');
    await check();

    expect(filled).toEqual([]);
    expect((await open()).map(([from, candles, reason]) => [from, candles, reason])).toEqual([
      ['2026-11-12 09:30', 78, 'missing'],
    ]);
  });

  it('says of what the source has not either that nothing traded, and asks no more', async () => {
    await lose('2026-11-18');
    rig.prices.bend((candle, ticker) =>
      ticker === 'NVDA' && newYorkDate(candle.ts) === '2026-11-18' ? null : candle,
    );
    await refetch();
    rig.asked('NVDA', '5m');
    rig.now += DAY;
    const second = await refetch();

    expect(await open()).toEqual([['2026-11-18 09:30', 78, 'no_trade', 1]]);
    expect(second.asked).toBe(0);
    expect(rig.asked('NVDA', '5m')).toEqual([]);
  });

  it('asks a few nights and then leaves it, but not when told to', async () => {
    await lose('2026-11-12');
    rig.yahoo.faults.add({ match: /chart\/NVDA/, times: 1000, status: 404, body: '{}' });
    const nights: number[] = [];
    for (let night = 0; night < 7; night += 1) {
      const { asked, failures } = await refetch();
      nights.push(asked);
      expect(failures).toHaveLength(asked === 0 ? 0 : 1);
      await rig.services.stores.gaps.countAttempt(SERIES, aSessionSpan('2026-11-12'));
    }
    const told = await refetch('all');

    expect(nights).toEqual([1, 1, 1, 1, 1, 0, 0]);
    expect(told.asked).toBe(1);
  });

  it('knows what the source does not reach any more', async () => {
    await lose('2026-11-12');
    rig.now = NOW + 80 * DAY;

    expect(await refetch('all')).toMatchObject({ asked: 0, beyondReach: 1 });
  });

  it('ends with the last covered session where nobody watches, and now where somebody does', async () => {
    rig.now = NOW + 4 * DAY;
    await check();
    const unwatched = await open();
    await rig.watch('NVDA', NOW);
    await check();

    expect(unwatched).toEqual([]);
    expect((await open()).map(([when, , reason]) => [when, reason])).toEqual([
      ['2026-11-23 09:30', 'missing'],
      ['2026-11-24 09:30', 'provider_late'],
    ]);
  });

  it('is told in /status', async () => {
    await lose('2026-11-12');
    await check();
    const services = { ...rig.services, database: database.current.status };

    const { lacking } = await readStatus(services, { now: NOW });

    expect(lacking).toEqual({ series: 1, candles: 78, since: NOW });
  });
});

describe('a split that comes in with a gap', () => {
  const PAST = {
    ticker: 'NVDA',
    from: aSession('2026-09-25').open,
    to: aSession('2026-11-11').close,
  } as const;
  const closes = async (timeframe: Timeframe) => {
    const candles = await rig.services.stores.candles.read({ ...PAST, timeframe }, PAST);
    return { candles: candles.length, prices: new Set(candles.map(({ close }) => close)).size };
  };

  it('has what every series stored before it asked for again, and what is built on them built again', async () => {
    await bringInCandles(rig.services, { ticker: 'NVDA', timeframes: ['4h'], now: NOW, depth: 'history' });
    const before = { hours: await closes('1h'), halfDays: await closes('4h') };
    await lose('2026-11-12');
    rig.prices.bend((candle, ticker) =>
      ticker === 'NVDA' ? { ...candle, open: 1, high: 1, low: 1, close: 1 } : candle,
    );
    tellSplit('2026-11-12');
    const [first, second] = [await refetch(), await refetch()];

    expect(before.hours.prices).toBeGreaterThan(100);
    expect(await closes('5m')).toEqual({ candles: expect.any(Number), prices: 1 });
    expect(await closes('1h')).toEqual({ ...before.hours, prices: 1 });
    expect(await closes('4h')).toEqual({ ...before.halfDays, prices: 1 });
    expect([first.rewritten, second.rewritten], 'the second time nothing is left to change').toEqual([
      expect.any(Number),
      0,
    ]);
    expect(first.rewritten).toBeGreaterThan(1000);
  });

  it('is heard of though it is told an hour late, and left alone after some nights', async () => {
    const open = aSession('2026-11-20').open;
    rig.now = open + 20 * 60_000;
    await rig.rows(`DELETE FROM candle_coverage WHERE session_date >= '2026-11-20'`);
    await bringInCandles(rig.services, { ticker: 'NVDA', timeframes: ['5m'], now: rig.now });
    rig.now += 20 * 60_000;
    tellSplit('2026-11-20');
    await bringInCandles(rig.services, { ticker: 'NVDA', timeframes: ['5m'], now: rig.now });
    rig.asked('NVDA', '5m');
    rig.now = NOW;
    await refetch();
    const soon = rig.asked('NVDA', '5m').filter(({ from }) => from < aSession('2026-11-02').open).length;
    rig.now = NOW + 30 * DAY;
    await refetch();
    const later = rig.asked('NVDA', '5m').filter(({ from }) => from < aSession('2026-11-02').open).length;

    expect([soon > 0, later]).toEqual([true, 0]);
  });

  /** The next answer about NVDA tells of one. */
  function tellSplit(date: string): void {
    const at = aSession(date).open / 1000;
    rig.yahoo.faults.add({
      match: /chart\/NVDA/,
      rewrite: (body) => {
        const answer = JSON.parse(body);
        const split = { date: at, numerator: 2, denominator: 1, splitRatio: '2:1' };
        answer.chart.result[0].events = { splits: { [at]: split } };
        return JSON.stringify(answer);
      },
    });
  }
});

describe('agreement with labels', () => {
  it('a window with a missing candle waits, one with a halt does not, and once it is out of reach it is lost', async () => {
    const spans = candleSpans(aSession('2026-11-12'), '5m');
    const signal = aSignal({ firedAt: spans[9]?.end ?? 0 });
    await rig.services.stores.signals.recordReplay(SERIES, [signal], { runId: 'r', origin: 'replay' });
    await drop('2026-11-12T15:30:00Z', '2026-11-12T15:40:00Z');
    const states = async () => {
      await check();
      await labelDue(rig.services, { now: rig.now, labelVersion: 2 });
      const rows = await rig.rows<{ state: string }>(
        `SELECT DISTINCT state FROM outcomes WHERE horizon_bars = 5`,
      );
      const reasons = (await open()).map(([, , reason]) => reason);
      await rig.rows('DELETE FROM outcomes');
      return { labels: rows.map(({ state }) => state), reasons };
    };

    const halted = await states();
    await lose('2026-11-12');
    const missing = await states();
    rig.now = NOW + 80 * DAY;
    const lost = await states();

    expect(halted).toEqual({ labels: ['resolved'], reasons: ['halted'] });
    expect(missing).toEqual({ labels: [], reasons: ['missing'] });
    expect(lost).toEqual({ labels: ['data_missing'], reasons: ['missing'] });
  });
});

function aSessionSpan(date: string) {
  const { open: from, close: to } = aSession(date);
  return { from, to };
}

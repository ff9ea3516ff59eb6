import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { candleEnd } from '../../src/domain/calendar.ts';
import { play } from '../../src/sandbox/play.ts';
import { createReplayClock, type ReplayClock, type Speed } from '../../src/sandbox/replay-clock.ts';
import { createSimulatedPrices } from '../../src/sandbox/yahoo/simulated-prices.ts';
import { at } from '../support/builders.ts';
import { startTestDesk, type TestDesk } from '../support/desk.ts';

const MINUTE = 60_000;
/** 15:40 New York on a Wednesday of the simulated market; it closes four candles later. */
const START = at('2026-06-10T19:40:00Z');
const CLOSE = at('2026-06-10T20:00:00Z');

describe('playing the market', () => {
  let desk: TestDesk;
  let start = START;

  beforeAll(async () => {
    desk = await startTestDesk({ prices: createSimulatedPrices(1), start: START });
    for (const ticker of ['SPY', 'NVDA', 'TSLA', 'AAPL']) await desk.watch(ticker, '5m');
  }, 60_000);
  afterAll(() => desk.close());
  beforeEach(() => {
    start = desk.now();
  });

  const rows = async (sql: string) => (await desk.database.pool.query(sql)).rows;
  const runs = async (kind: string) => (await rows(`SELECT FROM scan_runs WHERE kind = '${kind}'`)).length;

  /** A replay clock that the desk's servers and bot go by. */
  function aClock(speed: Speed): ReplayClock {
    const clock = createReplayClock({ start, timeframe: '5m', speed });
    const next = async () => {
      const moment = await clock.next();
      desk.setNow(moment);
      return moment;
    };
    return { ...clock, next };
  }

  it('scans each candle close once, up to the last', async () => {
    const before = await runs('scan');
    const until = start + 15 * MINUTE;
    const seen: number[] = [];

    await play({
      desk: desk.bot().desk,
      clock: aClock('max'),
      until,
      onMoment: () => void seen.push(desk.now()),
      signal: new AbortController().signal,
    });

    expect(seen).toEqual([start + 5 * MINUTE, start + 10 * MINUTE, until]);
    expect(await runs('scan')).toBe(before + 3);
  });

  it('labels when the day is over, and not before', async () => {
    const labelled: number[] = [];
    const before = await runs('label');
    expect(candleEnd(start, '5m'), 'one candle is left').toBe(CLOSE);

    await play({
      desk: desk.bot().desk,
      clock: aClock('max'),
      until: CLOSE,
      onMoment: () => void labelled.push(desk.now()),
      signal: new AbortController().signal,
    });

    expect(labelled).toEqual([CLOSE]);
    expect(await runs('label')).toBe(before + 1);
  });

  it('goes on only when every card is posted', async () => {
    const posted: number[] = [];
    const stop = new AbortController();
    const { alerts } = desk.discord.channels;

    await play({
      desk: desk.bot().desk,
      clock: aClock('max'),
      until: Number.POSITIVE_INFINITY,
      onMoment: () => {
        posted.push(desk.discord.messages(alerts).length);
        if ((posted.at(-1) ?? 0) > 2) stop.abort();
      },
      signal: stop.signal,
    });

    const [made] = await rows(`SELECT count(*)::int AS n FROM cards WHERE state <> 'suppressed'`);
    expect(posted.at(-1)).toBeGreaterThan(2);
    expect(posted.at(-1)).toBe(made?.n);
  }, 60_000);

  it.each(['at its speed', 'paused'] as const)('ends at once when told while it waits, %s', async (how) => {
    const clock = aClock(1);
    if (how === 'paused') clock.pause();
    const stop = new AbortController();
    const before = await runs('scan');
    const playing = play({
      desk: desk.bot().desk,
      clock,
      until: Number.POSITIVE_INFINITY,
      onMoment: () => undefined,
      signal: stop.signal,
    });

    stop.abort();
    await playing;

    expect(await runs('scan')).toBe(before);
  });
});

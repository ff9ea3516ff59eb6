import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReplayClock, type ReplayClockOptions } from '../../src/sandbox/replay-clock.ts';
import { at } from '../support/builders.ts';

/** 10:00 New York on a Tuesday. */
const START = at('2024-01-02T15:00:00Z');
const MINUTE = 60_000;

function aClock(overrides: Partial<ReplayClockOptions> = {}) {
  return createReplayClock({ start: START, timeframe: '5m', speed: 60, ...overrides });
}

/** Moments that the clock has come to, as they come. */
function follow(clock: ReturnType<typeof aClock>, times = 1): number[] {
  const arrivals: number[] = [];
  void (async () => {
    for (let time = 0; time < times; time += 1) arrivals.push(await clock.next());
  })();
  return arrivals;
}

describe('the replay clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes from candle close to candle close at its speed', async () => {
    const arrivals = follow(aClock(), 2);

    await vi.advanceTimersByTimeAsync(4_999);
    expect(arrivals).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(arrivals).toEqual([START + 5 * MINUTE]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(arrivals).toEqual([START + 5 * MINUTE, START + 10 * MINUTE]);
  });

  it('never waits at full speed', async () => {
    const arrivals = follow(aClock({ speed: 'max' }), 3);

    await vi.advanceTimersByTimeAsync(0);

    expect(arrivals).toHaveLength(3);
  });

  it.each([
    ['a night', '2024-01-02T21:00:00Z', '2024-01-03T14:30:00Z'],
    ['a weekend', '2024-01-05T21:00:00Z', '2024-01-08T14:30:00Z'],
    ['the afternoon of a half day', '2024-07-03T17:00:00Z', '2024-07-05T13:30:00Z'],
  ])(
    'crosses %s by way of both digests and the open, each wait no longer than a candle',
    async (_, ...ends) => {
      const [close, open] = [at(ends[0]), at(ends[1])];
      const arrivals = follow(aClock({ start: close }), 4);

      await vi.advanceTimersByTimeAsync(4 * 5_000);

      expect(arrivals).toEqual([close + 15 * MINUTE, open - 30 * MINUTE, open, open + 5 * MINUTE]);
    },
  );

  it('counts the time that the last candle took', async () => {
    const clock = aClock();

    await vi.advanceTimersByTimeAsync(7_000);
    const arrivals = follow(clock);
    await vi.advanceTimersByTimeAsync(0);

    expect(arrivals).toEqual([START + 5 * MINUTE]);
  });

  it('stands still while paused and goes on afterwards', async () => {
    const clock = aClock();
    const arrivals = follow(clock);

    clock.pause();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(arrivals).toEqual([]);
    expect(clock.isPaused()).toBe(true);
    clock.resume();
    await vi.advanceTimersByTimeAsync(0);

    expect(arrivals).toEqual([START + 5 * MINUTE]);
    expect(clock.isPaused()).toBe(false);
  });

  it('lets as many candles pass as steps were asked for while paused', async () => {
    const clock = aClock();
    clock.pause();
    const arrivals = follow(clock, 5);

    clock.step();
    clock.step();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(arrivals).toEqual([START + 5 * MINUTE, START + 10 * MINUTE]);
  });

  it('takes a step at once while it runs, and only one', async () => {
    const clock = aClock();
    const arrivals = follow(clock, 2);

    clock.step();
    await vi.advanceTimersByTimeAsync(4_000);

    expect(arrivals).toEqual([START + 5 * MINUTE]);
  });

  it('takes another speed in the middle of a wait', async () => {
    const clock = aClock();
    const arrivals = follow(clock);

    await vi.advanceTimersByTimeAsync(1_000);
    clock.setSpeed(300);
    await vi.advanceTimersByTimeAsync(0);

    expect(arrivals).toEqual([START + 5 * MINUTE]);
    expect(clock.speed()).toBe(300);
  });

  it('shows a present that runs on with the machine but never reaches the next close by itself', async () => {
    const clock = aClock({ speed: 1 });
    clock.pause();

    await vi.advanceTimersByTimeAsync(2_000);
    expect(clock.now()).toBe(START + 2_000);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(clock.now()).toBe(START + 5 * MINUTE - 1);
  });
});

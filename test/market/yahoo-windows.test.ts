import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionOn } from '../../src/domain/calendar.ts';
import { FETCHED_TIMEFRAMES } from '../../src/domain/timeframe.ts';
import { planWindows, REACH_DAYS } from '../../src/market/yahoo-windows.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 15, 32, 13);

function openOn(date: string): number {
  return sessionOn(date)?.open ?? Number.NaN;
}

describe('windows of requests', () => {
  it('ask for candles of the session before, so that the first row may be thrown away', () => {
    const monday = openOn('2026-11-16');

    const [window] = planWindows({ timeframe: '5m', from: monday, to: monday + DAY, now: NOW });

    const lastHourOfFriday = openOn('2026-11-13') + 5.5 * 3_600_000;
    expect(window).toEqual({ askFrom: lastHourOfFriday, wantedFrom: monday, to: monday + DAY });
  });

  it('take the session before a half day from its own shorter hours', () => {
    const monday = openOn('2025-12-01');

    const [window] = planWindows({ timeframe: '1h', from: monday, to: monday + DAY, now: monday + DAY });

    expect(window?.askFrom, 'Friday 28 November closed at 13:00').toBe(openOn('2025-11-28') + 2 * 3_600_000);
  });

  it('are none when nothing lies between', () => {
    expect(planWindows({ timeframe: '5m', from: NOW, to: NOW, now: NOW })).toEqual([]);
    expect(planWindows({ timeframe: '1m', from: 0, to: NOW - 40 * DAY, now: NOW })).toEqual([]);
  });

  it('cover what is wanted without a hole, within reach and within the length of one request', () => {
    const daysBack = fc.double({ min: 0.01, max: 900, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...FETCHED_TIMEFRAMES), daysBack, daysBack, (timeframe, first, second) => {
        const from = Math.floor(NOW - Math.max(first, second) * DAY);
        const to = Math.floor(NOW - Math.min(first, second) * DAY);
        const reach = NOW - REACH_DAYS[timeframe] * DAY;

        const windows = planWindows({ timeframe, from, to, now: NOW });

        for (const [index, window] of windows.entries()) {
          expect(window.askFrom).toBeGreaterThanOrEqual(reach);
          expect(window.askFrom).toBeLessThanOrEqual(window.wantedFrom);
          expect(window.to - window.askFrom).toBeLessThanOrEqual((timeframe === '1m' ? 7 : 730 * 5) * DAY);
          if (index > 0) expect(window.wantedFrom).toBe(windows[index - 1]?.to);
        }
        if (windows.length > 0) expect(windows.at(-1)?.to).toBe(to);
      }),
    );
  });
});

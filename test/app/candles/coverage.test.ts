import { describe, expect, it } from 'vitest';
import { firstUncovered, wholeThrough } from '../../../src/app/candles/coverage.ts';
import { aSession, at } from '../../support/builders.ts';

describe('through which session everything is whole', () => {
  const whole = (date: string) => ({ date, coveredThrough: aSession(date).close });
  const begun = (date: string) => ({ date, coveredThrough: aSession(date).open + 300_000 });

  it.each([
    ['nothing is covered', [], null],
    ['the oldest is not whole', [begun('2026-11-19'), whole('2026-11-20')], null],
    ['all are', [whole('2026-11-18'), whole('2026-11-19'), whole('2026-11-20')], '2026-11-20'],
    [
      'the newest is under way',
      [whole('2026-11-18'), whole('2026-11-19'), begun('2026-11-20')],
      '2026-11-19',
    ],
    [
      'one between is not whole',
      [whole('2026-11-18'), begun('2026-11-19'), whole('2026-11-20')],
      '2026-11-18',
    ],
    ['one between is absent', [whole('2026-11-18'), whole('2026-11-20')], '2026-11-18'],
    [
      'a weekend and Thanksgiving lie between',
      [whole('2026-11-25'), whole('2026-11-27'), whole('2026-11-30')],
      '2026-11-30',
    ],
  ])('%s', (_what, covered, date) => {
    expect(wholeThrough(covered, '5m')).toBe(date);
  });
});

describe('where fetching begins', () => {
  const { open } = aSession('2026-11-20');
  const now = at('2026-11-20T16:30:00Z');

  it.each([
    ['in the candle after the last that is covered', 60, 60],
    ['with the candle in which coverage ends', 90, 60],
    ['with the first of the session', 20, 0],
  ])('%s', (_what, covered, begins) => {
    const coverage = [{ date: '2026-11-20', coveredThrough: open + covered * 60_000 }];

    const from = firstUncovered(coverage, { timeframe: '1h', reachFrom: 0, now, graceMs: 0 });

    expect(from).toBe(open + begins * 60_000);
  });
});

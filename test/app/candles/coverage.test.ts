import { describe, expect, it } from 'vitest';
import { wholeThrough } from '../../../src/app/candles/coverage.ts';
import { aSession } from '../../support/builders.ts';

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

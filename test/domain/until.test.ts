import { expect, it } from 'vitest';
import { endOf, snoozeEndOf } from '../../src/domain/until.ts';
import { aSession } from '../support/builders.ts';

const MINUTE = 60_000;
const friday = aSession('2022-06-17');
const tuesday = aSession('2022-06-21'); // Monday is a holiday
const noon = friday.open + 150 * MINUTE;

it.each([
  ['15m', noon, noon + 15 * MINUTE],
  ['1h', noon, noon + 60 * MINUTE],
  ['close', noon, friday.close],
  ['close', friday.close, tuesday.close],
  ['close', friday.open - 60 * MINUTE, friday.close],
  ['tomorrow', noon, tuesday.open],
  ['tomorrow', friday.close + 60 * MINUTE, tuesday.open],
] as const)('%s ends where people expect it (%i)', (until, now, end) => {
  expect(endOf(until, now)).toBe(end);
});

it('early in the morning tomorrow is the next day, not this one', () => {
  expect(endOf('tomorrow', friday.open - 60 * MINUTE)).toBe(tuesday.open);
});

it('a half day closes at one', () => {
  const halfDay = aSession('2022-11-25');

  expect(endOf('close', halfDay.open)).toBe(halfDay.open + 210 * MINUTE);
});

it('a snoozed card comes back while there is still time to act', () => {
  expect(snoozeEndOf('close', noon)).toBe(friday.close - 15 * MINUTE);
  expect(snoozeEndOf('close', friday.close - 10 * MINUTE)).toBe(tuesday.close - 15 * MINUTE);
  expect(snoozeEndOf('1h', noon)).toBe(noon + 60 * MINUTE);
});

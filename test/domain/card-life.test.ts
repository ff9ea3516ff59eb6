import { describe, expect, it } from 'vitest';
import {
  actionableFrom,
  expiryAt,
  expiryOf,
  followersOf,
  isTooOldToShow,
  maySend,
  timesOf,
} from '../../src/domain/card-life.ts';
import { aSession } from '../support/builders.ts';
import { aCard, someDetails } from '../support/cards.ts';
import { FIRED_AT } from '../support/signals.ts';

const MINUTE = 60_000;
const FRIDAY = aSession('2022-06-17');
const TUESDAY = aSession('2022-06-21'); // Monday is Juneteenth
const tp1 = { kind: 'tp1', at: FIRED_AT + 5 * MINUTE, price: 101.5, r: 1.5 } as const;

describe('the time of a card', () => {
  it('is three candles, and its levels are followed for twenty', () => {
    expect(timesOf(FIRED_AT, '5m')).toEqual({
      expiresAt: FIRED_AT + 15 * MINUTE,
      horizonAt: FIRED_AT + 100 * MINUTE,
    });
  });

  it('does not run while the exchange is closed', () => {
    expect(timesOf(FRIDAY.close, '5m').expiresAt).toBe(TUESDAY.open + 15 * MINUTE);
    expect(timesOf(FRIDAY.close - 5 * MINUTE, '5m').expiresAt).toBe(TUESDAY.open + 10 * MINUTE);
  });

  it('knows half days and the short last candle', () => {
    const halfDay = aSession('2022-11-25');

    expect(timesOf(halfDay.open + 60 * MINUTE, '1h').expiresAt).toBe(halfDay.close);
  });
});

describe('a signal at the closing bell', () => {
  it('can be acted on from the next open on', () => {
    expect(actionableFrom(FRIDAY.close)).toBe(TUESDAY.open);
    expect(actionableFrom(FRIDAY.close - 1)).toBe(FRIDAY.close - 1);
  });

  it('is not too old before the open, nor until its gap can be known', () => {
    expect(isTooOldToShow(FRIDAY.close, '5m', TUESDAY.open + 15 * MINUTE)).toBe(false);
    expect(isTooOldToShow(FRIDAY.close, '5m', TUESDAY.open + 15 * MINUTE + 1)).toBe(true);
    expect(isTooOldToShow(FRIDAY.close, '4h', TUESDAY.open + 240 * MINUTE)).toBe(false);
  });
});

describe('the end of a card', () => {
  it('is what happened first', () => {
    expect(expiryOf(someDetails())).toBeNull();
    expect(expiryOf(someDetails({ events: [tp1] }))).toEqual({ at: tp1.at, by: 'tp1' });
    const byTime = aCard({ expiredAt: FIRED_AT + 15 * MINUTE, expiredBy: 'time' });
    expect(
      expiryOf(someDetails({ card: byTime, events: [{ ...tp1, at: FIRED_AT + 20 * MINUTE }] }))?.by,
    ).toBe('time');
  });

  it('comes by the clock, even before anybody wrote it down', () => {
    expect(expiryAt(someDetails(), FIRED_AT + 15 * MINUTE - 1)).toBeNull();
    expect(expiryAt(someDetails(), FIRED_AT + 15 * MINUTE)).toEqual({
      at: FIRED_AT + 15 * MINUTE,
      by: 'time',
    });
  });
});

it('whoever entered or watches follows a card, whoever ignored or snoozed it does not', () => {
  const decided = (['enter', 'ignore', 'watch', 'snooze'] as const).map((action) => ({
    userId: action,
    action,
    decidedAt: FIRED_AT,
  }));

  expect(followersOf(someDetails({ decisions: decided }))).toEqual(['enter', 'watch']);
});

it('a card that somebody opened and a reminder may be posted late, another may not', () => {
  const late = FIRED_AT + 60 * MINUTE;

  expect(maySend(aCard(), late)).toBe(false);
  expect(maySend(aCard({ openedAt: late }), late)).toBe(true);
  expect(maySend(aCard({ kind: 'reminder' }), late)).toBe(true);
});

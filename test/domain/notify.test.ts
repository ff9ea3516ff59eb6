import { describe, expect, it } from 'vitest';
import type { Mute } from '../../src/domain/mute.ts';
import { type NotifySettings, whomToMention } from '../../src/domain/notify.ts';
import { formatQuietHours, isQuiet, parseQuietHours } from '../../src/domain/quiet-hours.ts';
import { FIRED_AT } from '../support/signals.ts';

const CARD = {
  cardId: 7,
  ticker: 'NVDA',
  timeframe: '5m',
  side: 'long',
  score: 0.8,
  detectorIds: ['breakout_v1'],
} as const;

const ann = (overrides: Partial<NotifySettings> = {}): NotifySettings => ({
  userId: 'ann',
  tickers: [],
  sides: ['long', 'short'],
  minScore: 0,
  quietHours: null,
  ...overrides,
});
const called = (settings: NotifySettings, mutes: readonly Mute[] = []) =>
  whomToMention(CARD, { people: [settings], mutes, now: FIRED_AT });

describe('whomToMention', () => {
  it.each([
    ['every card', {}, ['ann']],
    ['the ticker', { tickers: ['NVDA'] }, ['ann']],
    ['another ticker', { tickers: ['AAPL'] }, []],
    ['the other side', { sides: ['short'] }, []],
    ['a score that is reached', { minScore: 0.8 }, ['ann']],
    ['a higher score', { minScore: 0.81 }, []],
    ['quiet hours around 10:05', { quietHours: { from: 600, to: 606 } }, []],
    ['quiet hours that are over', { quietHours: { from: 600, to: 605 } }, ['ann']],
  ] as const)('someone who asked for %s', (_what, overrides, expected) => {
    expect(called(ann(overrides))).toEqual(expected);
  });

  it('leaves out who muted it for themselves, and nobody for another’s mute', () => {
    const mute = {
      id: 1,
      target: { scope: 'ticker', ticker: 'NVDA' },
      createdBy: 'x',
      until: FIRED_AT + 1,
    } as const;

    expect(called(ann(), [{ ...mute, userId: 'ann' }])).toEqual([]);
    expect(called(ann(), [{ ...mute, userId: 'bob' }])).toEqual(['ann']);
  });
});

describe('quiet hours', () => {
  it('may span midnight', () => {
    const night = parseQuietHours('22:00-8:30');

    expect(formatQuietHours(night)).toBe('22:00-08:30');
    expect(isQuiet(night, Date.UTC(2022, 5, 15, 3, 0))).toBe(true); // 23:00
    expect(isQuiet(night, Date.UTC(2022, 5, 15, 12, 29))).toBe(true); // 08:29
    expect(isQuiet(night, Date.UTC(2022, 5, 15, 12, 30))).toBe(false); // 08:30
  });

  it.each(['', 'noon', '25:00-26:00', '12:60-13:00', '12:00-12:00', '12-13'])('are not %j', (text) => {
    expect(() => parseQuietHours(text)).toThrow(/New York time like 12:00-13:30/);
  });
});

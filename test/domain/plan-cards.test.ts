import { describe, expect, it } from 'vitest';
import { type CardRules, pickHeadline, planCards } from '../../src/domain/plan-cards.ts';
import { aSignal, FIRED_AT } from '../support/signals.ts';

const rules = (overrides: Partial<CardRules['params']> = {}, now = FIRED_AT + 5000): CardRules => ({
  params: { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30, ...overrides },
  levelRule: 'atr',
  now,
});

describe('planCards', () => {
  it('puts several detectors of one candle and side on one card', () => {
    const signals = [aSignal({ detectorId: 'breakout_v1' }), aSignal({ detectorId: 'macd_cross_v1' })];

    expect(planCards(signals, rules())).toHaveLength(1);
  });

  it('makes two cards of opposite sides', () => {
    const signals = [aSignal({ side: 'long' }), aSignal({ side: 'short', detectorId: 'macd_cross_v1' })];

    const sides = planCards(signals, rules()).map(({ side }) => side);

    expect(sides).toEqual(['long', 'short']);
  });

  it.each([
    ['stale', rules({}, FIRED_AT + 5 * 60_000 + 1)],
    ['side', rules({ sides: ['short'] })],
    ['detector', rules({ detectors: ['macd_cross_v1'] })],
    ['min_score', rules({ minScore: 0.9 })],
  ])('keeps a card that nobody is shown, with the reason %s', (reason, given) => {
    const [card] = planCards([aSignal({ score: 0.5 })], given);

    expect(card?.suppressedReason).toBe(reason);
  });

  it('shows a card when one of its detectors passes', () => {
    const signals = [aSignal({ score: 0.2 }), aSignal({ score: 0.7, detectorId: 'macd_cross_v1' })];

    const [card] = planCards(signals, rules({ minScore: 0.6 }));

    expect(card?.suppressedReason).toBeNull();
  });

  it('acts on a 15m signal for as long as one candle lasts', () => {
    const signals = [aSignal({ timeframe: '15m' })];

    expect(planCards(signals, rules({}, FIRED_AT + 15 * 60_000))[0]?.suppressedReason).toBeNull();
    expect(planCards(signals, rules({}, FIRED_AT + 15 * 60_000 + 1))[0]?.suppressedReason).toBe('stale');
  });
});

describe('pickHeadline', () => {
  it('takes the highest score, and the first id of equals', () => {
    const signals = [
      aSignal({ detectorId: 'b', score: 0.7 }),
      aSignal({ detectorId: 'c', score: 0.9 }),
      aSignal({ detectorId: 'a', score: 0.9 }),
    ];

    expect(pickHeadline(signals)?.detectorId).toBe('a');
  });
});

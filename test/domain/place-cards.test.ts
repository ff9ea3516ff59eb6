import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mute } from '../../src/domain/mute.ts';
import { placeCards, type Scene, type ShownCard, type UnplacedCard } from '../../src/domain/place-cards.ts';
import { aSession } from '../support/builders.ts';
import { sharedData } from '../support/shared-data.ts';
import { FIRED_AT } from '../support/signals.ts';
import { recordedCards, simulate } from '../support/simulate-day.ts';

const MINUTE = 60_000;
const NOW = FIRED_AT + 5000;

function unplaced(cardId: number, overrides: Partial<UnplacedCard> = {}): UnplacedCard {
  return {
    cardId,
    ticker: `T${cardId}`,
    timeframe: '5m',
    channelId: 'c',
    firedAt: FIRED_AT,
    score: 0.5,
    detectorIds: ['breakout_v1'],
    cooldownMinutes: 30,
    ...overrides,
  };
}

const shownBefore = (overrides: Partial<ShownCard> = {}): ShownCard => ({
  ticker: 'T1',
  channelId: 'c',
  firedAt: FIRED_AT - 10 * MINUTE,
  placedAt: FIRED_AT - 10 * MINUTE,
  ...overrides,
});

const scene = (overrides: Partial<Scene> = {}): Scene => ({ now: NOW, shown: [], mutes: [], ...overrides });

function fates(cards: readonly UnplacedCard[], given: Partial<Scene> = {}): Record<number, string> {
  return Object.fromEntries(
    placeCards(cards, scene(given)).map((placed) => [
      placed.cardId,
      placed.state === 'suppressed' ? placed.reason : placed.state,
    ]),
  );
}

describe('the cooldown', () => {
  it('keeps a ticker quiet for its minutes, on either side and any timeframe', () => {
    expect(fates([unplaced(1)], { shown: [shownBefore()] })).toEqual({ 1: 'cooldown' });
    expect(fates([unplaced(1, { timeframe: '1h' })], { shown: [shownBefore()] })).toEqual({ 1: 'cooldown' });
  });

  it('ends with its minutes', () => {
    const shown = [shownBefore({ firedAt: FIRED_AT - 30 * MINUTE })];

    expect(fates([unplaced(1)], { shown })).toEqual({ 1: 'pending' });
    expect(fates([unplaced(1, { cooldownMinutes: 31 })], { shown })).toEqual({ 1: 'cooldown' });
  });

  it('says nothing about another ticker or channel', () => {
    expect(fates([unplaced(2)], { shown: [shownBefore()] })).toEqual({ 2: 'pending' });
    expect(fates([unplaced(1)], { shown: [shownBefore({ channelId: 'other' })] })).toEqual({ 1: 'pending' });
  });

  it('lets the stronger of two sides of one candle through', () => {
    const cards = [unplaced(1, { ticker: 'X', score: 0.4 }), unplaced(2, { ticker: 'X', score: 0.6 })];

    expect(fates(cards)).toEqual({ 1: 'cooldown', 2: 'pending' });
  });

  it('counts from the open for a card that waited for it', () => {
    const [friday, tuesday] = [aSession('2022-06-17'), aSession('2022-06-21')];
    const fresh = unplaced(1, { firedAt: tuesday.open + 5 * MINUTE });
    const shown = [shownBefore({ firedAt: friday.close, placedAt: tuesday.open })];

    expect(fates([fresh], { now: tuesday.open + 5 * MINUTE, shown })).toEqual({ 1: 'cooldown' });
  });
});

describe('a flood', () => {
  const scores = [0.1, 0.9, 0.3, 0.8, 0.5, 0.7];
  const six = scores.map((score, index) => unplaced(index + 1, { score }));

  it('leaves the best three as cards and puts the rest on a list', () => {
    expect(fates(six)).toEqual({
      1: 'listed',
      2: 'pending',
      3: 'listed',
      4: 'pending',
      5: 'listed',
      6: 'pending',
    });
  });

  it('chooses among equal scores by how many detectors agree, then by name', () => {
    const equal = ['F', 'E', 'D', 'C', 'B', 'A'].map((ticker, index) =>
      unplaced(index + 1, { ticker, detectorIds: ticker === 'E' ? ['breakout_v1', 'macd_cross_v1'] : ['x'] }),
    );
    const shown = (cards: readonly UnplacedCard[]) =>
      cards.filter(({ cardId }) => fates(cards)[cardId] === 'pending').map(({ ticker }) => ticker);

    expect(shown(equal).sort()).toEqual(['A', 'B', 'E']);
    expect(shown(equal.toReversed()).sort()).toEqual(['A', 'B', 'E']);
  });

  it('is more than five', () => {
    expect(Object.values(fates(six.slice(0, 5)))).toEqual(Array(5).fill('pending'));
  });

  it('counts what the channel was shown within the last minute', () => {
    const shown = [
      shownBefore({ ticker: 'A', placedAt: NOW - 59_000 }),
      shownBefore({ ticker: 'B', placedAt: NOW - 61_000 }),
    ];

    expect(Object.values(fates(six.slice(0, 5), { shown })).sort()).toEqual([
      ...Array(3).fill('listed'),
      'pending',
      'pending',
    ]);
  });

  it('is one for each channel', () => {
    const halves = six.map((card) => ({ ...card, channelId: card.cardId % 2 === 0 ? 'a' : 'b' }));

    expect(Object.values(fates(halves))).toEqual(Array(6).fill('pending'));
  });
});

describe('the closing bell', () => {
  const friday = aSession('2022-06-17');
  const tuesday = aSession('2022-06-21');
  const late = unplaced(1, { firedAt: friday.close, timeframe: '4h' });

  it('holds a card until the open', () => {
    expect(fates([late], { now: friday.close + 5000 })).toEqual({ 1: 'held' });
    expect(fates([late], { now: tuesday.open - 1 })).toEqual({ 1: 'held' });
    expect(fates([late], { now: tuesday.open })).toEqual({ 1: 'pending' });
  });

  it('holds the stronger of two timeframes of a ticker', () => {
    const weaker = unplaced(2, { ticker: 'T1', firedAt: friday.close, score: 0.4 });

    expect(fates([late, weaker], { now: friday.close + 5000 })).toEqual({ 1: 'held', 2: 'cooldown' });
  });

  it('holds a card though another was shown before the close: a night lies between', () => {
    const shown = [shownBefore({ firedAt: friday.close - 10 * MINUTE })];

    expect(fates([late], { now: friday.close + 5000, shown })).toEqual({ 1: 'held' });
  });
});

describe('a mute', () => {
  const mute = (target: Mute['target']): Mute => ({
    id: 1,
    target,
    userId: null,
    createdBy: 'u',
    until: NOW + 1,
  });

  it.each([
    [{ scope: 'ticker', ticker: 'T1' }],
    [{ scope: 'series', ticker: 'T1', timeframe: '5m' }],
    [{ scope: 'detector', detectorId: 'breakout_v1' }],
    [{ scope: 'card', cardId: 1 }],
  ] as const)('of %j suppresses the card', (target) => {
    expect(fates([unplaced(1)], { mutes: [mute(target)] })).toEqual({ 1: 'muted' });
  });

  it.each([
    [{ scope: 'ticker', ticker: 'T2' }],
    [{ scope: 'series', ticker: 'T1', timeframe: '1h' }],
    [{ scope: 'detector', detectorId: 'macd_cross_v1' }],
  ] as const)('of %j does not', (target) => {
    expect(fates([unplaced(1)], { mutes: [mute(target)] })).toEqual({ 1: 'pending' });
  });

  it('of one detector leaves a card on which another fired too', () => {
    const both = unplaced(1, { detectorIds: ['breakout_v1', 'macd_cross_v1'] });
    const breakout = mute({ scope: 'detector', detectorId: 'breakout_v1' });
    const macd = mute({ scope: 'detector', detectorId: 'macd_cross_v1' });

    expect(fates([both], { mutes: [breakout] })).toEqual({ 1: 'pending' });
    expect(fates([both], { mutes: [breakout, macd] })).toEqual({ 1: 'muted' });
  });
});

it('a card that is too old is stale', () => {
  expect(fates([unplaced(1)], { now: FIRED_AT + 5 * MINUTE + 1 })).toEqual({ 1: 'stale' });
});

it('every card gets exactly one answer, and no channel more than five cards a minute', () => {
  const card = fc.record({
    ticker: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'),
    channelId: fc.constantFrom('x', 'y'),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    cooldownMinutes: fc.constantFrom(0, 30),
  });
  fc.assert(
    fc.property(fc.array(card, { maxLength: 30 }), (drawn) => {
      const cards = drawn.map((each, index) => unplaced(index + 1, each));

      const placed = placeCards(cards, scene());

      expect(placed.map(({ cardId }) => cardId).sort((a, b) => a - b)).toEqual(
        cards.map(({ cardId }) => cardId),
      );
      for (const channel of ['x', 'y']) {
        const posted = placed.filter(
          ({ cardId, state }) => state === 'pending' && cards[cardId - 1]?.channelId === channel,
        );
        expect(posted.length).toBeLessThanOrEqual(5);
      }
    }),
  );
});

const folder = sharedData('stratback-5m');

describe.skipIf(folder === null)('half a year of nine tickers at 5m (needs recorded candles)', () => {
  const params = { detectors: [], minScore: 0, sides: ['long', 'short'], cooldownMinutes: 30 } as const;

  it('is nearly halved by the defaults, and no minute brings more than five messages', () => {
    const cards = recordedCards(folder ?? '', params);

    const tally = simulate(cards);

    const { days, made, posted, listed, suppressed, busiestMinute } = tally;
    expect(made / days).toBeGreaterThan(80);
    expect((posted + tally.lists) / days).toBeLessThan(55);
    expect(busiestMinute).toBeLessThanOrEqual(5);
    expect(posted + listed + Object.values(suppressed).reduce((sum, n) => sum + n, 0)).toBe(made);
  }, 60_000);
});

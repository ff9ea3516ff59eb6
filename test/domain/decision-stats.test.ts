import { describe, expect, it } from 'vitest';
import { type DecidedCards, decisionStats } from '../../src/domain/decision-stats.ts';

const some = (overrides: Partial<DecidedCards> = {}): DecidedCards => ({
  person: '',
  answer: 'none',
  latency: -1,
  reason: '',
  cards: 10,
  labelled: 8,
  won: 4,
  gainR: 6,
  lossR: -4,
  clicks: 0,
  clickBps: 0,
  fills: 0,
  fillBps: 0,
  ...overrides,
});

describe('decisionStats', () => {
  it('counts each card once for the team, whatever its people did', () => {
    const stats = decisionStats([
      some({ answer: 'enter' }),
      some({ person: 'a', answer: 'enter' }),
      some({ person: 'b', answer: 'ignore' }),
    ]);

    expect(stats.team.enter.cards).toBe(10);
    expect(stats.team.ignore.cards).toBe(0);
  });

  it('calls missed what was not entered and gained, dodged what was not entered and lost', () => {
    const stats = decisionStats([
      some({ answer: 'enter', gainR: 100, lossR: -100 }),
      some({ answer: 'ignore', gainR: 1.5, lossR: -3 }),
      some({ answer: 'none', gainR: 4.5, lossR: -1 }),
      some({ answer: 'watch', gainR: 0, lossR: -2 }),
    ]);

    expect(stats.missedR).toBe(6);
    expect(stats.dodgedR).toBe(6);
  });

  it('gives no rate under thirty outcomes', () => {
    const [few, enough] = [29, 30].map((labelled) => decisionStats([some({ labelled })]).team.none.gained);

    expect(few).toBeNull();
    expect(enough).toMatchObject({ n: 30, share: 4 / 30 });
  });

  it('keeps people, reasons and speeds apart', () => {
    const stats = decisionStats([
      some({ person: 'a', answer: 'ignore', reason: 'spread', cards: 3 }),
      some({ person: 'a', answer: 'enter', latency: 2, cards: 1 }),
      some({ person: 'b', answer: 'ignore', reason: 'news', cards: 7 }),
      some({ person: 'b', answer: 'watch', cards: 2 }),
      some({ person: 'b', answer: 'enter', latency: 0, cards: 4 }),
    ]);

    expect(
      stats.people.map(({ userId, entered, ignored, others }) => [
        userId,
        entered.cards,
        ignored.cards,
        others,
      ]),
    ).toEqual([
      ['b', 4, 7, 2],
      ['a', 1, 3, 0],
    ]);
    expect(stats.reasons.map(({ reason, worth }) => [reason, worth.cards])).toEqual([
      ['news', 7],
      ['spread', 3],
    ]);
    expect(stats.latency.map(({ latency, worth }) => [latency, worth.cards])).toEqual([
      [0, 4],
      [2, 1],
    ]);
  });

  it('averages how far the price had gone over all entries', () => {
    const stats = decisionStats([
      some({ person: 'a', answer: 'enter', clicks: 1, clickBps: 4, fills: 0 }),
      some({ person: 'b', answer: 'enter', clicks: 3, clickBps: 12, fills: 2, fillBps: -5 }),
    ]);

    expect(stats.toClick).toEqual({ n: 4, meanBps: 4 });
    expect(stats.toFill).toEqual({ n: 2, meanBps: -2.5 });
    expect(decisionStats([]).toFill).toEqual({ n: 0, meanBps: null });
  });
});

import { describe, expect, it } from 'vitest';
import { exact } from '../../../src/domain/ledger/exact.ts';
import { type ExitGroup, type JournalSums, journalStats } from '../../../src/domain/ledger/journal-stats.ts';

const aGroup = (name: string, pnl = '10'): ExitGroup => ({ name, exits: 2, won: 1, pnl: exact(pnl) });
const someSums = (overrides: Partial<JournalSums> = {}): JournalSums => ({
  byDay: [],
  byTag: [],
  byTicker: [],
  byHour: [],
  byWeekday: [],
  drawdown: exact(0),
  gains: exact(0),
  losses: exact(0),
  fees: exact(0),
  sumR: exact(0),
  signs: [],
  rs: [],
  ...overrides,
});
const words = (value: { toFixed(): string } | null) => value?.toFixed() ?? null;
const names = (groups: readonly { readonly name: string }[]) => groups.map(({ name }) => name);

describe('journalStats', () => {
  it('says what a trade came to', () => {
    const stats = journalStats(
      someSums({
        gains: exact('40'),
        losses: exact('-20'),
        sumR: exact('0.5'),
        signs: [1, -1, 1, 0],
        rs: [1.5, -1, 0],
      }),
    );

    expect([stats.trades, stats.won, stats.lost]).toEqual([4, 2, 1]);
    expect(words(stats.winRate)).toBe('0.5');
    expect(words(stats.profitFactor), '40 gained over 20 lost').toBe('2');
    expect(words(stats.expectancy)).toBe('5');
    expect(words(stats.averageR), 'over the three that have an R').toBe('0.166667');
    expect(stats.withR).toBe(3);
  });

  it('has no ratio without what it is divided by', () => {
    const { winRate, profitFactor, expectancy, averageR } = journalStats(someSums());
    const gainOnly = journalStats(someSums({ gains: exact(1), signs: [1] }));

    expect([winRate, profitFactor, expectancy, averageR]).toEqual([null, null, null, null]);
    expect(gainOnly.profitFactor).toBeNull();
  });

  it('counts rows of gains and losses; an even trade ends one', () => {
    const { streaks } = journalStats(someSums({ signs: [1, 1, -1, -1, -1, 0, -1, 1, 1] }));

    expect(streaks).toEqual({ gains: 2, losses: 3, current: 2 });
  });

  it('adds up days in their order', () => {
    const stats = journalStats(
      someSums({ byDay: [aGroup('2026-06-11', '-0.3'), aGroup('2026-06-10', '0.1')] }),
    );

    expect([words(stats.realised), stats.exits]).toEqual(['-0.2', 4]);
    expect(stats.days.map(({ day }) => day)).toEqual(['2026-06-10', '2026-06-11']);
  });

  it('puts groups in the order in which people look for them', () => {
    const stats = journalStats(
      someSums({
        byTag: [aGroup('no tag'), aGroup('EXIT'), aGroup('TP1')],
        byTicker: [aGroup('NVDA', '-1'), aGroup('MSFT', '2'), aGroup('AAPL', '2')],
        byHour: [aGroup('10:00'), aGroup('09:00')],
        byWeekday: [aGroup('Wed'), aGroup('Mon')],
      }),
    );

    expect(names(stats.byTag)).toEqual(['TP1', 'EXIT', 'no tag']);
    expect(names(stats.byTicker), 'the best first').toEqual(['AAPL', 'MSFT', 'NVDA']);
    expect(names(stats.byHour)).toEqual(['09:00', '10:00']);
    expect(names(stats.byWeekday)).toEqual(['Mon', 'Wed']);
  });
});

import { describe, expect, it } from 'vitest';
import { exact, sumOf } from '../../../src/domain/ledger/exact.ts';
import {
  type ClosedTrade,
  journalStats,
  type RealisedExit,
} from '../../../src/domain/ledger/journal-stats.ts';
import { at } from '../../support/builders.ts';

const anExit = ({
  pnl = '10',
  ...rest
}: Partial<Omit<RealisedExit, 'pnl'>> & { pnl?: string } = {}): RealisedExit => ({
  ticker: 'NVDA',
  openedAt: at('2026-06-10T14:10:00Z'),
  exitedAt: at('2026-06-10T15:00:00Z'),
  day: '2026-06-10',
  tag: 'EXIT',
  r: null,
  ...rest,
  pnl: exact(pnl),
});
const aTrade = (pnl: string, r: string | null = null): ClosedTrade => ({
  pnl: exact(pnl),
  feesUsd: exact('0.10'),
  r: r === null ? null : exact(r),
});
const words = (value: { toFixed(): string } | null) => value?.toFixed() ?? null;

describe('journalStats', () => {
  it('adds up what trades came to', () => {
    const stats = journalStats(
      [],
      [aTrade('30', '1.5'), aTrade('-20', '-1'), aTrade('10'), aTrade('0', '0')],
    );

    expect([stats.trades, stats.won, stats.lost]).toEqual([4, 2, 1]);
    expect(words(stats.winRate)).toBe('0.5');
    expect(words(stats.profitFactor), '40 gained over 20 lost').toBe('2');
    expect(words(stats.expectancy)).toBe('5');
    expect(words(stats.averageR), 'over the three that have an R').toBe('0.166667');
    expect(stats.withR).toBe(3);
    expect(words(stats.fees)).toBe('0.4');
  });

  it('has no ratio without what it is divided by', () => {
    const nothing = journalStats([], []);
    const gainOnly = journalStats([], [aTrade('1')]);

    expect([nothing.winRate, nothing.profitFactor, nothing.expectancy, nothing.averageR]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(gainOnly.profitFactor).toBeNull();
  });

  it('counts rows of gains and losses; an even trade ends one', () => {
    const results = ['1', '2', '-1', '-1', '-3', '0', '-1', '4', '5'];

    const { streaks } = journalStats(
      [],
      results.map((pnl) => aTrade(pnl)),
    );

    expect(streaks).toEqual({ gains: 2, losses: 3, current: 2 });
  });

  it('measures the largest fall from a height, exit by exit', () => {
    const exits = ['100', '-30', '20', '-60', '50'].map((pnl) => anExit({ pnl }));

    expect(words(journalStats(exits, []).drawdown)).toBe('70');
    expect(words(journalStats([anExit({ pnl: '-5' })], []).drawdown), 'from nothing too').toBe('5');
  });

  it('groups exits so that each kind of group adds up to all of them', () => {
    const exits = [
      anExit({ pnl: '0.1', tag: 'TP1', openedAt: at('2026-06-08T13:31:00Z') }),
      anExit({ pnl: '0.2', tag: null, ticker: 'AAPL', day: '2026-06-11' }),
      anExit({ pnl: '-0.4', tag: 'STOP' }),
    ];

    const stats = journalStats(exits, []);

    expect(words(stats.realised)).toBe('-0.1');
    for (const groups of [stats.byTag, stats.byTicker, stats.byHour, stats.byWeekday, stats.days]) {
      expect(words(sumOf(groups.map(({ pnl }) => pnl)))).toBe('-0.1');
    }
    expect(stats.byTag.map(({ name, won }) => [name, won])).toEqual([
      ['TP1', 1],
      ['no tag', 1],
      ['STOP', 0],
    ]);
    expect(
      stats.byTicker.map(({ name }) => name),
      'the best first',
    ).toEqual(['AAPL', 'NVDA']);
    expect(
      stats.byHour.map(({ name }) => name),
      'New York hours',
    ).toEqual(['09:00', '10:00']);
    expect(stats.byWeekday.map(({ name }) => name)).toEqual(['Mon', 'Wed']);
    expect(stats.days.map(({ day }) => day)).toEqual(['2026-06-10', '2026-06-11']);
  });
});

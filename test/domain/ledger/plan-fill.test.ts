import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkChange } from '../../../src/domain/ledger/check-change.ts';
import { exact } from '../../../src/domain/ledger/exact.ts';
import { halfOf, planEntry, planExit } from '../../../src/domain/ledger/plan-fill.ts';
import { aFill } from '../../support/ledger.ts';

const asked = (qty: string, feeUsd = '0') => ({ qty: exact(qty), price: exact('10'), feeUsd: exact(feeUsd) });
const long100 = { side: 'long' as const, qtyOpen: exact(100) };

describe('planEntry', () => {
  it('opens and adds on its own side in one fill', () => {
    const stopPrice = exact('9');

    expect(planEntry(null, 'short', { ...asked('50'), stopPrice })).toMatchObject([
      { side: 'short', tag: 'ENTRY', stopPrice },
    ]);
    expect(planEntry(long100, 'long', { ...asked('50'), stopPrice })).toMatchObject([
      { side: 'buy', tag: 'ENTRY' },
    ]);
  });

  it('closes the other side first and turns around with the rest, its fee split by shares', () => {
    const parts = planEntry(long100, 'short', { ...asked('150', '1'), stopPrice: exact('11') });

    expect(
      parts.map(({ side, qty, feeUsd, tag, stopPrice }) => [side, `${qty}`, `${feeUsd}`, tag, stopPrice]),
    ).toEqual([
      ['sell', '100', '0.666667', 'EXIT', null],
      ['short', '50', '0.333333', 'ENTRY', exact('11')],
    ]);
  });

  it('only closes when it is not larger than what is open', () => {
    expect(planEntry(long100, 'short', { ...asked('100'), stopPrice: null })).toMatchObject([
      { side: 'sell', tag: 'EXIT', stopPrice: null },
    ]);
  });
});

describe('planExit', () => {
  it('closes at most what is open', () => {
    expect(planExit('NVDA', long100, { ...asked('100'), tag: 'TP1' })).toMatchObject({
      side: 'sell',
      tag: 'TP1',
    });
  });

  it('refuses more than is open and says how much that is', () => {
    expect(() => planExit('NVDA', long100, { ...asked('100.000001'), tag: 'EXIT' })).toThrow(
      'You have 100 NVDA open, so 100.000001 cannot be closed. Exit 100 or less; to turn around, use /journal enter with the side short.',
    );
  });

  it('refuses when nothing is open', () => {
    expect(() => planExit('NVDA', null, { ...asked('1'), tag: 'EXIT' })).toThrow(/no open position in NVDA/);
  });
});

describe('halfOf', () => {
  it.each([
    ['100', '50'],
    ['101', '50'],
    ['1', '1'],
    ['0.5', '0.25'],
  ])('half of %s is %s', (qty, half) => {
    expect(halfOf(exact(qty)).toFixed()).toBe(half);
  });

  it('is never more than the whole and never nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 0, max: 6 }), (n, places) => {
        const qty = exact(n).dividedBy(exact(10).pow(places));
        expect(halfOf(qty).greaterThan(0) && halfOf(qty).lessThanOrEqualTo(qty)).toBe(true);
      }),
    );
  });
});

describe('checkChange', () => {
  const buy = aFill({ id: 1 });
  const sell = aFill({ id: 2, side: 'sell', at: buy.at + 1 });

  it('refuses to take away what a later exit closed, and names that exit', () => {
    expect(() => checkChange('NVDA', [buy, sell], [sell])).toThrow(
      'Then 100 NVDA of the later sell (fill 2) would close nothing. Undo or correct fill 2 first.',
    );
  });

  it('allows to undo from the end', () => {
    expect(checkChange('NVDA', [buy, sell], [buy]).open?.qtyOpen.toFixed()).toBe('100');
  });

  it('leaves an orphan that was there before to whoever mends it', () => {
    expect(checkChange('NVDA', [sell], [sell, aFill({ id: 3, at: sell.at + 1 })]).orphans).toHaveLength(1);
  });
});

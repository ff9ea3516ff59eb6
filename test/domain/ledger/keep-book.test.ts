import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exact, sumOf } from '../../../src/domain/ledger/exact.ts';
import { inOrder, isEntry, type LedgerFill, ORDER_SIDES } from '../../../src/domain/ledger/fill.ts';
import { keepBook } from '../../../src/domain/ledger/keep-book.ts';
import { fillsOf, journalCases } from '../../support/journal-cases.ts';
import { aFill, FILLED_AT, inWords } from '../../support/ledger.ts';

describe('the journal cases', () => {
  it.each(journalCases().map((one) => [one.name, one] as const))('%s', (_, one) => {
    const { positions, orphans } = keepBook(fillsOf(one));

    expect(positions.map(inWords)).toEqual(one.positions);
    expect(orphans.map(({ side, qty }) => ({ side, qty: qty.toFixed() }))).toEqual(one.orphans);
  });

  it.each(journalCases().map((one) => [one.name, one] as const))(
    'gives the same whatever order its rows come in: %s',
    (_, one) => {
      expect(keepBook(fillsOf(one).reverse())).toEqual(keepBook(fillsOf(one)));
    },
  );
});

const money = (most: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 0, max: 6 }))
    .map(([n, places]) => exact(n).dividedBy(exact(10).pow(places)));

/** Any sequence of fills, sensible or not. */
const fills = fc
  .array(
    fc.record({
      side: fc.constantFrom(...ORDER_SIDES),
      qty: money(1_000_000),
      price: money(100_000_000),
      feeUsd: money(10_000_000),
      minutes: fc.integer({ min: 0, max: 30 }),
      stopShare: fc.option(fc.integer({ min: 50, max: 150 })),
    }),
    { maxLength: 14 },
  )
  .map((rows) =>
    rows.map(({ side, qty, price, feeUsd, minutes, stopShare }, index): LedgerFill => {
      const stopPrice = stopShare === null ? null : price.times(stopShare).dividedBy(100);
      return {
        ...aFill({ id: index + 1, side, at: FILLED_AT + minutes * 60_000 }),
        qty,
        price,
        feeUsd,
        stopPrice,
      };
    }),
  );

/** The cash that the fills moved, orphans apart: plain sums, nothing matched. */
function cashOf(all: readonly LedgerFill[]) {
  const { orphans, positions } = keepBook(all);
  const idle = new Map(orphans.map(({ fillId, qty }) => [fillId, qty]));
  const trades = all.map((fill) => {
    const gross = exact(fill.qty)
      .minus(idle.get(fill.id) ?? 0)
      .times(fill.price);
    return fill.side === 'sell' || fill.side === 'short' ? gross : gross.negated();
  });
  return sumOf(trades).minus(sumOf(positions.map(({ feesUsd }) => feesUsd)));
}

describe('for any sequence of fills', () => {
  it('realised profit minus the cost of what is open is the cash that moved, to the last digit', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const { positions } = keepBook(all);
        const cash = cashOf(all).toFixed();

        for (const method of ['fifo', 'average'] as const) {
          const realised = sumOf(positions.map((position) => position.realised[method]));
          const cost = sumOf(positions.map((position) => position.costOpen[method]));
          expect(realised.minus(cost).toFixed()).toBe(cash);
        }
      }),
    );
  });

  it('FIFO and average cost agree on every closed position', () => {
    fc.assert(
      fc.property(fills, (all) => {
        for (const { closedAt, realised } of keepBook(all).positions) {
          if (closedAt !== null) expect(realised.average.toFixed()).toBe(realised.fifo.toFixed());
        }
      }),
    );
  });

  it('shares entered are shares closed and shares open, and fees are neither lost nor doubled', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const { positions, orphans } = keepBook(all);
        const entered = sumOf(positions.map(({ qtyEntered }) => qtyEntered));
        const closed = sumOf(positions.flatMap(({ exits }) => exits.map(({ qty }) => qty)));
        const open = sumOf(positions.map(({ qtyOpen }) => qtyOpen));
        const filled = sumOf(all.map(({ qty }) => qty));

        expect(entered.toFixed()).toBe(closed.plus(open).toFixed());
        expect(filled.toFixed()).toBe(
          entered
            .plus(closed)
            .plus(sumOf(orphans.map(({ qty }) => qty)))
            .toFixed(),
        );
        if (orphans.length === 0) {
          const fees = sumOf(positions.map(({ feesUsd }) => feesUsd));
          expect(fees.toFixed()).toBe(sumOf(all.map(({ feeUsd }) => feeUsd)).toFixed());
        }
      }),
    );
  });

  it('no exit ever opens a position', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const entries = new Set(
          inOrder(all)
            .filter(({ side }) => isEntry(side))
            .map(({ seq }) => seq),
        );

        for (const { id } of keepBook(all).positions) expect(entries).toContain(id);
      }),
    );
  });
});

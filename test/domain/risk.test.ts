import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lossBeyondLimit, riskOf, sharesFor } from '../../src/domain/risk.ts';

const usd = (value: Decimal.Value) => new Decimal(value);
const cents = fc.integer({ min: 1, max: 10_000_000 }).map((value) => usd(value).dividedBy(100));

describe('sharesFor', () => {
  it('is the risk over the distance to the stop, whole shares only', () => {
    expect(sharesFor(usd(100), '187.42', '185.10')?.toFixed()).toBe('43');
    expect(sharesFor(usd(100), '185.10', '187.42')?.toFixed(), 'the same for a short').toBe('43');
  });

  it('is exact where floats are not: 0.3 / 0.1 is three shares', () => {
    expect(sharesFor(usd('0.3'), '1.1', '1.0')?.toFixed()).toBe('3');
  });

  it('is zero when one share risks more, and null without a distance', () => {
    expect(sharesFor(usd(100), 500, 390)?.toFixed()).toBe('0');
    expect(sharesFor(usd(100), 500, 500)).toBeNull();
  });

  it('never risks more than was said, and one share more would', () => {
    fc.assert(
      fc.property(cents, cents, cents, (risk, entry, stop) => {
        const shares = sharesFor(risk, entry, stop);
        if (shares === null) return entry.equals(stop);
        const loss = (qty: Decimal) => entry.minus(stop).abs().times(qty);
        return loss(shares).lessThanOrEqualTo(risk) && loss(shares.plus(1)).greaterThan(risk);
      }),
    );
  });
});

describe('riskOf', () => {
  it('is what the stop would cost, and unknown without one', () => {
    const fill = { qty: usd(43), price: usd('187.42'), stopPrice: usd('185.10') };

    expect(riskOf(fill)?.toFixed()).toBe('99.76');
    expect(riskOf({ ...fill, stopPrice: null })).toBeNull();
  });
});

describe('lossBeyondLimit', () => {
  it('warns when this trade, stopped too, would bring the day beyond its limit', () => {
    expect(lossBeyondLimit(usd(-320), usd(100), usd(400))).toEqual({
      lostUsd: usd(320),
      atWorstUsd: usd(420),
      limitUsd: usd(400),
    });
  });

  it('keeps quiet within the limit, at it, and without one', () => {
    expect(lossBeyondLimit(usd(-320), usd(80), usd(400))).toBeNull();
    expect(lossBeyondLimit(usd(-9000), usd(80), null)).toBeNull();
  });

  it('lets a winning day risk what it won', () => {
    expect(lossBeyondLimit(usd(500), usd(800), usd(400))).toBeNull();
    expect(lossBeyondLimit(usd(500), usd(901), usd(400))).toMatchObject({ lostUsd: usd(0) });
  });
});

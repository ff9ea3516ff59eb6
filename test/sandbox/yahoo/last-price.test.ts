import { describe, expect, it } from 'vitest';
import { lastPrice, quotedPrice } from '../../../src/sandbox/yahoo/last-price.ts';
import { aSession } from '../../support/builders.ts';
import { PRICES } from '../../support/yahoo.ts';

const MINUTE = 60_000;
const [BEFORE, DAY] = [aSession('2026-11-19'), aSession('2026-11-20')];
const close = PRICES.candles('SPY', '1m', BEFORE.open, BEFORE.close).at(-1)?.close;
const open = PRICES.candles('SPY', '1m', DAY.open, DAY.close)[0]?.open;

describe('a quote', () => {
  it('is before the open what the day opens at, so that a gap shows, though nothing has traded yet', () => {
    const nine = DAY.open - 30 * MINUTE;

    expect(quotedPrice(PRICES, 'SPY', nine)).toBe(open);
    expect(lastPrice(PRICES, 'SPY', nine)).toBe(close);
    expect(open).not.toBe(close);
  });

  it('is at night the last close, and at the open its first price', () => {
    expect(quotedPrice(PRICES, 'SPY', DAY.open - 6 * 60 * MINUTE)).toBe(close);
    expect(quotedPrice(PRICES, 'SPY', DAY.open)).toBe(open);
  });
});

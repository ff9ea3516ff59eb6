import { describe, expect, it } from 'vitest';
import { type FillText, parseFill } from '../../src/domain/journal.ts';

const aFill = (text: Partial<FillText> = {}): FillText => ({
  qty: '100',
  price: '187.42',
  fee: '',
  stop: '',
  ...text,
});

describe('parseFill', () => {
  it('reads what people type', () => {
    const fill = parseFill(aFill({ qty: ' 1,200 ', price: '$187.42', fee: '1.25', stop: '185.10' }), 'long');

    expect(fill.qty.toString()).toBe('1200');
    expect(fill.price.toString()).toBe('187.42');
    expect(fill.feeUsd.toString()).toBe('1.25');
    expect(fill.stopPrice?.toString()).toBe('185.1');
  });

  it('keeps every digit of a price', () => {
    const fill = parseFill(aFill({ price: '0.333333' }), 'long');

    expect(fill.price.times(3).toString()).toBe('0.999999');
  });

  it('takes an empty fee as none and an empty stop as none', () => {
    const fill = parseFill(aFill(), 'short');

    expect(fill.feeUsd.isZero()).toBe(true);
    expect(fill.stopPrice).toBeNull();
  });

  it.each([
    [{ qty: '-5' }, 'The quantity must be more than 0, not "-5". Example: 100.'],
    [{ qty: '0' }, 'The quantity must be more than 0, not "0". Example: 100.'],
    [{ price: 'abc' }, 'The price "abc" is not a number. Write it like 187.42, with at most six decimals.'],
    [{ price: '1e5' }, 'The price "1e5" is not a number.'],
    [{ price: '1.2345678' }, 'at most six decimals'],
    [{ price: '' }, 'The price "" is not a number.'],
    [{ price: '.' }, 'is not a number'],
    [{ price: 'NaN' }, 'is not a number'],
    [{ qty: '1,00' }, 'is not a number'],
    [{ qty: '99999999999' }, 'Check it for a typing error'],
    [{ fee: '-1' }, 'The fee cannot be negative.'],
    [{ qty: 'x'.repeat(300) }, `The quantity "${'x'.repeat(24)}…" is not a number.`],
  ])('refuses %j with a sentence', (text, sentence) => {
    expect(() => parseFill(aFill(text), 'long')).toThrow(sentence);
  });

  it('refuses a stop on the wrong side', () => {
    expect(() => parseFill(aFill({ stop: '190' }), 'long')).toThrow(
      'must be below the price 187.42 for a long',
    );
    expect(() => parseFill(aFill({ stop: '185' }), 'short')).toThrow(
      'must be above the price 187.42 for a short',
    );
  });
});

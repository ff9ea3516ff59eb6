import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LegacyValue } from '../../../src/domain/legacy/document.ts';
import { plainText, readDecimal, toMoney } from '../../../src/domain/legacy/read-decimal.ts';

const text = (value: string): LegacyValue => ({ type: 'string', text: value });

describe('reading numbers', () => {
  it.each([
    ['187.42', '187.42'],
    [' $1,234.50 ', '1234.5'],
    ['-$5', '-5'],
    ['1e-05', '0.00001'],
    ['87 %', '0.87'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-0.0', '0'],
  ])('reads the text %s', (value, expected) => {
    expect(plainText(readDecimal('price', text(value)))).toBe(expected);
  });

  it.each(['abc', '', '1,23', '12,34.5', '1.2.3', '0x10', 'Infinity', '1 000', 'e5', '$', '187,42'])(
    'guesses nothing about "%s"',
    (value) => {
      expect(() => readDecimal('price', text(value))).toThrow('price is');
    },
  );

  it.each([
    [{ type: 'double', text: 'NaN' }],
    [{ type: 'decimal', text: 'Infinity' }],
    [{ type: 'bool', text: 'true' }],
    [{ type: 'date', ms: 0 }],
    [{ type: 'array' }],
  ] as const)('takes %o for no number', (value) => {
    expect(() => readDecimal('price', value)).toThrow('price is');
  });

  it('keeps every digit of a Decimal128, and rounds money half up at six places', () => {
    const exact = readDecimal('price', { type: 'decimal', text: '123456789012.1234565' });

    expect(plainText(exact)).toBe('123456789012.1234565');
    expect(toMoney('price', exact)).toBe('123456789012.123457');
    expect(() => toMoney('price', exact.times(10))).toThrow('price is');
  });

  it('gives equal numbers equal text, whatever type they were stored with', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (micros) => {
        const number = micros / 1_000_000;
        const forms: LegacyValue[] = [
          { type: 'double', text: String(number) },
          { type: 'decimal', text: number.toFixed(6) },
          text(number.toFixed(6)),
        ];
        const texts = forms.map((form) => toMoney('x', readDecimal('x', form)));
        expect(new Set(texts).size).toBe(1);
      }),
    );
  });
});

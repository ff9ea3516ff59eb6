import { expect, it } from 'vitest';
import { parseRetention } from '../../src/domain/retention.ts';

it('reads days by timeframe, and nothing as everything', () => {
  expect(parseRetention('1m=400, 5m=1200')).toEqual({ '1m': 400, '5m': 1200 });
  expect(parseRetention('')).toEqual({});
});

it.each([
  ['1d=400', 'must name timeframes'],
  ['1m', 'must name timeframes'],
  ['1m=many', 'must name timeframes'],
  ['1m=30', 'must keep at least 60 days of 1m'],
])('refuses %s', (text, why) => {
  expect(() => parseRetention(text)).toThrow(why);
});

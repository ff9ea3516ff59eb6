import { describe, expect, it } from 'vitest';
import { fillTime, parseFillTime } from '../../src/domain/fill-time.ts';
import { at } from '../support/builders.ts';

const NOW = at('2026-06-10T19:00:00Z'); // 15:00 in New York

describe('parseFillTime', () => {
  it.each([
    ['', '2026-06-10T19:00:00Z'],
    ['10:35', '2026-06-10T14:35:00Z'],
    ['9:31', '2026-06-10T13:31:00Z'],
    ['2026-01-09 10:35', '2026-01-09T15:35:00Z'],
    ['2026-03-09 09:30:07', '2026-03-09T13:30:07Z'],
    ['2026-03-06T09:30:07.250', '2026-03-06T14:30:07.250Z'],
    ['2026-06-10T14:35:00Z', '2026-06-10T14:35:00Z'],
    ['2026-06-10T10:35:00-04:00', '2026-06-10T14:35:00Z'],
  ])('reads %j as %s', (text, instant) => {
    expect(parseFillTime(text, NOW)).toBe(at(instant));
  });

  it.each(['noon', '25:00', '10:61', '2026-02-30 10:00', '2026-06-10', '2026-06-10T14:35'.concat('X')])(
    'refuses %j and says how to write a time',
    (text) => {
      expect(() => parseFillTime(text, NOW)).toThrow(/is not one\. Write 10:35/);
    },
  );

  it.each(['15:02', '2026-06-11 10:00', '2027-01-01T00:00:00Z'])('refuses the future: %s', (text) => {
    expect(() => parseFillTime(text, NOW)).toThrow(/in the future/);
  });

  it('takes a clock that is a little ahead as now', () => {
    expect(parseFillTime('15:01', NOW)).toBe(NOW);
  });
});

describe('fillTime', () => {
  it.each([
    ['2026-06-10T14:35:00Z', '2026-06-10 10:35'],
    ['2026-03-09T13:30:07Z', '2026-03-09 09:30:07'],
    ['2026-03-06T14:30:07.250Z', '2026-03-06 09:30:07.250'],
  ])('writes %s as New York says it, and it is read back', (instant, words) => {
    expect(fillTime(at(instant))).toBe(words);
    expect(parseFillTime(words, NOW)).toBe(at(instant));
  });
});

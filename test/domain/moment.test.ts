import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../src/domain/moment.ts';

describe('parseMoment', () => {
  it('takes a date as the day in New York, winter and summer', () => {
    expect(new Date(parseMoment('2022-02-14', 'start')).toISOString()).toBe('2022-02-14T05:00:00.000Z');
    expect(new Date(parseMoment('2022-06-14', 'start')).toISOString()).toBe('2022-06-14T04:00:00.000Z');
    expect(new Date(parseMoment('2022-06-14', 'end')).toISOString()).toBe('2022-06-15T03:59:59.999Z');
  });

  it('takes an instant with its zone', () => {
    expect(parseMoment('2022-02-14T10:00:00-05:00', 'end')).toBe(Date.UTC(2022, 1, 14, 15));
  });

  it.each(['yesterday', '2022-02-31', '2022-13-01', '2022-2-1', '2022-02-14T10:00:00', '', '99999999999'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseMoment(text, 'start')).toThrow(`"${text}" is not a date`);
    },
  );
});

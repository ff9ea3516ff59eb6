import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LegacyValue } from '../../../src/domain/legacy/document.ts';
import { type MomentRules, readMoment } from '../../../src/domain/legacy/read-moment.ts';
import { Rejected } from '../../../src/domain/legacy/reasons.ts';
import { momentsOf } from '../../../src/domain/legacy/zone.ts';
import { at } from '../../support/builders.ts';

const STATED: MomentRules = {
  zone: 'America/New_York',
  dateOrder: 'mdy',
  dateOnly: 'close',
  now: at('2026-06-10T14:00:00Z'),
};
const UNSTATED: MomentRules = { ...STATED, zone: null, dateOrder: null, dateOnly: null };
const text = (value: string): LegacyValue => ({ type: 'string', text: value });

describe('reading when something happened', () => {
  it.each([
    ['2024-03-04T15:35:00Z', '2024-03-04T15:35:00.000Z'],
    ['2024-03-04T15:35:00.123456+00:00', '2024-03-04T15:35:00.123Z'],
    ['2024-03-04 10:35:00-0500', '2024-03-04T15:35:00.000Z'],
    ['2024-03-04 10:35:00 EST', '2024-03-04T15:35:00.000Z'],
    ['2024-07-01 10:35 EDT', '2024-07-01T14:35:00.000Z'],
    ['2024-07-01 10:35 America/New_York', '2024-07-01T14:35:00.000Z'],
    ['2024-07-01 07:35 PT', '2024-07-01T14:35:00.000Z'],
    ['1709566500', '2024-03-04T15:35:00.000Z'],
    ['1709566500000', '2024-03-04T15:35:00.000Z'],
    ['1709566500.25', '2024-03-04T15:35:00.250Z'],
  ])('reads %s without being told anything', (value, expected) => {
    expect(new Date(readMoment('at', text(value), UNSTATED)).toISOString()).toBe(expected);
  });

  it.each([
    ['2024-03-04 10:35:00', '2024-03-04T15:35:00.000Z'],
    ['2024-07-01T10:35', '2024-07-01T14:35:00.000Z'],
    ['07/01/2024 1:05 PM', '2024-07-01T17:05:00.000Z'],
    ['7/1/2024 12:05 am', '2024-07-01T04:05:00.000Z'],
    ['2024-07-01', '2024-07-01T20:00:00.000Z'],
    ['2024-07-03', '2024-07-03T17:00:00.000Z'], // a half day
  ])('reads %s as the mapping states', (value, expected) => {
    expect(new Date(readMoment('at', text(value), STATED)).toISOString()).toBe(expected);
  });

  it.each([
    [{ type: 'date', ms: at('2024-03-04T15:35:00Z') }, '2024-03-04T15:35:00.000Z'],
    [{ type: 'int', text: '1709566500' }, '2024-03-04T15:35:00.000Z'],
    [{ type: 'long', text: '1709566500000' }, '2024-03-04T15:35:00.000Z'],
    [{ type: 'double', text: '1709566500.5' }, '2024-03-04T15:35:00.500Z'],
    [{ type: 'decimal', text: '1.7095665E+9' }, '2024-03-04T15:35:00.000Z'],
    [{ type: 'objectId', text: '65e5eba40000000000000000' }, '2024-03-04T15:41:24.000Z'],
  ] as const)('reads %o', (value, expected) => {
    expect(new Date(readMoment('at', value, UNSTATED)).toISOString()).toBe(expected);
  });

  it.each([
    ['2024-03-04 10:35', 'time_zone_unstated'],
    ['03/04/2024 10:35', 'date_order_unstated'],
    ['2024-03-04', 'date_only'],
    ['soon', 'time_unreadable'],
    ['2024-02-30 10:35 EST', 'time_unreadable'],
    ['2024-03-04 25:00 EST', 'time_unreadable'],
    ['2024-03-04 10:35 Mars/Olympus', 'time_unreadable'],
    ['1999-03-04T10:35:00Z', 'time_out_of_range'],
    ['2026-06-12T10:35:00Z', 'time_out_of_range'],
    ['170956650000000', 'time_out_of_range'],
    ['12', 'time_out_of_range'],
  ])('guesses nothing about %s', (value, code) => {
    expect(codeOf(() => readMoment('at', text(value), UNSTATED))).toBe(code);
  });

  it.each([
    ['2024-03-10 02:30', 'time_does_not_exist'],
    ['2024-11-03 01:30', 'time_is_ambiguous'],
    ['2024-12-25', 'time_out_of_range'],
  ])('knows what New York has no one moment for: %s', (value, code) => {
    expect(codeOf(() => readMoment('at', text(value), STATED))).toBe(code);
  });

  it('finds the moment whose wall clock was given, in any zone', () => {
    const zones = fc.constantFrom(
      'America/New_York',
      'Europe/Berlin',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'UTC',
    );
    const moments = fc.integer({
      min: at('2010-01-01T00:00:00Z') / 1000,
      max: at('2026-01-01T00:00:00Z') / 1000,
    });

    fc.assert(
      fc.property(moments, zones, (seconds, zone) => {
        const wall = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'medium',
        });
        const shown = Date.parse(`${wall.format(seconds * 1000).replace(' ', 'T')}Z`);
        expect(momentsOf(shown, zone)).toContain(seconds * 1000);
      }),
    );
  });
});

function codeOf(read: () => unknown): string {
  try {
    return String(read());
  } catch (error) {
    if (error instanceof Rejected) return error.rejection.code;
    throw error;
  }
}

import { describe, expect, it } from 'vitest';
import { nextSession, sessionsBetween } from '../../src/domain/calendar.ts';
import { dueDigest, weekEndingWith } from '../../src/domain/digest.ts';
import { aSession, at } from '../support/builders.ts';

const MINUTE = 60_000;
const nameOf = (moment: string) => {
  const due = dueDigest(at(moment));
  return due === null ? null : `${due.session.date} ${due.kind}`;
};

describe('dueDigest', () => {
  it.each([
    ['2026-11-20T13:59:59Z', '2026-11-19 evening'],
    ['2026-11-20T14:00:00Z', '2026-11-20 morning'],
    ['2026-11-20T20:59:59Z', '2026-11-20 morning'],
    ['2026-11-20T21:00:00Z', null],
    ['2026-11-20T21:14:59Z', null],
    ['2026-11-20T21:15:00Z', '2026-11-20 evening'],
    ['2026-11-21T17:00:00Z', '2026-11-20 evening'],
    ['2026-11-23T13:59:00Z', '2026-11-20 evening'],
  ])('at %s is %s', (moment, name) => {
    expect(nameOf(moment)).toBe(name);
  });

  it('has none for a holiday, and an early evening on a half day', () => {
    expect(nameOf('2026-11-26T15:00:00Z'), 'Thanksgiving').toBe('2026-11-25 evening');
    expect(nameOf('2026-11-27T18:14:00Z')).toBeNull();
    expect(nameOf('2026-11-27T18:15:00Z')).toBe('2026-11-27 evening');
  });

  it('names each session’s two exactly once over a year, in order, clock changes included', () => {
    const seen: string[] = [];
    for (let now = at('2026-01-01T12:00:00Z'); now < at('2027-01-01T12:00:00Z'); now += 5 * MINUTE) {
      const due = dueDigest(now);
      const name = due === null ? null : `${due.session.date} ${due.kind}`;
      if (name !== null && name !== seen.at(-1)) seen.push(name);
      if (due !== null) expect(due.dueAt).toBeLessThanOrEqual(now);
    }

    const sessions = sessionsBetween(at('2026-01-01T12:00:00Z'), at('2026-12-31T23:00:00Z'));
    const both = sessions.flatMap(({ date }) => [`${date} morning`, `${date} evening`]);
    expect(seen).toEqual(['2025-12-31 evening', ...both]);
  });
});

describe('weekEndingWith', () => {
  it('is the week up to its last session, a Friday or the day before a holiday', () => {
    expect(weekEndingWith(aSession('2026-11-20'))?.date).toBe('2026-11-16');
    expect(weekEndingWith(aSession('2026-04-02')), 'before Good Friday').toMatchObject({
      date: '2026-03-30',
    });
    expect(weekEndingWith(aSession('2026-09-11')), 'after Labor Day').toMatchObject({ date: '2026-09-08' });
  });

  it('is null while the week goes on', () => {
    expect(weekEndingWith(aSession('2026-11-19'))).toBeNull();
  });

  it('ends each week of a year once, and no session belongs to two', () => {
    const sessions = sessionsBetween(at('2026-01-05T12:00:00Z'), at('2026-12-31T23:00:00Z'));
    const weeks = sessions.flatMap((session) => {
      const first = weekEndingWith(session);
      return first === null ? [] : [{ first, last: session }];
    });

    expect(weeks).toHaveLength(52);
    for (const [index, { last }] of weeks.slice(0, -1).entries())
      expect(nextSession(last).date).toBe(weeks[index + 1]?.first.date);
  });
});

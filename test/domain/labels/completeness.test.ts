import { describe, expect, it } from 'vitest';
import { type Session, sessionsBetween } from '../../../src/domain/calendar.ts';
import { knownThrough } from '../../../src/domain/labels/completeness.ts';

const LATER = Date.parse('2030-01-01T00:00:00Z');
const WEDNESDAY_10 = Date.parse('2024-03-06T15:00:00Z');

const [wednesday, thursday, friday, monday] = sessionsBetween(
  Date.parse('2024-03-06T00:00:00Z'),
  Date.parse('2024-03-12T00:00:00Z'),
) as [Session, Session, Session, Session];
const week = [wednesday, thursday, friday, monday];

function covered(...sessions: readonly Session[]) {
  return sessions.map(({ date, close }) => ({ date, coveredThrough: close }));
}

describe('knownThrough', () => {
  it('carries on over nights and weekends through sessions covered to their close', () => {
    const known = knownThrough(week, covered(...week), LATER);

    expect(known(WEDNESDAY_10)).toBe(monday.close);
  });

  it('ends before the first session that is not covered', () => {
    const known = knownThrough(week, covered(wednesday, thursday, monday), LATER);

    expect(known(WEDNESDAY_10)).toBeGreaterThanOrEqual(thursday.close);
    expect(known(WEDNESDAY_10)).toBeLessThanOrEqual(friday.open);
    expect(known(friday.close), 'beyond the hole it begins again').toBe(monday.close);
  });

  it('ends where a session is covered only in part', () => {
    const noon = Date.parse('2024-03-07T17:00:00Z');
    const partly = [...covered(wednesday, friday), { date: thursday.date, coveredThrough: noon }];

    expect(knownThrough(week, partly, LATER)(WEDNESDAY_10)).toBe(noon);
  });

  it('knows nothing after a moment in a session that is not covered', () => {
    const known = knownThrough(week, covered(thursday, friday), LATER);

    expect(known(WEDNESDAY_10)).toBe(WEDNESDAY_10);
  });

  it('needs nothing of the session whose close is the moment itself', () => {
    const known = knownThrough(week, covered(thursday), LATER);

    expect(known(wednesday.close)).toBeGreaterThanOrEqual(thursday.close);
  });

  it('never goes beyond what is closed by the clock', () => {
    const closedBy = Date.parse('2024-03-06T16:29:00Z');

    expect(knownThrough(week, covered(...week), closedBy)(WEDNESDAY_10)).toBe(closedBy);
  });

  it('knows nothing beyond the last session asked about', () => {
    expect(knownThrough(week, covered(...week), LATER)(monday.close)).toBe(monday.close);
  });
});

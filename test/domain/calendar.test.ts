import fc from 'fast-check';
import { getHolidays } from 'nyse-holidays';
import { describe, expect, it } from 'vitest';
import {
  candleEnd,
  candleSpans,
  closedSpansAfter,
  lastClosedSpan,
  latestSession,
  newYorkClock,
  newYorkDate,
  nextCandleClose,
  nextSession,
  previousSession,
  sessionAt,
  sessionKindAt,
  sessionOn,
  sessionsBetween,
  spanAt,
} from '../../src/domain/calendar.ts';
import { FIRST_YEAR, HALF_DAYS, LAST_YEAR, ONE_OFF_CLOSURES } from '../../src/domain/calendar-table.ts';
import { TIMEFRAMES } from '../../src/domain/timeframe.ts';
import { aSession, at } from '../support/builders.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const YEARS = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, index) => FIRST_YEAR + index);

function weekdaysOf(year: number): string[] {
  const dates: string[] = [];
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += DAY) {
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6) dates.push(new Date(day).toISOString().slice(0, 10));
  }
  return dates;
}

const clocksOf = (date: string, timeframe: (typeof TIMEFRAMES)[number]) =>
  candleSpans(aSession(date), timeframe).map(({ ts, end }) => `${newYorkClock(ts)}-${newYorkClock(end)}`);

describe('the table of holidays and half days', () => {
  it.each(YEARS)(
    'is shut in %i on the holidays an independent package knows, and on one-off closures',
    (year) => {
      const shut = weekdaysOf(year).filter((date) => sessionOn(date) === null);

      const known = getHolidays(year).map(({ dateString }) => dateString);
      const oneOff = ONE_OFF_CLOSURES.filter((date) => date.startsWith(`${year}`));
      expect(shut).toEqual([...known, ...oneOff].sort());
    },
  );

  it.each(['2012-10-29', '2012-10-30', '2018-12-05', '2025-01-09'])(
    'was shut on %s, a weekday no rule foretold',
    (date) => {
      expect(sessionOn(date)).toBeNull();
    },
  );

  it.each(YEARS)('closes at 13:00 in %i on the days the rule gives', (year) => {
    const thanksgiving = weekdaysOf(year).filter(
      (date) => date.slice(5, 7) === '11' && weekday(date) === 4,
    )[3];
    const isWeekday = (date: string) => weekday(date) > 0 && weekday(date) < 6;
    const byRule = [
      isWeekday(`${year}-07-03`) && isWeekday(`${year}-07-04`) ? `${year}-07-03` : null,
      new Date(at(`${thanksgiving}T00:00:00Z`) + DAY).toISOString().slice(0, 10),
      weekday(`${year}-12-24`) < 5 && weekday(`${year}-12-24`) > 0 ? `${year}-12-24` : null,
    ].filter((date) => date !== null);

    const table = HALF_DAYS[year]?.split(' ').map((day) => `${year}-${day}`);

    expect(table).toEqual(byRule);
    for (const date of byRule) expect(newYorkClock(aSession(date).close), date).toBe('13:00');
  });

  // Lean's market-hours database and the half days inside the recorded candles.
  it.each([
    '2022-11-25',
    '2023-07-03',
    '2023-11-24',
    '2024-07-03',
    '2024-11-29',
    '2024-12-24',
    '2025-07-03',
    '2025-11-28',
    '2025-12-24',
    '2026-11-27',
    '2026-12-24',
    '2027-11-26',
    '2028-07-03',
    '2028-11-24',
  ])('knows the half day %s', (date) => {
    expect(aSession(date).isHalfDay).toBe(true);
  });

  it('keeps a Saturday 4 July on Friday the 3rd, and opens the 2nd all day', () => {
    expect(sessionOn('2026-07-03')).toBeNull();
    expect(aSession('2026-07-02').isHalfDay).toBe(false);
  });
});

const weekday = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay();

describe('New York time', () => {
  it('agrees with Intl at every hour from 1976 to 2030', () => {
    const format = new Intl.DateTimeFormat('sv', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    const wrong: string[] = [];
    for (let ts = Date.UTC(1976, 0, 1); ts < Date.UTC(2030, 0, 1); ts += 5 * 3_600_000) {
      if (format.format(ts) !== `${newYorkDate(ts)} ${newYorkClock(ts)}`)
        wrong.push(new Date(ts).toISOString());
    }

    expect(wrong).toEqual([]);
  });

  it.each([
    ['2024-03-08', '14:30'], // Friday before the clocks change
    ['2024-03-11', '13:30'],
    ['2024-11-01', '13:30'],
    ['2024-11-04', '14:30'],
  ])('opens on %s at %s UTC', (date, utc) => {
    expect(new Date(aSession(date).open).toISOString()).toBe(`${date}T${utc}:00.000Z`);
  });
});

describe('sessions', () => {
  it('is in session from the open up to, not including, the close', () => {
    const session = aSession('2024-07-03');

    expect(sessionAt(session.open)).toEqual(session);
    expect(sessionAt(session.close - 1)).toEqual(session);
    expect(sessionAt(session.close)).toBeNull();
    expect(sessionAt(session.open - 1)).toBeNull();
  });

  it('finds the session that opened last, over night, weekends and holidays', () => {
    expect(latestSession(at('2024-01-02T14:30:00Z')).date).toBe('2024-01-02');
    expect(latestSession(at('2024-01-02T14:29:59Z')).date).toBe('2023-12-29');
    expect(latestSession(at('2024-03-31T12:00:00Z')).date).toBe('2024-03-28'); // Easter Sunday
  });

  it('steps over closures in both directions', () => {
    expect(nextSession(aSession('2012-10-26')).date).toBe('2012-10-31'); // Hurricane Sandy
    expect(previousSession(aSession('2025-01-10')).date).toBe('2025-01-08');
  });

  it('lists sessions whose regular hours overlap a range', () => {
    const friday = aSession('2024-01-05');
    const monday = aSession('2024-01-08');

    const dates = (from: number, to: number) => sessionsBetween(from, to).map(({ date }) => date);
    expect(dates(friday.open, monday.close)).toEqual(['2024-01-05', '2024-01-08']);
    expect(dates(friday.close, monday.open)).toEqual([]);
    expect(dates(friday.close - 1, monday.open + 1)).toEqual(['2024-01-05', '2024-01-08']);
  });

  it.each([
    ['04:00', '2024-01-02T09:00:00Z', 'pre'],
    ['03:59', '2024-01-02T08:59:00Z', null],
    ['09:30', '2024-01-02T14:30:00Z', 'regular'],
    ['16:00', '2024-01-02T21:00:00Z', 'after'],
    ['20:00', '2024-01-03T01:00:00Z', null],
    ['13:00 on a half day', '2024-07-03T17:00:00Z', 'after'],
    ['noon on a holiday', '2024-07-04T16:00:00Z', null],
    ['noon on a Saturday', '2024-07-06T16:00:00Z', null],
  ])('says of %s (%s): %s', (_, time, kind) => {
    expect(sessionKindAt(at(time))).toBe(kind);
  });

  it('refuses a date outside the table by name, but for daily candles', () => {
    expect(() => sessionOn('2009-12-31')).toThrow(/2009-12-31 lies outside/);
    expect(() => sessionAt(at('2029-01-02T15:00:00Z'))).toThrow(
      expect.objectContaining({ code: 'data_missing' }),
    );
    expect(sessionOn('1993-01-29', '1d')?.open).toBe(at('1993-01-29T14:30:00Z'));
    expect(() => sessionOn('next Tuesday')).toThrow(/"next Tuesday" is not a date/);
    expect(() => sessionOn('2024-02-31')).toThrow(expect.objectContaining({ code: 'bad_input' }));
  });
});

describe('the grid of candles', () => {
  it('anchors 4h and 5h at the open', () => {
    expect(clocksOf('2024-01-02', '4h')).toEqual(['09:30-13:30', '13:30-16:00']);
    expect(clocksOf('2024-01-02', '5h')).toEqual(['09:30-14:30', '14:30-16:00']);
    expect(clocksOf('2024-01-02', '1h').at(-1)).toBe('15:30-16:00');
    expect(clocksOf('2024-01-02', '1d')).toEqual(['09:30-16:00']);
  });

  it('ends at 13:00 on a half day', () => {
    expect(clocksOf('2024-07-03', '4h')).toEqual(['09:30-13:00']);
    expect(clocksOf('2024-07-03', '5h')).toEqual(['09:30-13:00']);
    expect(clocksOf('2024-07-03', '1h').at(-1)).toBe('12:30-13:00');
    expect(clocksOf('2024-07-03', '1d')).toEqual(['09:30-13:00']);
  });

  it('knows a candle only exactly where it opens', () => {
    const { open } = aSession('2024-03-11');

    expect(spanAt(open + 30 * MINUTE, '15m')).toEqual({ ts: open + 30 * MINUTE, end: open + 45 * MINUTE });
    expect(spanAt(open + 13_000, '1m')).toBeNull();
    expect(spanAt(open + 30 * MINUTE, '1h')).toBeNull();
    expect(spanAt(open - 60 * MINUTE, '1h')).toBeNull();
    expect(() => candleEnd(open + 1, '1m')).toThrow(/no 1m candle/);
  });

  it('closes a candle at its end plus the grace, not when a later one appears', () => {
    const { open, close } = aSession('2024-01-03');
    const firstEnd = open + 5 * MINUTE;

    expect(lastClosedSpan('5m', firstEnd + 4999, 5000).end).toBe(aSession('2024-01-02').close);
    expect(lastClosedSpan('5m', firstEnd + 5000, 5000)).toEqual({ ts: open, end: firstEnd });
    expect(lastClosedSpan('4h', close + 3 * DAY, 0).end).toBeGreaterThan(close);
  });

  it('names the next moment at which a candle ends', () => {
    const { open, close } = aSession('2024-07-03');

    expect(nextCandleClose('4h', open)).toBe(close);
    expect(nextCandleClose('5m', open)).toBe(open + 5 * MINUTE);
    expect(nextCandleClose('5m', close)).toBe(aSession('2024-07-05').open + 5 * MINUTE);
  });

  it('catches up with every closed candle after a cursor, over closures', () => {
    const cursor = aSession('2024-07-03').close - 5 * MINUTE;
    const now = aSession('2024-07-05').open + 10 * MINUTE;

    const spans = closedSpansAfter(cursor, '5m', now, 0);

    expect(spans.map(({ ts }) => ts)).toEqual([now - 10 * MINUTE, now - 5 * MINUTE]);
    expect(closedSpansAfter(cursor, '5m', now, 1)).toHaveLength(1);
  });

  const anyTime = fc.integer({ min: Date.UTC(2010, 0, 8), max: Date.UTC(2028, 11, 20) });
  const anyTimeframe = fc.constantFrom(...TIMEFRAMES);

  it('fills every session without gap or overlap', () => {
    fc.assert(
      fc.property(anyTime, anyTimeframe, (now, timeframe) => {
        const session = latestSession(now);
        const spans = candleSpans(session, timeframe);

        expect(spans[0]?.ts).toBe(session.open);
        expect(spans.at(-1)?.end).toBe(session.close);
        for (const [index, span] of spans.entries()) {
          expect(spanAt(span.ts, timeframe)).toEqual(span);
          if (index > 0) expect(span.ts).toBe(spans[index - 1]?.end);
        }
      }),
    );
  });

  it('has nothing to catch up with after the last closed candle, and one candle at the next close', () => {
    fc.assert(
      fc.property(anyTime, anyTimeframe, (now, timeframe) => {
        const last = lastClosedSpan(timeframe, now, 0);
        const next = nextCandleClose(timeframe, now);

        expect(last.end).toBeLessThanOrEqual(now);
        expect(closedSpansAfter(last.ts, timeframe, now, 0)).toEqual([]);
        expect(closedSpansAfter(last.ts, timeframe, next, 0).map(({ end }) => end)).toEqual([next]);
      }),
    );
  });
});

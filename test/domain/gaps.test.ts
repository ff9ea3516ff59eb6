import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCovered } from '../../src/app/candles/coverage.ts';
import { candleSpans } from '../../src/domain/calendar.ts';
import { findGaps, type StoredSession } from '../../src/domain/gaps.ts';
import { knownThrough } from '../../src/domain/labels/completeness.ts';
import { aSession } from '../support/builders.ts';

const SESSION = aSession('2026-11-10');
const SPANS = candleSpans(SESSION, '5m');
const MINUTE = 60_000;

/** A session of 5m candles that is stored whole, but for these places of its grid. */
function stored(absent: readonly number[], overrides: Partial<StoredSession> = {}): StoredSession {
  return {
    session: SESSION,
    timeframe: '5m',
    present: new Set(SPANS.filter((_, index) => !absent.includes(index)).map(({ ts }) => ts)),
    coverage: { date: SESSION.date, coveredThrough: SESSION.close },
    closedBy: SESSION.close + 60 * MINUTE,
    lateFrom: SESSION.close + 1,
    ...overrides,
  };
}

const found = (absent: readonly number[], overrides: Partial<StoredSession> = {}) =>
  findGaps(stored(absent, overrides)).map(({ from, candles, reason }) => [
    SPANS.findIndex(({ ts }) => ts === from),
    candles,
    reason,
  ]);

describe('findGaps', () => {
  it('finds nothing where every candle is there', () => {
    expect(found([])).toEqual([]);
  });

  it('joins candles that are absent one after the other', () => {
    expect(found([10, 11, 12, 40])).toEqual([
      [10, 3, 'halted'],
      [40, 1, 'halted'],
    ]);
  });

  it('calls it no trade at the edge of a session, and in a share that hardly trades', () => {
    const thin = SPANS.map((_, index) => index).filter((index) => index % 2 === 0 && index < 40);

    expect(found([0, 1, 77])).toEqual([
      [0, 2, 'no_trade'],
      [77, 1, 'no_trade'],
    ]);
    expect(new Set(found(thin).map(([, , reason]) => reason))).toEqual(new Set(['no_trade']));
  });

  it('calls it missing where nothing was asked for, and late on the day itself', () => {
    const coverage = { date: SESSION.date, coveredThrough: SPANS[9]?.end ?? 0 };
    const absent = [9, 10, 11];

    expect(found(absent, { coverage })).toEqual([
      [9, 1, 'halted'],
      [10, 2, 'missing'],
    ]);
    expect(found([10], { coverage, lateFrom: SESSION.open })).toEqual([[10, 1, 'provider_late']]);
    expect(found([0, 77], { coverage: undefined })).toEqual([
      [0, 1, 'missing'],
      [77, 1, 'missing'],
    ]);
  });

  it('says nothing of candles that are not closed', () => {
    expect(found([70, 77], { closedBy: SPANS[75]?.end ?? 0 })).toEqual([[70, 1, 'halted']]);
  });

  it('agrees with the scan and with labels about what may still come', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 77 })),
        fc.integer({ min: -1, max: 77 }),
        fc.boolean(),
        (absent, last, isToday) => {
          const through = last < 0 ? SESSION.open : (SPANS[last]?.end ?? 0);
          const coverage = { date: SESSION.date, coveredThrough: through };
          const lateFrom = isToday ? SESSION.open : SESSION.close + 1;
          const gaps = findGaps(stored(absent, { coverage, lateFrom }));

          const places = gaps.flatMap(({ from, to, reason }) =>
            SPANS.filter(({ ts }) => ts >= from && ts < to).map((span) => ({ span, reason })),
          );
          expect(places.map(({ span }) => SPANS.indexOf(span))).toEqual(absent.toSorted((a, b) => a - b));
          const knownTo = knownThrough([SESSION], [coverage], Number.POSITIVE_INFINITY)(SESSION.open);
          for (const { span, reason } of places) {
            const mayCome = reason === 'missing' || reason === 'provider_late';
            expect(mayCome, 'the scan waits for it').toBe(!isCovered([coverage], span));
            expect(mayCome, 'a horizon that needs it is not complete').toBe(span.end > knownTo);
          }
        },
      ),
    );
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanAt } from '../../src/domain/calendar.ts';
import { type RawCandle, REJECT_REASONS, type RejectReason } from '../../src/domain/candle.ts';
import { checkCandles } from '../../src/domain/check-candles.ts';
import type { Timeframe } from '../../src/domain/timeframe.ts';
import { aRow, at } from '../support/builders.ts';
import { readRows } from '../support/recorded.ts';
import { sharedData } from '../support/shared-data.ts';

const OPEN = at('2024-01-02T14:30:00Z');
const LATER = at('2026-11-22T00:00:00Z');
const check = (rows: readonly RawCandle[], timeframe: Timeframe = '5m', now = LATER) =>
  checkCandles(rows, { timeframe, now, graceMs: 5000 });

describe('checkCandles', () => {
  it('keeps closed regular candles as they are, without a vwap nobody gave', () => {
    const { vwap: _, ...row } = aRow();

    const { candles, rejected } = check([row]);

    expect(candles).toEqual([{ ...row, vwap: null }]);
    expect(rejected).toEqual({});
  });

  it.each<[RejectReason, Partial<RawCandle>]>([
    ['null_value', { close: null }],
    ['null_value', { volume: null }],
    ['not_finite', { high: Number.POSITIVE_INFINITY }],
    ['not_finite', { ts: Number.NaN }],
    ['not_finite', { vwap: Number.NaN }],
    ['not_positive', { low: 0 }],
    ['negative_volume', { volume: -1 }],
    ['high_below_low', { high: 99, low: 101 }],
    ['outside_high_low', { open: 103, high: 101 }],
    ['outside_high_low', { close: 98, low: 99 }],
    ['out_of_session', { ts: at('2024-01-02T14:25:00Z') }],
    ['out_of_session', { ts: at('2024-01-02T21:00:00Z') }],
    ['out_of_session', { ts: at('2024-07-03T17:00:00Z') }],
    ['out_of_session', { ts: at('2024-07-04T15:00:00Z') }],
    ['off_grid', { ts: OPEN + 13_000 }],
    ['not_closed', { ts: at('2026-11-20T20:55:00Z') }],
  ])('rejects as %s a row with %o', (reason, fault) => {
    const { candles, rejected } = check([aRow(fault)], '5m', at('2026-11-20T21:00:04.999Z'));

    expect(candles).toEqual([]);
    expect(rejected).toEqual({ [reason]: 1 });
  });

  it('counts a row with several faults under the first reason of the list', () => {
    const faults: [RejectReason, Partial<RawCandle>][] = [
      ['null_value', { close: null }],
      ['not_finite', { vwap: Number.NaN }],
      ['not_positive', { open: -1 }],
      ['negative_volume', { volume: -1 }],
      ['high_below_low', { high: 99, low: 101 }],
      ['out_of_session', { ts: at('2024-01-02T21:00:13Z') }],
    ];
    const order = faults.map(([reason]) => REJECT_REASONS.indexOf(reason));
    expect(order).toEqual(order.toSorted((a, b) => a - b));

    for (const [first, [reason]] of faults.entries()) {
      const worst = Object.assign({}, ...faults.slice(first).map(([, fault]) => fault));
      expect(check([aRow(worst)]).rejected).toEqual({ [reason]: 1 });
    }
  });

  it('rejects a row that runs backwards and keeps the order as it came', () => {
    const rows = [OPEN, OPEN + 600_000, OPEN + 300_000, OPEN + 900_000].map((ts) => aRow({ ts }));

    const { candles, rejected } = check(rows);

    expect(candles.map(({ ts }) => ts)).toEqual([OPEN, OPEN + 600_000, OPEN + 900_000]);
    expect(rejected).toEqual({ out_of_order: 1 });
  });

  it('keeps of two rows for one candle the one that saw more volume, the first when equal', () => {
    const rows = [
      aRow({ close: 100, volume: 0 }),
      aRow({ close: 100.1, volume: 500 }),
      aRow({ close: 100.2, volume: 500 }),
      aRow({ close: 100.3, volume: 20 }),
    ];

    const { candles, rejected } = check(rows);

    expect(candles.map(({ close }) => close)).toEqual([100.1]);
    expect(rejected).toEqual({ duplicate: 3 });
  });

  it.each([
    ['midnight UTC, a date only', '2024-01-02T00:00:00Z'],
    ['its open', '2024-01-02T14:30:00Z'],
    ['after its close', '2024-01-02T21:00:01Z'],
  ])('moves a daily row stamped at %s to the session open', (_, time) => {
    const { candles } = check([aRow({ ts: at(time) })], '1d');

    expect(candles.map(({ ts }) => ts)).toEqual([OPEN]);
  });

  it('refuses the daily row of a session that has not closed', () => {
    const row = aRow({ ts: at('2024-01-02T14:30:00Z') });

    expect(check([row], '1d', at('2024-01-02T21:00:04Z')).rejected).toEqual({ not_closed: 1 });
    expect(check([row], '1d', at('2024-01-02T21:00:05Z')).candles).toHaveLength(1);
  });

  it('accounts for every row and lets only ascending, closed candles on the grid through', () => {
    const price = fc.oneof(
      fc.double({ min: 90, max: 110, noNaN: true }),
      fc.constantFrom(null, Number.NaN, 0, -1),
    );
    const row = fc.record({
      ts: fc.integer({ min: -20, max: 100 }).map((step) => OPEN + step * 150_000),
      open: price,
      high: price,
      low: price,
      close: price,
      volume: fc.constantFrom(null, -5, 0, 100, 200),
    });
    const now = OPEN + 3_600_000;

    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const { candles, rejected } = check(rows, '5m', now);

        const refused = Object.values(rejected).reduce((sum, count) => sum + count, 0);
        expect(candles.length + refused).toBe(rows.length);
        for (const [index, candle] of candles.entries()) {
          expect(candle.ts).toBeGreaterThan(candles[index - 1]?.ts ?? 0);
          expect((spanAt(candle.ts, '5m')?.end ?? Number.POSITIVE_INFINITY) + 5000).toBeLessThanOrEqual(now);
          expect(Math.max(candle.open, candle.close)).toBeLessThanOrEqual(candle.high);
          expect(Math.min(candle.open, candle.close)).toBeGreaterThanOrEqual(candle.low);
        }
      }),
    );
  });
});

const hours = sharedData('yahoo-2024-08/SPY_1h_prepost_2022-07-28_2024-08-30.csv.gz');
const backwards = sharedData('defects/SPY_5m_raw_duplicates_backward_2022-11-21_2022-11-23.csv');
const daily = sharedData('yahoo-2024-08/SPY_1d_1993-01-29_2024-08-30.csv.gz');

describe.skipIf(hours === null || daily === null || backwards === null)(
  'checkCandles on recorded rows',
  () => {
    it('drops every extended-hours row of real hourly candles, half days included', () => {
      const { candles, rejected } = check(readRows(hours ?? ''), '1h');

      expect(rejected).toEqual({ out_of_session: 5094 });
      const halfDay = candles.filter(({ ts }) => new Date(ts).toISOString().startsWith('2024-07-03'));
      expect(halfDay.map(({ ts }) => new Date(ts).toISOString().slice(11, 16))).toEqual([
        '13:30',
        '14:30',
        '15:30',
      ]);
    });

    it('finds a session for each of 31 years of daily candles', () => {
      const { candles, rejected } = check(readRows(daily ?? ''), '1d');

      expect(candles).toHaveLength(7954);
      expect(rejected).toEqual({});
    });

    it('keeps each candle of a file that repeats days once', () => {
      const rows = readFileSync(backwards ?? '', 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => {
          const [, open, high, low, close, volume, ts] = line.split(',').map(Number);
          return aRow({
            ts: ts ?? 0,
            open: open ?? 0,
            high: high ?? 0,
            low: low ?? 0,
            close: close ?? 0,
            volume: volume ?? 0,
          });
        });

      const { candles, rejected } = check(rows);

      expect(new Set(candles.map(({ ts }) => ts)).size).toBe(candles.length);
      expect(rejected.duplicate).toBeGreaterThan(0);
      expect(candles.length + (rejected.duplicate ?? 0) + (rejected.out_of_order ?? 0)).toBe(rows.length);
    });
  },
);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Session, sessionsBetween, spanAt } from '../../../src/domain/calendar.ts';
import type { Candle } from '../../../src/domain/candle.ts';
import { toLabelCandles } from '../../../src/domain/labels/label-candles.ts';
import { labelPath } from '../../../src/domain/labels/label-path.ts';
import { type DueTarget, startLabelSweep } from '../../../src/domain/labels/label-series.ts';
import {
  type Horizon,
  type LabelTarget,
  type Outcome,
  TO_SESSION_CLOSE,
} from '../../../src/domain/labels/outcome.ts';
import { LABEL_VERSIONS, labelVersion } from '../../../src/domain/labels/versions.ts';
import type { Timeframe } from '../../../src/domain/timeframe.ts';
import { aTarget, candlesOnGrid } from '../../support/labels.ts';

const LATER = Date.parse('2030-01-01T00:00:00Z');

interface Series {
  readonly timeframe: Timeframe;
  readonly candles: readonly Candle[];
  readonly sessions: readonly Session[];
}

/** What the definition says, target by target. */
function labelOneByOne({ timeframe, candles }: Series, due: readonly DueTarget[]): Outcome[] {
  return due.flatMap(({ target, missing, knownThrough, sessionClose }) => {
    const after = candles
      .filter(({ ts }) => ts >= target.firedAt)
      .map((candle) => ({ ...candle, end: spanAt(candle.ts, timeframe)?.end ?? Number.NaN }));
    return missing.flatMap(({ version, horizons }) =>
      horizons.flatMap((horizon) => {
        const toClose = horizon.bars === TO_SESSION_CLOSE;
        const window = toClose ? after.filter(({ ts }) => ts < sessionClose) : after.slice(0, horizon.bars);
        const end = toClose ? sessionClose : (after[horizon.bars - 1]?.end ?? LATER);
        return end > knownThrough ? [] : [labelPath(target, window, { horizon, version, sessionClose })];
      }),
    );
  });
}

/** The same by the sweep, fed so many sessions at a time. */
function labelBySweep(series: Series, due: readonly DueTarget[], sessionsPerFeed: number): Outcome[] {
  const asked = due.flatMap(({ missing }) =>
    missing.flatMap(({ horizons }) => horizons.map(({ bars }) => bars)),
  );
  const sweep = startLabelSweep(Math.max(...asked.map((bars) => (bars === TO_SESSION_CLOSE ? 26 : bars))));
  sweep.add(due);
  const outcomes: Outcome[] = [];
  for (let from = sweep.readFrom(); from !== null; from = sweep.readFrom()) {
    const start = series.sessions.findIndex(({ close }) => close > (from ?? 0));
    const window = start < 0 ? [] : series.sessions.slice(start, start + sessionsPerFeed);
    const through = window.at(-1)?.close;
    if (through === undefined) break;
    const read = series.candles.filter(({ ts }) => ts >= (from ?? 0) && ts < through);
    const labels = sweep.feed(toLabelCandles(read, series.timeframe, window), through);
    outcomes.push(...labels.outcomes, ...labels.ties.map(({ outcome }) => outcome));
  }
  return outcomes;
}

/** The candle at a place of the series, 0 the first to 1 the last, and its close time. */
function candleAt({ candles }: Series, place: number): Candle {
  return candles[Math.floor(place * (candles.length - 1))] as Candle;
}

function endAt(series: Series, place: number): number {
  return spanAt(candleAt(series, place).ts, series.timeframe)?.end ?? 0;
}

function inOrder(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.toSorted(
    (a, b) => a.target.id - b.target.id || a.labelVersion - b.labelVersion || a.horizon.bars - b.horizon.bars,
  );
}

/** Two weeks with a weekend, the change to daylight saving, and a share of candles absent. */
function aSeries(timeframe: Timeframe, seed: number, absent: number): Series {
  const grid = { timeframe, from: '2024-03-04T00:00:00Z', to: '2024-03-16T00:00:00Z' };
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let price = 100_000_000;
  const candles = candlesOnGrid(grid, () => {
    price = Math.round(price * (1 + (random() - 0.5) * 0.02));
    const reach = Math.round(price * random() * 0.01);
    const open = (price + Math.round((random() * 2 - 1) * reach)) / 1e6;
    return { open, high: (price + reach) / 1e6, low: (price - reach) / 1e6, close: price / 1e6 };
  }).filter(() => random() >= absent);
  return { timeframe, candles, sessions: sessionsBetween(Date.parse(grid.from), Date.parse(grid.to)) };
}

describe('startLabelSweep', () => {
  it('says of every target exactly what the definition says of it alone', () => {
    const targetsOf = fc.array(
      fc.record({
        place: fc.double({ min: 0, max: 1, noNaN: true }),
        side: fc.constantFrom('long', 'short'),
        drift: fc.integer({ min: -20, max: 20 }),
        atr: fc.constantFrom(null, 0.001, 0.4, 1.2, 5),
        bars: fc.subarray([TO_SESSION_CLOSE, 1, 2, 5, 17, 60], { minLength: 1 }),
        versions: fc.subarray([...LABEL_VERSIONS], { minLength: 1 }),
      }),
      { minLength: 1, maxLength: 25 },
    );
    const scenario = fc.record({
      timeframe: fc.constantFrom('15m', '1h', '4h', '5h'),
      seed: fc.integer({ min: 1 }),
      absent: fc.constantFrom(0, 0.1, 0.6),
      targets: targetsOf,
      perFeed: fc.integer({ min: 1, max: 12 }),
      knownPlace: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(scenario, ({ timeframe, seed, absent, targets, perFeed, knownPlace }) => {
        const series = aSeries(timeframe, seed, absent);
        const known = endAt(series, knownPlace);
        const due = targets
          .map(({ place, side, drift, atr, bars, versions }, index): DueTarget => {
            const candle = candleAt(series, place);
            const price = Math.round(candle.close * 1e6 * (1 + drift / 1000)) / 1e6;
            const firedAt = endAt(series, place);
            return {
              target: { kind: 'signal', id: index, firedAt, price, atr14: atr, side, isRescaled: false },
              missing: versions.map((version) => ({
                version,
                // Version 1 knows no horizon to the close.
                horizons: bars
                  .filter((count) => version.version !== 1 || count !== TO_SESSION_CLOSE)
                  .map((count): Horizon => ({ timeframe, bars: count })),
              })),
              knownThrough: Math.max(firedAt, known),
              isLost: false,
              sessionClose:
                series.sessions.find(({ close }) => close > firedAt)?.close ?? Number.POSITIVE_INFINITY,
            };
          })
          .sort((a, b) => a.target.firedAt - b.target.firedAt);

        const swept = labelBySweep(series, due, perFeed);

        expect(inOrder(swept)).toEqual(inOrder(labelOneByOne(series, due)));
      }),
      { numRuns: 150 },
    );
  });

  it('asks for no candle between a target that is answered and the next', () => {
    const series = aSeries('15m', 7, 0);
    const due = [aDue({ id: 1, firedAt: series.candles[0]?.ts ?? 0 }), aDue({ id: 2, firedAt: LATER - 1 })];
    const sweep = startLabelSweep(20);
    sweep.add(due);

    sweep.feed(toLabelCandles(series.candles, '15m', series.sessions), series.sessions.at(-1)?.close ?? 0);

    expect(sweep.readFrom()).toBe(LATER - 1);
  });

  it('measures times by the clock across a night, a weekend and a half day', () => {
    const timeframe = '5h';
    const grid = { timeframe, from: '2024-11-27T00:00:00Z', to: '2024-12-04T00:00:00Z' } as const;
    const calm = { high: 100.1, low: 99.9, close: 100 };
    const candles = candlesOnGrid(grid, (index) =>
      index === 4 ? { high: 101.5, low: 100, close: 101 } : calm,
    );
    const sessions = sessionsBetween(Date.parse(grid.from), Date.parse(grid.to));
    const wednesdayClose = Date.parse('2024-11-27T21:00:00Z');
    const due = [aDue({ id: 1, firedAt: wednesdayClose }, { timeframe, bars: 3 })];

    const [outcome] = labelBySweep({ timeframe, candles, sessions }, due, 10);

    // Thanksgiving is closed; Friday is one candle to 13:00; Monday's second candle touches.
    expect(outcome?.horizonEndTs).toBe(Date.parse('2024-12-02T21:00:00Z'));
    expect(outcome).toMatchObject({ tToTp1Ms: Date.parse('2024-12-02T21:00:00Z') - wednesdayClose });
  });

  it('leaves out the triggering candle, whatever it touched', () => {
    const grid = { timeframe: '15m', from: '2024-03-06T00:00:00Z', to: '2024-03-07T00:00:00Z' } as const;
    const candles = candlesOnGrid(grid, (index) =>
      index === 3 ? { high: 106, low: 95, close: 100 } : { high: 100.1, low: 99.9, close: 100 },
    );
    const sessions = sessionsBetween(Date.parse(grid.from), Date.parse(grid.to));
    const triggered = spanAt(candles[3]?.ts ?? 0, '15m')?.end ?? 0;

    const [outcome] = labelBySweep(
      { timeframe: '15m', candles, sessions },
      [aDue({ id: 1, firedAt: triggered }, { timeframe: '15m', bars: 5 })],
      1,
    );

    expect(outcome).toMatchObject({ hitTp1: false, hitStop: false, maxRunUp: 0.001, maxDrawdown: -0.001 });
    expect(outcome?.horizonEndTs).toBe(triggered + 5 * 15 * 60_000);
  });
});

describe('toLabelCandles', () => {
  it('leaves out what the calendar does not know as a regular candle', () => {
    const [session] = sessionsBetween(Date.parse('2024-03-06T00:00:00Z'), Date.parse('2024-03-07T00:00:00Z'));
    const open = session?.open ?? 0;
    const candleAt = (ts: number): Candle => ({
      ts,
      open: 1,
      high: 1,
      low: 1,
      close: 1,
      volume: 1,
      vwap: null,
    });

    const kept = toLabelCandles(
      [open - 900_000, open, open + 60_000, open + 900_000, session?.close ?? 0].map(candleAt),
      '15m',
      session === undefined ? [] : [session],
    );

    expect([...kept.ts.subarray(0, kept.count)]).toEqual([open, open + 900_000]);
  });
});

function aDue(target: Partial<LabelTarget>, horizon: Horizon = { timeframe: '15m', bars: 20 }): DueTarget {
  return {
    target: aTarget(target),
    missing: [{ version: labelVersion(1), horizons: [horizon] }],
    knownThrough: LATER,
    isLost: false,
    sessionClose: LATER,
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LabelQuestion, labelAmong, labelPath } from '../../../src/domain/labels/label-path.ts';
import type { LabelTarget, Outcome, ResolvedOutcome } from '../../../src/domain/labels/outcome.ts';
import { type PathCandle, settleTie } from '../../../src/domain/labels/settle-tie.ts';
import { LABEL_VERSIONS, labelVersion } from '../../../src/domain/labels/versions.ts';
import { aTarget, aWindow, FIRED_AT, type Prices } from '../../support/labels.ts';

const MINUTE = 60_000;
const CLOSE = Date.parse('2024-03-06T21:00:00Z');

/** Version 2: from 100 USD with an ATR of 1, a long has its stop at 99 and targets at 101.5, 103 and 105. */
function label(
  target: LabelTarget,
  window: readonly PathCandle[],
  question: Partial<LabelQuestion> = {},
): Outcome {
  const horizon = { timeframe: '5m', bars: window.length } as const;
  return labelPath(target, window, { horizon, version: labelVersion(2), sessionClose: CLOSE, ...question });
}

/** One-minute candles from the start of the window's candle at a place. */
function minutesOf(place: number, ...prices: Prices[]): PathCandle[] {
  const begin = FIRED_AT + place * 5 * MINUTE;
  return aWindow(...prices).map((candle, index) => ({
    ...candle,
    ts: begin + index * MINUTE,
    end: begin + (index + 1) * MINUTE,
  }));
}

describe('the entry of version 2', () => {
  it('is the open of the next candle, and everything is measured from it', () => {
    const outcome = label(aTarget(), aWindow([101, 99.5, 100.8, 100.4], [101.2, 99.9, 100.6]));

    expect(outcome).toMatchObject({
      state: 'resolved',
      retClose: 0.001992, // (100.6 - 100.4) / 100.4
      maxRunUp: 0.007968,
      maxDrawdown: -0.008964,
      firstBarrier: 'none',
      trade: { entry: 100.4, gapFill: false, retWorst: 0.001992, retBest: 0.001992, settledBy: null },
    });
  });

  it.each([
    { side: 'long', open: 101.5 },
    { side: 'long', open: 99 },
    { side: 'short', open: 98.5 },
    { side: 'short', open: 101 },
  ] as const)('is invalid for a $side whose next open is at $open', ({ side, open }) => {
    const outcome = label(aTarget({ side }), aWindow([104, 96, 100, open]));

    expect(outcome).toMatchObject({
      state: 'invalid_entry',
      entry: open,
      horizonEndTs: FIRED_AT + 5 * MINUTE,
    });
    expect(outcome).not.toHaveProperty('hitTp1');
  });

  it('is valid one micro-dollar inside', () => {
    expect(label(aTarget(), aWindow([101.5, 100, 101, 101.499999])).state).toBe('resolved');
    expect(label(aTarget(), aWindow([101, 99, 100, 99.000001])).state).toBe('resolved');
  });

  it.each([null, 0.009, 20])('has no levels with an ATR of %s', (atr14) => {
    expect(label(aTarget({ atr14 }), aWindow([101, 99.5]))).toMatchObject({
      state: 'data_missing',
      entry: null,
    });
  });
});

describe('the way out in version 2', () => {
  it('is the level itself where the market trades through it', () => {
    expect(label(aTarget(), aWindow([101, 99.5, 101, 100], [102, 100.5, 101.8]))).toMatchObject({
      firstBarrier: 'tp1',
      hitTp1: true,
      tToTp1Ms: 10 * MINUTE,
      trade: { gapFill: false, retWorst: 0.015, retBest: 0.015 },
    });
  });

  it.each([
    { side: 'long', open: 97, first: 'stop', gain: -0.03 },
    { side: 'long', open: 104, first: 'tp1', gain: 0.04 },
    { side: 'short', open: 103, first: 'stop', gain: -0.03 },
    { side: 'short', open: 96, first: 'tp1', gain: 0.04 },
  ] as const)('is the open of a gap for a $side, without a cap: $open', ({ side, open, first, gain }) => {
    const calm = [100.2, 99.8, 100, 100] as const;

    const outcome = label(aTarget({ side }), aWindow(calm, [open + 1, open - 1, open, open]));

    expect(outcome).toMatchObject({
      firstBarrier: first,
      ambiguous: false,
      trade: { entry: 100, gapFill: true, retWorst: gain, retBest: gain },
    });
  });

  it.each([
    { open: 102, first: 'tp1', gain: 0.02 },
    { open: 98.5, first: 'stop', gain: -0.015 },
  ] as const)('is known of a candle that touches both and opens at $open', ({ open, first, gain }) => {
    const calm = [100.2, 99.8, 100, 100] as const;

    expect(label(aTarget(), aWindow(calm, [103, 98, 100, open]))).toMatchObject({
      firstBarrier: first,
      ambiguous: false,
      hitTp1: true,
      hitStop: true,
      trade: { gapFill: true, retWorst: gain },
    });
  });

  it('is unknown of a candle that touches both otherwise: the stop, with both ends kept', () => {
    expect(label(aTarget(), aWindow([102, 98, 100, 100]))).toMatchObject({
      firstBarrier: 'stop',
      ambiguous: true,
      trade: { gapFill: false, retWorst: -0.01, retBest: 0.015, settledBy: null },
    });
  });
});

describe('a tie', () => {
  const window = aWindow([100.2, 99.8, 100, 100], [102, 98, 100, 100]);
  const finer = (...prices: Prices[]) => ({
    finer: (ts: number) =>
      ts === FIRED_AT + 5 * MINUTE ? ({ timeframe: '1m', candles: minutesOf(1, ...prices) } as const) : null,
  });

  it('is settled by the minutes inside the candle, and timed by them', () => {
    const up = label(aTarget(), window, finer([100.5, 99.5], [102, 100], [100, 98]));
    const down = label(aTarget(), window, finer([100.5, 99.5], [100, 98], [102, 100]));

    expect(up).toMatchObject({
      firstBarrier: 'tp1',
      ambiguous: false,
      tToTp1Ms: 7 * MINUTE,
      tToStopMs: 8 * MINUTE,
      trade: { retWorst: 0.015, retBest: 0.015, settledBy: '1m' },
    });
    expect(down).toMatchObject({
      firstBarrier: 'stop',
      ambiguous: false,
      trade: { retWorst: -0.01, retBest: -0.01, settledBy: '1m' },
    });
  });

  it('stays one where a minute touches both, or the minutes do not show both touches', () => {
    const tied = label(aTarget(), window, finer([100.5, 99.5], [102, 98]));
    const other = label(aTarget(), window, finer([100.5, 99.5], [102, 100]));

    for (const outcome of [tied, other]) {
      expect(outcome).toMatchObject({ firstBarrier: 'stop', ambiguous: true, trade: { settledBy: null } });
    }
  });

  it('of version 1 is not looked into', () => {
    const target = aTarget({ price: 100 });

    const outcome = label(target, aWindow([101.5, 98.5]), {
      version: labelVersion(1),
      finer: () => ({ timeframe: '1m', candles: minutesOf(0, [101.5, 100], [100, 98.5]) }),
    });

    expect(outcome).toMatchObject({ firstBarrier: 'stop', ambiguous: true, trade: null });
  });

  it('leaves everything else of the outcome as it was', () => {
    const tie = label(aTarget(), window) as ResolvedOutcome;
    const trade = {
      entry: 100e6,
      barriers: { favour: 1, tp1: 101.5e6, tp2: 103e6, tp3: 105e6, stop: -99e6 },
    } as const;

    const settled = settleTie(tie, trade, { timeframe: '1m', candles: minutesOf(1, [102, 100], [100, 98]) });

    const { tToTp1Ms, tToStopMs, firstBarrier, ambiguous, trade: result, ...rest } = settled;
    expect(tie).toMatchObject(rest);
    expect([tToTp1Ms, tToStopMs, firstBarrier, ambiguous, result?.settledBy]).toEqual([
      6 * MINUTE,
      7 * MINUTE,
      'tp1',
      false,
      '1m',
    ]);
  });
});

describe('a horizon to the close', () => {
  const horizon = { timeframe: '5m', bars: 0 } as const;

  it('takes all candles of the session and ends with it', () => {
    const outcome = label(aTarget(), aWindow([100.2, 99.8, 100, 100], [100.4, 100, 100.3]), { horizon });

    expect(outcome).toMatchObject({ state: 'resolved', retClose: 0.003, horizonEndTs: CLOSE });
  });

  it('says so where nothing traded any more', () => {
    expect(label(aTarget(), [], { horizon })).toMatchObject({ state: 'data_missing', horizonEndTs: CLOSE });
  });
});

describe('both versions', () => {
  const move = fc.integer({ min: -70, max: 70 });
  const candle = fc.tuple(move, move, move, move);
  const paths = fc.record({
    entry: fc.integer({ min: 1_000_000, max: 400_000_000 }),
    atrPerMille: fc.integer({ min: 10, max: 60 }),
    moves: fc.array(candle, { minLength: 1, maxLength: 40 }),
    side: fc.constantFrom('long', 'short'),
    version: fc.constantFrom(...LABEL_VERSIONS),
  });

  it('say of a mirrored market and side the same, with run-up and drawdown swapped', () => {
    fc.assert(
      fc.property(paths, ({ entry, atrPerMille, moves, side, version }) => {
        const micro = moves.map((perMilles) => {
          const [a, b, c, d] = perMilles.map((perMille) => entry + Math.trunc((entry * perMille) / 1000));
          return { open: a ?? entry, close: b ?? entry, reach: [a, b, c, d].map((price) => price ?? entry) };
        });
        const at = (price: number) => price / 1e6;
        const window = aWindow(
          ...micro.map(
            ({ open, close, reach }) =>
              [at(Math.max(...reach)), at(Math.min(...reach)), at(close), at(open)] as const,
          ),
        );
        const flip = (price: number) => at(2 * entry - price);
        const mirror = aWindow(
          ...micro.map(
            ({ open, close, reach }) =>
              [flip(Math.min(...reach)), flip(Math.max(...reach)), flip(close), flip(open)] as const,
          ),
        );
        const target = aTarget({ price: at(entry), atr14: at((entry * atrPerMille) / 1000), side });
        const other = aTarget({ ...target, side: side === 'long' ? 'short' : 'long' });

        const seen = label(target, window, { version });
        const mirrored = label(other, mirror, { version });

        expect(mirrored.state).toBe(seen.state);
        if (seen.state !== 'resolved' || mirrored.state !== 'resolved') return;
        const decided = ({
          hitTp1,
          hitTp2,
          hitTp3,
          hitStop,
          tToTp1Ms,
          tToStopMs,
          firstBarrier,
          ambiguous,
        }: ResolvedOutcome) => [
          hitTp1,
          hitTp2,
          hitTp3,
          hitStop,
          tToTp1Ms,
          tToStopMs,
          firstBarrier,
          ambiguous,
        ];
        expect(decided(mirrored)).toEqual(decided(seen));
        expect(mirrored.trade?.gapFill).toBe(seen.trade?.gapFill);
        // Ratios are of each one's own entry; times it, the moves are the same in micro-dollars.
        const inMicro = (outcome: ResolvedOutcome, ratio: number) =>
          Math.round(ratio * (outcome.trade?.entry ?? at(entry)) * 1e6);
        const near = (one: number, another: number) => Math.abs(one - another) <= 1e-6 * entry * 1.1 + 2;
        expect(near(inMicro(mirrored, mirrored.maxRunUp), -inMicro(seen, seen.maxDrawdown))).toBe(true);
        expect(near(inMicro(mirrored, mirrored.retClose), -inMicro(seen, seen.retClose))).toBe(true);
        if (seen.trade === null || mirrored.trade === null) return;
        expect(near(inMicro(mirrored, mirrored.trade.retWorst), inMicro(seen, seen.trade.retWorst))).toBe(
          true,
        );
        expect(near(inMicro(mirrored, mirrored.trade.retBest), inMicro(seen, seen.trade.retBest))).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it('do not change with candles that come later', () => {
    fc.assert(
      fc.property(
        paths,
        fc.integer({ min: 0, max: 12 }),
        ({ entry, atrPerMille, moves, side, version }, bars) => {
          const window = aWindow(
            ...moves.map((perMilles) => {
              const prices = perMilles.map(
                (perMille) => (entry + Math.trunc((entry * perMille) / 1000)) / 1e6,
              );
              return [Math.max(...prices), Math.min(...prices), prices[0] ?? 0, prices[1] ?? 0] as const;
            }),
          );
          const target = aTarget({ price: entry / 1e6, atr14: (entry * atrPerMille) / 1e9, side });
          const sessionClose = FIRED_AT + 6 * 5 * MINUTE;
          const question = { horizon: { timeframe: '5m', bars }, version, sessionClose } as const;
          const length = bars === 0 ? 6 : bars;

          const cut = labelAmong(target, window.slice(0, length), question);
          const whole = labelAmong(target, window, question);

          expect(whole).toEqual(cut);
          expect(cut === null).toBe(bars > window.length);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('never give a trade more than its best or less than its worst', () => {
    fc.assert(
      fc.property(paths, ({ entry, atrPerMille, moves, side }) => {
        const window = aWindow(
          ...moves.map((perMilles) => {
            const prices = perMilles.map((perMille) => (entry + Math.trunc((entry * perMille) / 1000)) / 1e6);
            return [Math.max(...prices), Math.min(...prices), prices[0] ?? 0, prices[1] ?? 0] as const;
          }),
        );
        const atr14 = (entry * atrPerMille) / 1e9;

        const outcome = label(aTarget({ price: entry / 1e6, atr14, side }), window);

        if (outcome.state !== 'resolved' || outcome.trade === null) return;
        expect(outcome.trade.retWorst).toBeLessThanOrEqual(outcome.trade.retBest);
        if (!outcome.ambiguous) expect(outcome.trade.retWorst).toBe(outcome.trade.retBest);
      }),
      { numRuns: 300 },
    );
  });
});

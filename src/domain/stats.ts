import { type Interval, Z95 } from './interval.ts';
import { type Lift, liftOf, type RateCells, totalOf } from './lift.ts';
import type { Side } from './signal.ts';
import type { Timeframe } from './timeframe.ts';

/** Fewer observations than this say nothing about a rate, so none is given. */
const SMALLEST_SAMPLE = 30;

/** A share that is never told without the number it rests on and its uncertainty. */
export interface Rate {
  readonly n: number;
  /** 0 to 1. */
  readonly share: number;
  readonly interval: Interval;
}

/** What a detector's signals were worth; absent from a sample too small to say. */
export interface DetectorResult {
  /** Share of signals whose TP1 was touched before their stop; a tie counts as the stop. */
  readonly tp1BeforeStop: Rate;
  /** Return at the horizon's end as a fraction, in the trade's favour: a short gains when the price falls. */
  readonly meanReturn: number;
  readonly medianReturn: number;
  /** Mean of the farthest it went in the trade's favour and against it on the way, fractions; the second is negative. */
  readonly meanFavourable: number;
  readonly meanAdverse: number;
  /** Mean over those that touched TP1; null when none did. */
  readonly meanSecondsToTp1: number | null;
  /** Mean R of leaving at TP1, at the stop or at the horizon's end; null where the levels are not known. */
  readonly expectancyR: number | null;
  /** The same rate at random moments that no signal is near; null while there are too few. */
  readonly baseline: Rate | null;
  /** Against moments alike in time of day and volatility; null while there are too few of them, or of days. */
  readonly lift: Lift | null;
}

/** How one version of a detector did on one timeframe and side at one horizon. */
export interface DetectorStat {
  readonly detectorId: string;
  readonly detectorVersion: string;
  readonly timeframe: Timeframe;
  readonly side: Side;
  readonly horizonBars: number;
  /** Signals that were measured at this horizon. */
  readonly n: number;
  /** Signals whose next open was already beyond the stop or TP1. */
  readonly gappedAway: number;
  /** Null under `SMALLEST_SAMPLE` signals. */
  readonly result: DetectorResult | null;
}

/** Sums over the outcomes of one detector version, timeframe, side and horizon. */
export interface OutcomeSums {
  /** Outcomes that were measured. */
  readonly n: number;
  /** Those whose TP1 came before their stop, and those that touched TP1 at all. */
  readonly tp1First: number;
  readonly hitTp1: number;
  /** Over those that touched TP1. */
  readonly secondsToTp1: number;
  /** Raw fractions, not signed by side. */
  readonly retClose: number;
  readonly maxRunUp: number;
  readonly maxDrawdown: number;
  /** The median, not a sum; null of none. */
  readonly medianReturn: number | null;
  /** Those with an R, and their R in total. */
  readonly withR: number;
  readonly sumR: number;
}

/**
 * The Wilson score interval at 95 % (E. B. Wilson, 1927). It takes observations as independent; signals
 * whose windows overlap are not, so the truth is a little wider.
 *
 * @param n > 0. @param successes 0 to n.
 */
export function wilson95(successes: number, n: number): Interval {
  const share = successes / n;
  const spread = Z95 ** 2 / n;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (Z95 * Math.sqrt((share * (1 - share)) / n + spread / (4 * n))) / (1 + spread);
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === n ? 1 : Math.min(1, centre + half),
  };
}

/** Null when the sample is too small for a rate. */
export function rateOf(successes: number, n: number): Rate | null {
  return n < SMALLEST_SAMPLE ? null : { n, share: successes / n, interval: wilson95(successes, n) };
}

/** What a detector is held against. */
export interface Comparison {
  readonly signals: RateCells;
  readonly baselines: RateCells;
}

const NOTHING: Comparison = { signals: new Int32Array(), baselines: new Int32Array() };

/** Null when the sample is too small to say anything. */
export function detectorResult(
  sums: OutcomeSums,
  side: Side,
  { signals, baselines }: Comparison = NOTHING,
): DetectorResult | null {
  const { n, medianReturn, maxRunUp, maxDrawdown, hitTp1, withR } = sums;
  const tp1BeforeStop = rateOf(sums.tp1First, n);
  if (tp1BeforeStop === null || medianReturn === null) return null;
  const random = totalOf(baselines);
  const baseline = rateOf(random.hits, random.n);
  const inFavour = (rawReturn: number) => (side === 'long' ? rawReturn : 0 - rawReturn);
  return {
    tp1BeforeStop,
    meanReturn: inFavour(sums.retClose / n),
    medianReturn: inFavour(medianReturn),
    meanFavourable: inFavour((side === 'long' ? maxRunUp : maxDrawdown) / n),
    meanAdverse: inFavour((side === 'long' ? maxDrawdown : maxRunUp) / n),
    meanSecondsToTp1: hitTp1 === 0 ? null : sums.secondsToTp1 / hitTp1,
    expectancyR: withR === 0 ? null : sums.sumR / withR,
    baseline,
    lift: baseline === null ? null : liftOf(signals, baselines),
  };
}

/** `N = 140: 41 % (95 %: 33 to 49 %)`, or `N = 12: too few to say`. */
export function describeRate(rate: Rate | null, n: number): string {
  if (rate === null) return `N = ${n}: too few to say`;
  const percent = (share: number) => Math.round(share * 100);
  const { low, high } = rate.interval;
  return `N = ${n}: ${percent(rate.share)}\u00a0% (95\u00a0%: ${percent(low)} to ${percent(high)}\u00a0%)`;
}

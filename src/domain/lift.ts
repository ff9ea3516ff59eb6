import { createHash } from 'node:crypto';
import type { Interval } from './interval.ts';

/** Draws of the bootstrap: enough for a 95 % interval to a point or so. */
const RESAMPLES = 500;
/** On fewer days an interval by days would only look exact. */
const SMALLEST_DAYS = 10;

/** Observations of one day in one stratum: alike in time of day and in volatility. */
export interface RateCell {
  /** New York date. */
  readonly day: string;
  /** Any name; the same means that signals and baselines are comparable. */
  readonly stratum: string;
  readonly n: number;
  /** Those whose TP1 came before their stop. */
  readonly hits: number;
}

/** How much more often than at comparable random moments. */
export interface Lift {
  /** The rate at random moments, weighted to be as the signals are in time of day and volatility. */
  readonly baseline: number;
  readonly baselineInterval: Interval;
  /** Rate divided by the baseline's; null when that is zero. */
  readonly ratio: number | null;
  /** Rate minus the baseline's, as a fraction. */
  readonly edge: number;
  /** 95 %, by resampling whole trading days: what happens on one day is one event. */
  readonly edgeInterval: Interval;
  /** Trading days that were resampled. */
  readonly days: number;
}

/**
 * Holds signals against baselines. Baselines are weighted by stratum to the signals' mixture; a stratum
 * without any takes the rate of all. Null with too few days, or nothing to compare.
 *
 * @param seed the same seed gives the same interval.
 */
export function liftOf(
  signals: readonly RateCell[],
  baselines: readonly RateCell[],
  seed: string,
): Lift | null {
  const table = tabulate(signals, baselines);
  const days = table.days.length;
  const whole = compare(
    table,
    table.days.map((_, index) => index),
  );
  if (days < SMALLEST_DAYS || whole === null) return null;
  const random = seededRandom(seed);
  const edges: number[] = [];
  const rates: number[] = [];
  for (let draw = 0; draw < RESAMPLES; draw++) {
    const resampled = compare(
      table,
      table.days.map(() => Math.floor(random() * days)),
    );
    if (resampled === null) continue;
    edges.push(resampled.rate - resampled.baseline);
    rates.push(resampled.baseline);
  }
  return {
    baseline: whole.baseline,
    baselineInterval: middle95(rates),
    ratio: whole.baseline === 0 ? null : whole.rate / whole.baseline,
    edge: whole.rate - whole.baseline,
    edgeInterval: middle95(edges),
    days,
  };
}

/** Counts of one stratum on one day, of signals and of baselines. */
interface Count {
  readonly stratum: number;
  readonly n: number;
  readonly hits: number;
  readonly isSignal: boolean;
}

interface Table {
  readonly days: readonly (readonly Count[])[];
  readonly strata: number;
}

function tabulate(signals: readonly RateCell[], baselines: readonly RateCell[]): Table {
  const strata = new Map<string, number>();
  const days = new Map<string, Count[]>();
  const add = (cells: readonly RateCell[], isSignal: boolean) => {
    for (const { day, stratum, n, hits } of cells) {
      const index = strata.get(stratum) ?? strata.size;
      strata.set(stratum, index);
      const counts = days.get(day) ?? [];
      days.set(day, counts);
      counts.push({ stratum: index, n, hits, isSignal });
    }
  };
  add(signals, true);
  add(baselines, false);
  const inOrder = [...days].sort(([a], [b]) => (a < b ? -1 : 1));
  return { days: inOrder.map(([, counts]) => counts), strata: strata.size };
}

/** The signals' rate on some days, and the baselines' as it would be with the signals' mixture of strata. */
function compare(
  { days, strata }: Table,
  drawn: readonly number[],
): { readonly rate: number; readonly baseline: number } | null {
  const signals = new Float64Array(strata);
  const baselines = new Float64Array(strata);
  const baselineHits = new Float64Array(strata);
  let hits = 0;
  for (const index of drawn) {
    for (const count of days[index] ?? []) {
      if (count.isSignal) {
        signals[count.stratum] = (signals[count.stratum] ?? 0) + count.n;
        hits += count.hits;
      } else {
        baselines[count.stratum] = (baselines[count.stratum] ?? 0) + count.n;
        baselineHits[count.stratum] = (baselineHits[count.stratum] ?? 0) + count.hits;
      }
    }
  }
  const total = sum(signals);
  const all = sum(baselines);
  if (total === 0 || all === 0) return null;
  const overall = sum(baselineHits) / all;
  let expected = 0;
  for (let stratum = 0; stratum < strata; stratum++) {
    const n = baselines[stratum] ?? 0;
    const rate = n === 0 ? overall : (baselineHits[stratum] ?? 0) / n;
    expected += (signals[stratum] ?? 0) * rate;
  }
  return { rate: hits / total, baseline: expected / total };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function middle95(values: readonly number[]): Interval {
  const ordered = values.toSorted((a, b) => a - b);
  const at = (share: number) => ordered[Math.round(share * (ordered.length - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seededRandom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32BE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

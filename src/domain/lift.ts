import { type Interval, Z95 } from './interval.ts';

/** On fewer days an interval by days would only look exact. */
const SMALLEST_DAYS = 10;

/**
 * Observations by day and stratum, four numbers a cell: the day as days since 1970 in New York, the stratum, how
 * many were observed, and of how many TP1 came before the stop. Those of one stratum are alike in time of day and
 * in volatility. A cell may occur twice: its counts add up.
 */
export type RateCells = Int32Array;

/** How much more often than at comparable random moments. */
export interface Lift {
  /** The rate at random moments, weighted to be as the signals are in time of day and volatility. */
  readonly baseline: number;
  readonly baselineInterval: Interval;
  /** Rate divided by the baseline's; null when that is zero. */
  readonly ratio: number | null;
  /** Rate minus the baseline's, as a fraction. */
  readonly edge: number;
  /** 95 %, by leaving out each trading day in turn: what happens on one day is one event. */
  readonly edgeInterval: Interval;
  /** Trading days with a signal or a random moment. */
  readonly days: number;
}

/**
 * Holds signals against baselines. Baselines are weighted by stratum to the signals' mixture; a stratum
 * without any takes the rate of all. Null with too few days, or nothing to compare.
 *
 * Intervals are those of the jackknife over days, centred on the estimate, with Student's t of days - 1
 * degrees of freedom (MacKinnon, Nielsen, Webb: Fast and reliable jackknife and bootstrap methods for
 * cluster-robust inference, 2023).
 */
export function liftOf(signals: RateCells, baselines: RateCells): Lift | null {
  const { days, length } = tabulate(signals, baselines);
  const total = new Float64Array(length);
  for (const day of days) addAll(total, day, 1);
  const whole = compare(total);
  if (days.length < SMALLEST_DAYS || whole === null) return null;
  const without = days.map((day) => compare(addAll(total.slice(), day, -1)));
  const edges = without.map((each) => (each === null ? Number.NaN : each.rate - each.baseline));
  const rates = without.map((each) => each?.baseline ?? Number.NaN);
  // All signals or all random moments on one day: nothing is known of how days differ.
  if (edges.some(Number.isNaN)) return null;
  const edge = whole.rate - whole.baseline;
  const { low, high } = jackknife95(whole.baseline, rates);
  return {
    baseline: whole.baseline,
    baselineInterval: { low: Math.max(0, low), high: Math.min(1, high) },
    ratio: whole.baseline === 0 ? null : whole.rate / whole.baseline,
    edge,
    edgeInterval: jackknife95(edge, edges),
    days: days.length,
  };
}

/** Numbers of one cell. */
const CELL = 4;
/** Per stratum: signals, those that hit, baselines, those that hit. */
const COUNTS = 4;

/** How many were observed, and how many of them hit. */
export function totalOf(cells: RateCells): { readonly n: number; readonly hits: number } {
  let [n, hits] = [0, 0];
  for (let at = 0; at < cells.length; at += CELL) {
    n += cells[at + 2] ?? 0;
    hits += cells[at + 3] ?? 0;
  }
  return { n, hits };
}

/** Counts of each day, stratum after stratum. */
function tabulate(signals: RateCells, baselines: RateCells) {
  const places = placeStrata([signals, baselines]);
  const days = new Map<number, Float64Array>();
  for (const [first, cells] of [signals, baselines].entries()) {
    for (let at = 0; at < cells.length; at += CELL) {
      const [day, stratum] = [cells[at] ?? 0, cells[at + 1] ?? 0];
      const counts = days.get(day) ?? new Float64Array(places.size * COUNTS);
      days.set(day, counts);
      const place = (places.get(stratum) ?? 0) + 2 * first;
      add(counts, place, cells[at + 2] ?? 0);
      add(counts, place + 1, cells[at + 3] ?? 0);
    }
  }
  return { days: [...days.values()], length: places.size * COUNTS };
}

/** Where the counts of each stratum begin. */
function placeStrata(all: readonly RateCells[]): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (const cells of all) {
    for (let at = 1; at < cells.length; at += CELL) {
      const stratum = cells[at] ?? 0;
      if (!places.has(stratum)) places.set(stratum, places.size * COUNTS);
    }
  }
  return places;
}

function add(counts: Float64Array, index: number, more: number): void {
  counts[index] = (counts[index] ?? 0) + more;
}

/** Adds the counts of a day, or takes them away. @returns the same total. */
function addAll(total: Float64Array, day: Float64Array, times: 1 | -1): Float64Array {
  for (let at = 0; at < day.length; at += 1) add(total, at, times * (day[at] ?? 0));
  return total;
}

/** The signals' rate, and the baselines' as it would be with the signals' mixture of strata. */
function compare(counts: Float64Array): { readonly rate: number; readonly baseline: number } | null {
  const sum = (which: number) => {
    let total = 0;
    for (let at = which; at < counts.length; at += COUNTS) total += counts[at] ?? 0;
    return total;
  };
  const signals = sum(0);
  const baselines = sum(2);
  if (signals === 0 || baselines === 0) return null;
  const overall = sum(3) / baselines;
  let expected = 0;
  for (let at = 0; at < counts.length; at += COUNTS) {
    const n = counts[at + 2] ?? 0;
    expected += (counts[at] ?? 0) * (n === 0 ? overall : (counts[at + 3] ?? 0) / n);
  }
  return { rate: sum(1) / signals, baseline: expected / signals };
}

/** @param without the estimate with each day left out in turn. */
function jackknife95(estimate: number, without: readonly number[]): Interval {
  const days = without.length;
  const spread = without.reduce((sum, each) => sum + (each - estimate) ** 2, 0);
  const half = t95(days - 1) * Math.sqrt(((days - 1) / days) * spread);
  return { low: estimate - half, high: estimate + half };
}

/**
 * Student's t that leaves 2.5 % above it, to three decimals from nine degrees of freedom on (Abramowitz and
 * Stegun, 26.7.5).
 */
function t95(freedom: number): number {
  const z = Z95;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}

import type { FetchedTimeframe, Timeframe } from '../../domain/timeframe.ts';
import type { SessionCoverage } from '../ports.ts';
import { wholeThrough } from './coverage.ts';

/** A fetched series with what is built from it. */
export interface SeriesGroup {
  readonly ticker: string;
  readonly base: FetchedTimeframe;
  /** The base and what is built from it. */
  readonly timeframes: readonly Timeframe[];
}

/** Covered sessions by timeframe, oldest first. */
export type Coverage = ReadonlyMap<Timeframe, readonly SessionCoverage[]>;

/**
 * What a scanner knows of coverage between its rounds, so that it need not read it again. Only ever a shortcut:
 * coverage grows, so what others have covered is at worst asked for again, and it is read anew every day.
 */
export interface CoverageMemory {
  /** As the last round of the New York day `today` left it, from the last whole session on; null when one of the series is not known. */
  recall(group: SeriesGroup, today: string): Coverage | null;
  /** New York date of the session up to which all series are whole, so that nothing before need be read; null when it is not known of each. */
  wholeThrough(group: SeriesGroup): string | null;
  /** Call after a turn without a fault: what is built then reaches as far as the base, and is whole where that is. */
  keep(group: SeriesGroup, today: string, coverage: Coverage): void;
  /** Call after one that failed. */
  forget(group: SeriesGroup): void;
}

interface Known {
  /** New York date of the round. */
  readonly on: string;
  /** New York date of the last session up to which all are whole. */
  readonly whole: string;
  /** From that session on. */
  readonly sessions: readonly SessionCoverage[];
}

/** One that knows of nothing yet. */
export function createCoverageMemory(): CoverageMemory {
  const series = new Map<string, Known>();
  const keysOf = ({ ticker, base, timeframes }: SeriesGroup) =>
    timeframes.map((timeframe) => [timeframe, `${ticker} ${base} ${timeframe}`] as const);

  const forget = (group: SeriesGroup): void => {
    for (const [, key] of keysOf(group)) series.delete(key);
  };

  return {
    recall(group, today) {
      const coverage = new Map<Timeframe, readonly SessionCoverage[]>();
      for (const [timeframe, key] of keysOf(group)) {
        const known = series.get(key);
        if (known?.on !== today) return null;
        coverage.set(timeframe, known.sessions);
      }
      return coverage;
    },

    wholeThrough(group) {
      const dates = keysOf(group).map(([, key]) => series.get(key)?.whole ?? '');
      return dates.toSorted()[0] || null;
    },

    keep(group, today, coverage) {
      const whole = wholeThrough(coverage.get(group.base) ?? [], group.base);
      if (whole === null) return forget(group);
      for (const [timeframe, key] of keysOf(group)) {
        const sessions = (coverage.get(timeframe) ?? []).filter(({ date }) => date >= whole);
        series.set(key, { on: today, whole, sessions });
      }
    },

    forget,
  };
}

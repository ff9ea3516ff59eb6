import type { FetchedTimeframe, Timeframe } from '../../domain/timeframe.ts';

/**
 * Up to which session series were found whole: coverage only grows, so nothing before needs to be read again.
 * A built series is whole where it reaches as far as the one it is built from. Only ever a shortcut.
 */
export interface WholeSessions {
  /** The date up to which all of some series are whole that rest on one fetched series; null when it is not known of each. */
  through(ticker: string, base: FetchedTimeframe, timeframes: readonly Timeframe[]): string | null;
  /** Null: nothing is known of them any more. */
  remember(
    ticker: string,
    base: FetchedTimeframe,
    timeframes: readonly Timeframe[],
    date: string | null,
  ): void;
}

/** One that knows of nothing yet. */
export function createWholeSessions(): WholeSessions {
  const dates = new Map<string, string>();
  const keyOf = (ticker: string, base: Timeframe, timeframe: Timeframe) => `${ticker} ${base} ${timeframe}`;
  return {
    through(ticker, base, timeframes) {
      const known = timeframes.map((timeframe) => dates.get(keyOf(ticker, base, timeframe)) ?? '');
      return known.toSorted()[0] || null;
    },
    remember(ticker, base, timeframes, date) {
      for (const timeframe of timeframes) {
        if (date === null) dates.delete(keyOf(ticker, base, timeframe));
        else dates.set(keyOf(ticker, base, timeframe), date);
      }
    },
  };
}

import { FETCHED_TIMEFRAMES, type FetchedTimeframe, TIMEFRAMES, type Timeframe } from './timeframe.ts';

export interface FetchPlan {
  /** Asked of the source, shortest first. */
  readonly fetch: readonly FetchedTimeframe[];
  /** Built from a fetched smaller series. */
  readonly build: readonly { readonly timeframe: Timeframe; readonly from: FetchedTimeframe }[];
}

/**
 * How to have the `scanned` and the `context` series of one ticker with the fewest fetches. A
 * scanned timeframe rests on a fetch of its own (4h and 5h on 1h, whose two years reach far enough
 * for SMA200); context is built from the largest fetched smaller one where there is one. Daily
 * candles are always fetched: they reach back years.
 */
export function planFetches(scanned: readonly Timeframe[], context: readonly Timeframe[]): FetchPlan {
  const fetch = new Set<Timeframe>(scanned.map(fetchedTimeframeFor));
  for (const timeframe of context) {
    if (timeframe === '1d' || largestBelow(timeframe, fetch) === null)
      fetch.add(fetchedTimeframeFor(timeframe));
  }
  const build = TIMEFRAMES.filter(
    (timeframe) => (scanned.includes(timeframe) || context.includes(timeframe)) && !fetch.has(timeframe),
  ).flatMap((timeframe) => {
    const from = largestBelow(timeframe, fetch);
    return from === null ? [] : [{ timeframe, from }];
  });
  return { fetch: FETCHED_TIMEFRAMES.filter((timeframe) => fetch.has(timeframe)), build };
}

/** The series a timeframe rests on when nothing else is there. */
export function fetchedTimeframeFor(timeframe: Timeframe): FetchedTimeframe {
  return timeframe === '4h' || timeframe === '5h' ? '1h' : timeframe;
}

function largestBelow(timeframe: Timeframe, fetch: ReadonlySet<Timeframe>): FetchedTimeframe | null {
  const smaller = TIMEFRAMES.slice(0, TIMEFRAMES.indexOf(timeframe));
  return FETCHED_TIMEFRAMES.findLast((fetched) => fetch.has(fetched) && smaller.includes(fetched)) ?? null;
}

import { FETCHED_TIMEFRAMES, type FetchedTimeframe } from '../../domain/timeframe.ts';
import type { Services } from '../services.ts';
import { buildSeries } from './build-series.ts';
import { chunksBefore } from './chunks-before.ts';
import { fetchChunk } from './fetch-chunk.ts';

const DAY = 86_400_000;
/** For so long after a split was first told of, what lies before it is asked for again each night. */
const FRESH_MS = 5 * DAY;

export interface SplitRefetchInput {
  /** Epoch ms. */
  readonly now: number;
  readonly ticker?: string;
}

export interface SplitRefetched {
  /** Candles that were still as before the split. */
  readonly rewritten: number;
  /** Series that could not be asked for, each with the reason, in a sentence. */
  readonly failures: readonly string[];
}

type Deps = Pick<Services, 'stores' | 'market' | 'log' | 'settings'>;

/**
 * Whoever meets a split has the series that told of it fetched again. This does so for all series of the
 * ticker, some nights long: those that nobody watches, those that heard of it in a gap or late, and what the
 * source itself rewrote late. What is right already stays as it is.
 */
export async function refetchBeforeSplits(
  deps: Deps,
  { now, ticker }: SplitRefetchInput,
): Promise<SplitRefetched> {
  const fresh = await deps.stores.actions.splitsSeenAfter(now - FRESH_MS);
  const failures: string[] = [];
  let rewritten = 0;
  for (const split of fresh.filter((each) => (ticker ?? each.ticker) === each.ticker)) {
    for (const timeframe of FETCHED_TIMEFRAMES) {
      try {
        rewritten += await refetchBefore(deps, { ...split, timeframe }, now);
      } catch (error) {
        failures.push(
          `${split.ticker} ${timeframe}: ${error instanceof Error ? error.message : String(error)}`,
        );
        deps.log.warn({ ...split, timeframe, error }, 'history before a split not fetched');
      }
    }
  }
  return { rewritten, failures };
}

/** @returns how many candles changed. */
async function refetchBefore(
  deps: Deps,
  { ticker, timeframe, exDate }: { ticker: string; timeframe: FetchedTimeframe; exDate: string },
  now: number,
): Promise<number> {
  const before = Date.parse(`${exDate}T00:00:00Z`);
  const { candles } = deps.stores;
  const kinds = await candles.kinds(ticker, before);
  if (!kinds.some((kind) => kind.timeframe === timeframe && kind.source === deps.market.name)) return 0;
  const covered = await candles.coverage({ ticker, timeframe }, '1900-01-01', exDate);
  const built = kinds.filter(({ source }) => source === `built:${timeframe}`);
  let changed = 0;
  for (const chunk of chunksBefore(deps, { timeframe, covered, before, now })) {
    const fetched = await fetchChunk(deps, { ticker, timeframe, chunk, covered, now });
    changed += fetched.changed;
    for (const each of built)
      await buildSeries(deps, {
        ticker,
        timeframe: each.timeframe,
        from: timeframe,
        changedFrom: chunk.from,
        to: chunk.to,
      });
  }
  if (changed > 0)
    await deps.stores.audit.write({
      at: now,
      actor: deps.market.name,
      action: 'split',
      target: ticker,
      details: { exDate, timeframe, changed },
    });
  return changed;
}

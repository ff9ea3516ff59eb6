import type { RejectCounts } from '../../domain/candle.ts';
import { checkCandles } from '../../domain/check-candles.ts';
import type { FetchedTimeframe } from '../../domain/timeframe.ts';
import type { CandleBatch, FetchedSeries, SessionCoverage } from '../ports.ts';
import type { Services } from '../services.ts';
import { beginsLate, firstUncovered, provenCoverage } from './coverage.ts';
import { markActions } from './mark-actions.ts';
import { presentOf } from './present.ts';

const DAY = 86_400_000;
/** Far enough back to find a candle even of a ticker that hardly trades. */
export const QUIET_MS = 7 * DAY;

export interface FetchInput {
  readonly ticker: string;
  readonly now: number;
  /** Ask again from this moment on, though it is covered: a candle was missing. */
  readonly refetchFrom?: number;
  /**
   * `new`, the default: only what came since the newest covered candle. `history`: a series that was
   * built or imported so far, and begins later than the source reaches, is fetched whole.
   */
  readonly depth?: 'new' | 'history';
  readonly signal?: AbortSignal;
}

/** What the source gave of one series, checked and not yet stored. */
export interface FetchedBatch {
  readonly batch: CandleBatch;
  readonly rejected: RejectCounts;
  /** From here on covered candles were asked for again; null when only new ones were. */
  readonly refetchedFrom: number | null;
}

type Deps = Pick<Services, 'stores' | 'market' | 'log' | 'settings'>;

/**
 * Asks the source for what is not covered and checks each row; null when everything closed is covered.
 *
 * @throws OraError `not_found`, `unavailable` or `bad_input` as the source says.
 */
export async function fetchMissing(
  deps: Deps,
  input: FetchInput,
  {
    timeframe,
    covered,
  }: { readonly timeframe: FetchedTimeframe; readonly covered: readonly SessionCoverage[] },
): Promise<FetchedBatch | null> {
  const { ticker, now } = input;
  const { graceMs } = deps.settings;
  const reachFrom = now - deps.market.reachDays[timeframe] * DAY;
  const isShort = input.depth === 'history' && beginsLate(covered, { timeframe, reachFrom });
  const again = input.refetchFrom ?? (isShort ? reachFrom : null);
  const from = again ?? firstUncovered(covered, { timeframe, reachFrom, now, graceMs });
  if (from === null) return null;

  const { fetched, split } = await fetchSeries(deps, input, { timeframe, from, reachFrom });
  await markActions(deps, { ticker, fetched, now });
  const present = presentOf(deps, input, fetched);
  const { candles, rejected } = checkCandles(fetched.rows, { timeframe, now: present, graceMs });
  const question = { timeframe, from: fetched.reachedFrom, now: present, graceMs, covered };
  const coverage = provenCoverage(candles, question);
  if (Object.keys(rejected).length > 0) deps.log.info({ ticker, timeframe, rejected }, 'candles rejected');
  return {
    batch: { ticker, exchange: fetched.exchange, timeframe, source: deps.market.name, candles, coverage },
    rejected,
    refetchedFrom: split || again !== null ? fetched.reachedFrom : null,
  };
}

interface Wanted {
  readonly timeframe: FetchedTimeframe;
  readonly from: number;
  readonly reachFrom: number;
}

/**
 * Asks the source. A split rewrites all history: when one lies in what is new, everything within reach
 * is asked for again. An answer that begins late had nothing before its first candle, which the source
 * may have spoiled, so it is asked for with more before it.
 */
async function fetchSeries(
  deps: Deps,
  { ticker, now, signal }: FetchInput,
  { timeframe, from, reachFrom }: Wanted,
): Promise<{ readonly fetched: FetchedSeries; readonly split: boolean }> {
  const request = { ticker, timeframe, to: now, ...(signal && { signal }) };
  const fetched = await deps.market.fetch({ ...request, from });
  if (from <= reachFrom) return { fetched, split: false };
  const split = fetched.splits.find(({ at }) => at >= from);
  if (split === undefined) {
    const isWhole = fetched.reachedFrom <= from;
    const earlier = Math.max(reachFrom, from - QUIET_MS);
    return {
      fetched: isWhole ? fetched : await deps.market.fetch({ ...request, from: earlier }),
      split: false,
    };
  }
  deps.log.warn({ ticker, timeframe, split }, 'split found, history is fetched again');
  await deps.stores.audit.write({
    at: now,
    actor: deps.market.name,
    action: 'split',
    target: ticker,
    details: { ...split, timeframe },
  });
  return { fetched: await deps.market.fetch({ ...request, from: reachFrom }), split: true };
}

import { newYorkDate } from '../domain/calendar.ts';
import type { RejectCounts } from '../domain/candle.ts';
import { checkCandles } from '../domain/check-candles.ts';
import { planFetches } from '../domain/fetch-plan.ts';
import type { FetchedTimeframe, Timeframe } from '../domain/timeframe.ts';
import { buildSeries } from './build-series.ts';
import { beginsLate, firstUnbuilt, firstUncovered, joinCoverage, provenCoverage } from './coverage.ts';
import { markActions } from './mark-actions.ts';
import type { FetchedSeries, SessionCoverage } from './ports.ts';
import type { Services } from './services.ts';

const DAY = 86_400_000;
/** Far enough back to find a candle even of a ticker that hardly trades. */
const QUIET_MS = 7 * DAY;

export interface BringInInput {
  readonly ticker: string;
  /** Timeframes that are scanned or drawn. */
  readonly timeframes: readonly Timeframe[];
  /** Timeframes that features need beside them. */
  readonly context?: readonly Timeframe[];
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

export interface BroughtIn {
  readonly inserted: number;
  readonly changed: number;
  readonly rejected: RejectCounts;
}

type Deps = Pick<Services, 'stores' | 'market' | 'log' | 'settings'>;

/** One fetched series as it stands after its turn. */
interface SeriesState {
  readonly stored: BroughtIn;
  readonly coverage: readonly SessionCoverage[];
  /** From here on covered candles were asked for again; null when only new ones were. */
  readonly refetchedFrom: number | null;
}

const NOTHING: BroughtIn = { inserted: 0, changed: 0, rejected: {} };

/**
 * Brings every series of one ticker up to `now`: asks the source only for what is not covered,
 * checks each row, stores it, and builds the larger timeframes as far as the smaller ones reach.
 *
 * @throws OraError `not_found`, `unavailable` or `bad_input` as the source says.
 */
export async function bringInCandles(deps: Deps, input: BringInInput): Promise<BroughtIn> {
  const plan = planFetches(input.timeframes, input.context ?? []);
  let total = NOTHING;
  for (const base of plan.fetch) {
    const state = await bringInSeries(deps, input, base);
    total = add(total, state.stored);
    for (const { timeframe } of plan.build.filter(({ from }) => from === base))
      total = add(total, await build(deps, input, { base, timeframe, state }));
  }
  return total;
}

async function bringInSeries(
  deps: Deps,
  input: BringInInput,
  timeframe: FetchedTimeframe,
): Promise<SeriesState> {
  const { ticker, now } = input;
  const { graceMs } = deps.settings;
  const reachFrom = now - deps.market.reachDays[timeframe] * DAY;
  const covered = await readCoverage(deps, { ticker, timeframe, reachFrom, now });
  const isShort = input.depth === 'history' && beginsLate(covered, { timeframe, reachFrom });
  const again = input.refetchFrom ?? (isShort ? reachFrom : null);
  const from = again ?? firstUncovered(covered, { timeframe, reachFrom, now, graceMs });
  if (from === null) return { stored: NOTHING, coverage: covered, refetchedFrom: null };

  const { fetched, split } = await fetchSeries(deps, input, { timeframe, from, reachFrom });
  await deps.stores.symbols.resolve(ticker, { exchange: fetched.exchange });
  await markActions(deps, { ticker, fetched, now });
  const present = presentOf(deps, input, fetched);
  const { candles, rejected } = checkCandles(fetched.rows, { timeframe, now: present, graceMs });
  const question = { timeframe, from: fetched.reachedFrom, now: present, graceMs, covered };
  const coverage = provenCoverage(candles, question);
  const source = deps.market.name;
  const counts = await deps.stores.candles.store({ ticker, timeframe, source, candles, coverage });
  if (Object.keys(rejected).length > 0) deps.log.info({ ticker, timeframe, rejected }, 'candles rejected');
  return {
    stored: { ...counts, rejected },
    coverage: joinCoverage(covered, coverage),
    refetchedFrom: split || again !== null ? fetched.reachedFrom : null,
  };
}

/**
 * Ours, or the source's where our clock is ahead of it: by a wrong clock a running candle looks closed, and
 * what is still to come looks as if it had not traded.
 */
function presentOf(
  { log, settings }: Pick<Deps, 'log' | 'settings'>,
  { ticker, now }: Pick<BringInInput, 'ticker' | 'now'>,
  { asOf }: FetchedSeries,
): number {
  const present = Math.min(now, (asOf ?? now) + settings.graceMs);
  if (present < now) log.warn({ ticker, aheadMs: now - (asOf ?? now) }, 'the clock is ahead of the source');
  return present;
}

/** Builds what the smaller series now allows, and builds again what was fetched again. */
async function build(
  deps: Deps,
  { ticker, now }: BringInInput,
  {
    base,
    timeframe,
    state,
  }: { readonly base: FetchedTimeframe; readonly timeframe: Timeframe; readonly state: SeriesState },
): Promise<BroughtIn> {
  const reachFrom = now - deps.market.reachDays[base] * DAY;
  const built = await readCoverage(deps, { ticker, timeframe, reachFrom, now });
  const unbuilt = firstUnbuilt(state.coverage, built, timeframe);
  const starts = [unbuilt, state.refetchedFrom].filter((start) => start !== null);
  if (starts.length === 0) return NOTHING;
  const changedFrom = Math.min(...starts);
  const counts = await buildSeries(deps, { ticker, timeframe, from: base, changedFrom, to: now });
  return { ...counts, rejected: {} };
}

function readCoverage(
  { stores }: Deps,
  series: {
    readonly ticker: string;
    readonly timeframe: Timeframe;
    readonly reachFrom: number;
    readonly now: number;
  },
): Promise<SessionCoverage[]> {
  return stores.candles.coverage(series, newYorkDate(series.reachFrom), newYorkDate(series.now));
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
  { ticker, now, signal }: BringInInput,
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

function add(total: BroughtIn, more: BroughtIn): BroughtIn {
  const rejected: RejectCounts = { ...total.rejected };
  for (const [reason, count] of Object.entries(more.rejected) as [keyof RejectCounts, number][]) {
    rejected[reason] = (rejected[reason] ?? 0) + count;
  }
  return { inserted: total.inserted + more.inserted, changed: total.changed + more.changed, rejected };
}

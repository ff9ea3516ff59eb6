import { newYorkDate } from '../../domain/calendar.ts';
import type { RejectCounts } from '../../domain/candle.ts';
import { type FetchPlan, planFetches } from '../../domain/fetch-plan.ts';
import type { FetchedTimeframe, Timeframe } from '../../domain/timeframe.ts';
import { inParallel } from '../in-parallel.ts';
import type { SeriesSessions, SessionCoverage, StoreCounts } from '../ports.ts';
import type { Services } from '../services.ts';
import { buildBatches } from './build-series.ts';
import { firstUnbuilt, joinCoverage } from './coverage.ts';
import {
  type Coverage,
  type CoverageMemory,
  createCoverageMemory,
  type SeriesGroup,
} from './coverage-memory.ts';
import { type FetchedBatch, type FetchInput, fetchMissing } from './fetch-series.ts';
import { inShares } from './in-shares.ts';
import { type Storing, storeTogether } from './store-together.ts';

const DAY = 86_400_000;
/** Tickers that are asked for at the same time. */
const PARALLEL = 8;
/** An answer with more candles is history: it is stored at once, not kept until the others have come. */
const FEW_CANDLES = 400;
/** Days of coverage that are held at once: tickers whose series are not known to be whole have years of it. */
const MOST_DAYS = 50_000;
/** What is built again from longer ago is built ticker by ticker. */
const RECENT_MS = 7 * DAY;

export interface BringInInput extends FetchInput {
  /** Timeframes that are scanned or drawn. */
  readonly timeframes: readonly Timeframe[];
  /** Timeframes that features need beside them. */
  readonly context?: readonly Timeframe[];
}

export interface BroughtIn {
  readonly inserted: number;
  readonly changed: number;
  readonly rejected: RejectCounts;
}

/** How the turn of one ticker went. */
export interface BringInOutcome {
  readonly input: BringInInput;
  /** What was stored, also where something failed. */
  readonly brought: BroughtIn;
  /** What failed, in its order. */
  readonly errors: readonly unknown[];
}

export interface BringInOptions {
  /** Kept by a scanner between its rounds. */
  readonly memory?: CoverageMemory;
  /** Aborted, no further ticker is asked for. */
  readonly stopping?: AbortSignal | undefined;
}

type Deps = Pick<Services, 'stores' | 'market' | 'log' | 'settings'>;

/**
 * Brings every series of one ticker up to `now`: asks the source only for what is not covered,
 * checks each row, stores it, and builds the larger timeframes as far as the smaller ones reach.
 *
 * @throws OraError `not_found`, `unavailable` or `bad_input` as the source says.
 */
export async function bringInCandles(deps: Deps, input: BringInInput): Promise<BroughtIn> {
  const [outcome] = await bringInAll(deps, [input]);
  if (outcome === undefined || outcome.errors.length > 0) throw outcome?.errors[0];
  return outcome.brought;
}

/**
 * The same for many tickers: their coverage is read at once, and what they bring is stored and built
 * together, in shares where that is much. A ticker that fails stops only itself. Outcomes come in the order
 * of the tickers, without those that were not begun when it was stopped.
 */
export async function bringInAll(
  deps: Deps,
  inputs: readonly BringInInput[],
  { memory = createCoverageMemory(), stopping }: BringInOptions = {},
): Promise<BringInOutcome[]> {
  const plans = inputs.map((input) => planTurn(deps, input, memory));
  const outcomes: BringInOutcome[] = [];
  for (const share of inShares(plans, MOST_DAYS, ({ sessions }) => daysOf(sessions))) {
    if (stopping?.aborted) break;
    outcomes.push(...(await bringInShare(deps, share, { memory, stopping })));
  }
  return outcomes;
}

async function bringInShare(
  deps: Deps,
  plans: readonly TurnPlan[],
  { memory, stopping }: BringInOptions & { readonly memory: CoverageMemory },
): Promise<BringInOutcome[]> {
  const turns = await openTurns(deps, plans);
  const few: Storing[] = [];
  await inParallel(turns, PARALLEL, (turn) => attempt(turn, () => fetchTurn(deps, turn, few)), stopping);
  await storeTogether(deps, few);
  await buildTurns(deps, turns);
  for (const turn of turns) remember(memory, turn);
  return turns.map(({ input, brought, errors }) => ({ input, brought, errors })); // their coverage is let go
}

/** What one ticker needs, and what decides it. */
interface TurnPlan {
  readonly input: BringInInput;
  readonly plan: FetchPlan;
  /** Coverage that need not be read. */
  readonly known: Coverage;
  /** Of which sessions it must be read. */
  readonly sessions: readonly SeriesSessions[];
}

/** One ticker on its way. */
interface Turn extends BringInOutcome, TurnPlan {
  /** What is covered, kept up with what is stored. */
  readonly covered: Map<Timeframe, readonly SessionCoverage[]>;
  /** By timeframe, from where covered candles were stored again. */
  readonly refetchedFrom: Map<Timeframe, number>;
  brought: BroughtIn;
  readonly errors: unknown[];
}

function planTurn({ market }: Deps, input: BringInInput, memory: CoverageMemory): TurnPlan {
  const { ticker, now, depth } = input;
  const plan = planFetches(input.timeframes, input.context ?? []);
  const today = newYorkDate(now);
  const recalled = depth === 'history' ? createCoverageMemory() : memory;
  const known = new Map<Timeframe, readonly SessionCoverage[]>();
  const sessions: SeriesSessions[] = [];
  for (const group of groupsOf({ input, plan })) {
    const coverage = recalled.recall(group, today);
    for (const [timeframe, covered] of coverage ?? []) known.set(timeframe, covered);
    if (coverage !== null) continue;
    const fromDate = recalled.wholeThrough(group) ?? newYorkDate(now - market.reachDays[group.base] * DAY);
    for (const timeframe of group.timeframes) sessions.push({ ticker, timeframe, fromDate, toDate: today });
  }
  return { input, plan, known, sessions };
}

function groupsOf({ input, plan: { fetch, build } }: Pick<TurnPlan, 'input' | 'plan'>): SeriesGroup[] {
  return fetch.map((base) => ({
    ticker: input.ticker,
    base,
    timeframes: [base, ...build.filter(({ from }) => from === base).map(({ timeframe }) => timeframe)],
  }));
}

function daysOf(sessions: readonly SeriesSessions[]): number {
  return sessions.reduce(
    (days, { fromDate, toDate }) => days + 1 + (Date.parse(toDate) - Date.parse(fromDate)) / DAY,
    0,
  );
}

async function openTurns(deps: Deps, plans: readonly TurnPlan[]): Promise<Turn[]> {
  const turns = plans.map(
    (plan): Turn => ({
      ...plan,
      covered: new Map(plan.known),
      refetchedFrom: new Map(),
      brought: { inserted: 0, changed: 0, rejected: {} },
      errors: [],
    }),
  );
  const wanted = turns.flatMap((turn) => turn.sessions.map((series) => ({ turn, series })));
  const coverage = await deps.stores.candles.coverageOf(wanted.map(({ series }) => series));
  for (const [index, { turn, series }] of wanted.entries())
    turn.covered.set(series.timeframe, coverage[index] ?? []);
  return turns;
}

function remember(memory: CoverageMemory, turn: Turn): void {
  for (const group of groupsOf(turn)) {
    if (turn.errors.length > 0) memory.forget(group);
    else memory.keep(group, newYorkDate(turn.input.now), turn.covered);
  }
}

async function attempt(turn: Turn, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    turn.errors.push(error);
  }
}

/** Fetches all that a ticker lacks. Few candles wait in `few` until they are stored together with those of others. */
async function fetchTurn(deps: Deps, turn: Turn, few: Storing[]): Promise<void> {
  for (const timeframe of turn.plan.fetch) {
    const covered = turn.covered.get(timeframe) ?? [];
    const fetched = await fetchMissing(deps, turn.input, { timeframe, covered });
    if (fetched === null) continue;
    const storing = storingOf(turn, fetched);
    if (fetched.batch.candles.length > FEW_CANDLES) await storeTogether(deps, [storing]);
    else few.push(storing);
  }
}

function storingOf(turn: Turn, { batch, rejected, refetchedFrom }: FetchedBatch): Storing {
  const { timeframe, coverage } = batch;
  return {
    batch,
    stored: (counts) => {
      turn.brought = add(turn.brought, { ...counts, rejected });
      turn.covered.set(timeframe, joinCoverage(turn.covered.get(timeframe) ?? [], coverage));
      if (refetchedFrom !== null) turn.refetchedFrom.set(timeframe, refetchedFrom);
    },
    failed: (error) => void turn.errors.push(error),
  };
}

/** A larger timeframe that can be built further, or must be built again. */
interface Build {
  readonly turn: Turn;
  readonly timeframe: Timeframe;
  readonly from: FetchedTimeframe;
  readonly changedFrom: number;
}

/** Builds what the smaller series now allow, and builds again what was fetched again. */
async function buildTurns(deps: Deps, turns: readonly Turn[]): Promise<void> {
  const builds = turns.flatMap(buildsOf);
  const { recent = [], old = [] } = Object.groupBy(builds, ({ turn, changedFrom }) =>
    turn.input.now - changedFrom <= RECENT_MS ? 'recent' : 'old',
  );
  await inParallel([recent, ...old.map((build) => [build])], PARALLEL, (each) => buildTogether(deps, each));
}

function buildsOf(turn: Turn): Build[] {
  return turn.plan.build.flatMap(({ timeframe, from }) => {
    const covered = turn.covered.get(from) ?? [];
    const unbuilt = firstUnbuilt(covered, turn.covered.get(timeframe) ?? [], timeframe);
    const starts = [unbuilt, turn.refetchedFrom.get(from)].filter((start) => start != null);
    return starts.length === 0 ? [] : [{ turn, timeframe, from, changedFrom: Math.min(...starts) }];
  });
}

/** Where many cannot be read at once, each is built by itself. */
async function buildTogether(deps: Deps, builds: readonly Build[]): Promise<void> {
  try {
    const wanted = builds.map(({ turn, ...build }) => ({ ...turn.input, ...build, to: turn.input.now }));
    const batches = await buildBatches(deps, wanted);
    const storings = batches.flatMap((batch, index) => {
      const turn = builds[index]?.turn;
      return turn === undefined || batch === null
        ? []
        : [storingOf(turn, { batch, rejected: {}, refetchedFrom: null })];
    });
    await storeTogether(deps, storings);
  } catch (error) {
    const [only, ...others] = builds;
    if (others.length === 0) return void only?.turn.errors.push(error);
    await inParallel(builds, PARALLEL, (build) => buildTogether(deps, [build]));
  }
}

function add(total: BroughtIn, more: StoreCounts & Pick<BroughtIn, 'rejected'>): BroughtIn {
  const rejected: RejectCounts = { ...total.rejected };
  for (const [reason, count] of Object.entries(more.rejected) as [keyof RejectCounts, number][]) {
    rejected[reason] = (rejected[reason] ?? 0) + count;
  }
  return { inserted: total.inserted + more.inserted, changed: total.changed + more.changed, rejected };
}

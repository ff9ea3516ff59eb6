import { planChunks } from '../../domain/backfill-plan.ts';
import { type Session, sessionsBetween } from '../../domain/calendar.ts';
import { fetchedTimeframeFor } from '../../domain/fetch-plan.ts';
import type { GapReason } from '../../domain/gaps.ts';
import type { SeriesKey } from '../../domain/series-key.ts';
import type { LedgerGap } from '../ports.ts';
import { count, underRun } from '../run.ts';
import type { Services } from '../services.ts';
import { buildSeries } from './build-series.ts';
import { checkGaps, checkSpan, type GapCheck } from './check-gaps.ts';
import { fetchChunk } from './fetch-chunk.ts';
import { refetchBeforeSplits } from './refetch-before-splits.ts';

const DAY = 86_400_000;
/** A gap that stays after so many nights is not asked for again by itself. */
const NIGHTS = 5;
/** A candle inside coverage is asked for once more while it is so young: sources fill in late. */
const YOUNG_MS = 5 * DAY;

export interface RefetchInput {
  readonly now: number;
  readonly ticker?: string;
  readonly timeframe?: string;
  /** `nightly` asks for each gap a few times and no more; `all` for whatever is within the source's reach. */
  readonly which: 'nightly' | 'all';
}

export interface Refetched extends GapCheck {
  /** Gaps that were asked for. */
  readonly asked: number;
  /** Candles from before a split that were still in old prices. */
  readonly rewritten: number;
  /** Gaps that the source does not reach any more: only an import brings them. */
  readonly beyondReach: number;
  /** Series that could not be asked for, each with the reason, in a sentence. */
  readonly failures: readonly string[];
}

type Deps = Pick<Services, 'stores' | 'market' | 'log' | 'settings'>;

/**
 * Brings the ledger up to date, asks once more for what is absent, and writes down what became of it. A gap may
 * have held a split: what lies before one is asked for again too.
 */
export function refetchGaps(deps: Deps, input: RefetchInput): Promise<Refetched> {
  return underRun(deps, { kind: 'gaps', startedAt: input.now }, async (_runId, tally) => {
    const checked = await checkGaps(deps, input);
    const lasting = (await deps.stores.gaps.open(input)).filter((gap) => isWanted(gap, input));
    const within = lasting.filter((gap) => gap.from > reachOf(deps, gap, input.now));
    let resolved = checked.resolved;
    for (const gaps of Map.groupBy(within, ({ ticker, timeframe }) => `${ticker} ${timeframe}`).values()) {
      const [gap] = gaps;
      if (gap === undefined) continue;
      const { ticker, timeframe } = gap;
      try {
        resolved += await refetchSeries(deps, { ticker, timeframe }, gaps, input.now);
      } catch (error) {
        tally.errors.push(
          `${ticker} ${timeframe}: ${error instanceof Error ? error.message : String(error)}`,
        );
        deps.log.warn({ ticker, timeframe, error }, 'gaps not fetched');
      }
    }
    const { rewritten, failures } = await refetchBeforeSplits(deps, input);
    tally.errors.push(...failures);
    const beyondReach = lasting.length - within.length;
    const done = { ...checked, resolved, asked: within.length, beyondReach, rewritten };
    for (const name of ['asked', 'resolved', 'rewritten'] as const) count(tally, name, done[name]);
    deps.log.info(done, 'gaps checked');
    return { ...done, failures: tally.errors };
  });
}

const LACKING: readonly GapReason[] = ['missing', 'provider_late'];

function isWanted({ reason, from, attempts }: LedgerGap, { which, now }: RefetchInput): boolean {
  if (which === 'all') return true;
  return LACKING.includes(reason) ? attempts < NIGHTS : attempts === 0 && from > now - YOUNG_MS;
}

/** The session in which a source's reach begins is never whole, so a day is taken off. */
function reachOf({ market }: Deps, { timeframe }: SeriesKey, now: number): number {
  return now - (market.historyDays[fetchedTimeframeFor(timeframe)] - 1) * DAY;
}

/** @returns how many gaps are no more. */
async function refetchSeries(
  deps: Deps,
  series: SeriesKey,
  gaps: readonly LedgerGap[],
  now: number,
): Promise<number> {
  const { ticker, timeframe } = series;
  const base = fetchedTimeframeFor(timeframe);
  const sessions = new Map<string, Session>();
  for (const { from, to } of gaps)
    for (const session of sessionsBetween(from, to, timeframe)) sessions.set(session.date, session);
  const whole = [...sessions.values()].map((session) => ({
    ...session,
    close: Math.min(session.close, now),
  }));
  let resolved = 0;
  for (const chunk of planChunks(whole, [], deps.market.requestDays[base])) {
    await fetchChunk(deps, { ticker, timeframe: base, chunk, covered: [], now });
    if (timeframe !== base)
      await buildSeries(deps, { ticker, timeframe, from: base, changedFrom: chunk.from, to: chunk.to });
    await deps.stores.gaps.countAttempt(series, chunk);
    resolved += (await checkSpan(deps, series, chunk, now)).resolved;
  }
  return resolved;
}

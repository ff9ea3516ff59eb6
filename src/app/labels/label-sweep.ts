import { type Session, sessionsBetween } from '../../domain/calendar.ts';
import { fetchedTimeframeFor } from '../../domain/fetch-plan.ts';
import { firstClosingAfter, isLostAfter, knownThrough } from '../../domain/labels/completeness.ts';
import { horizonsOf } from '../../domain/labels/horizons.ts';
import { toLabelCandles } from '../../domain/labels/label-candles.ts';
import { type DueTarget, startLabelSweep } from '../../domain/labels/label-series.ts';
import { type Outcome, TO_SESSION_CLOSE } from '../../domain/labels/outcome.ts';
import { TIMEFRAME_MINUTES, TIMEFRAMES } from '../../domain/timeframe.ts';
import type { LabelScope, LabelSeries, MarketSource, UnlabelledTarget } from '../ports.ts';
import type { Services } from '../services.ts';
import { settleTies } from './label-ties.ts';

/** Candles read at once: a few times the longest horizon, so that little is walked twice. */
const CANDLES_PER_READ = 4_096;
const SESSION_MINUTES = TIMEFRAME_MINUTES['1d'];
const DAY = 86_400_000;

export type LabelDeps = Pick<Services, 'stores' | 'log' | 'settings'> & {
  readonly market: Pick<MarketSource, 'reachDays'>;
};

export interface SweepInput {
  readonly series: LabelSeries;
  readonly scope: LabelScope;
  readonly now: number;
  /** Takes what has become complete. @returns how many rows were new. */
  readonly write: (outcomes: readonly Outcome[]) => Promise<number>;
}

export interface SweepResult {
  /** Outcomes that were lacking. */
  readonly missing: number;
  readonly inserted: number;
  readonly resolved: number;
  readonly invalidEntry: number;
  readonly dataMissing: number;
}

/**
 * Labels all targets of a series in one pass over its candles: signals and baselines, all horizons and
 * versions. Targets and candles are read window by window, so memory does not grow with history.
 */
export async function sweepSeries(deps: LabelDeps, input: SweepInput): Promise<SweepResult> {
  const { stores, settings, market } = deps;
  const { series, scope, now } = input;
  const sessions = sessionsBetween(series.from, now, series.timeframe);
  const toDue = await createDueReader(deps, sessions, {
    series,
    closedBy: now - settings.graceMs,
    reachFrom: now - market.reachDays[fetchedTimeframeFor(series.timeframe)] * DAY,
  });
  const perSession = Math.ceil(SESSION_MINUTES / TIMEFRAME_MINUTES[series.timeframe]);
  const sweep = startLabelSweep(longestHorizon(scope, series, perSession));
  const tally = { missing: 0, inserted: 0, resolved: 0, invalidEntry: 0, dataMissing: 0 };
  // What one window made complete is written while the next is read and labelled.
  const writer = createWriter(async (outcomes) => {
    tally.inserted += await input.write(outcomes);
    for (const { state } of outcomes) tally[COUNTED[state]] += 1;
  });

  try {
    let idleUntil = series.from;
    for (const { window, fired } of windowsOf(series, sessions, Math.ceil(CANDLES_PER_READ / perSession))) {
      if (fired.to !== null && fired.to <= idleUntil) continue;
      const found = await stores.outcomes.targets(series, scope, fired);
      tally.missing += countMissing(found);
      sweep.add(toDue(found));
      const readFrom = sweep.readFrom();
      const last = window.at(-1);
      if (readFrom === null && fired.to !== null) {
        // Nobody waits: the time up to the next target is not even looked at.
        idleUntil = (await stores.outcomes.nextTarget(series, scope, fired.to)) ?? Number.POSITIVE_INFINITY;
      }
      if (last === undefined || readFrom === null || readFrom >= last.close) continue;
      const candles = await stores.candles.readPrices(series, { from: readFrom, to: last.close - 1 });
      const labels = sweep.feed(toLabelCandles(candles, series.timeframe, window), last.close);
      await writer.take(labels.outcomes.concat(await settleTies(stores.candles, series, labels.ties)));
    }
  } finally {
    await writer.done();
  }
  return tally;
}

/** Writes behind its caller's back, one batch at a time: taking one waits for the batch before. */
function createWriter(write: (outcomes: readonly Outcome[]) => Promise<void>) {
  let underWay = Promise.resolve();
  return {
    async take(outcomes: readonly Outcome[]): Promise<void> {
      await underWay;
      underWay = write(outcomes);
      underWay.catch(() => undefined); // whoever waits for it next is told
    },
    done: () => underWay,
  };
}

const COUNTED = {
  resolved: 'resolved',
  invalid_entry: 'invalidEntry',
  data_missing: 'dataMissing',
} as const satisfies Record<Outcome['state'], string>;

interface LabelWindow {
  readonly window: readonly Session[];
  /** When the targets fired whose windows begin in it: `from` inclusive, `to` exclusive. */
  readonly fired: { readonly from: number; readonly to: number | null };
}

/** Runs of sessions that take up all targets; at least one, also where no session has opened yet. */
function windowsOf(series: LabelSeries, sessions: readonly Session[], size: number): LabelWindow[] {
  const windows: LabelWindow[] = [];
  let from = series.from;
  for (let start = 0; start < Math.max(1, sessions.length); start += size) {
    const window = sessions.slice(start, start + size);
    const to = start + size < sessions.length ? (window.at(-1)?.close ?? null) : null;
    windows.push({ window, fired: { from, to } });
    from = to ?? from;
  }
  return windows;
}

interface Knowledge {
  readonly series: LabelSeries;
  readonly closedBy: number;
  /** The source gives nothing that closed before. */
  readonly reachFrom: number;
}

/** Finds for each target how much of its window is known; those of which nothing is known yet are left out. */
async function createDueReader(
  { stores }: LabelDeps,
  sessions: readonly Session[],
  { series, closedBy, reachFrom }: Knowledge,
): Promise<(found: readonly UnlabelledTarget[]) => DueTarget[]> {
  const [first, last] = [sessions[0], sessions.at(-1)];
  if (first === undefined || last === undefined) return () => [];
  const coverage = await stores.candles.coverage(series, first.date, last.date);
  const known = knownThrough(sessions, coverage, closedBy);
  return (found) =>
    found
      .map(({ target, missing }) => {
        const through = known(target.firedAt);
        return {
          target,
          missing,
          knownThrough: through,
          isLost: isLostAfter(sessions, through, reachFrom),
          sessionClose:
            sessions[firstClosingAfter(sessions, target.firedAt)]?.close ?? Number.POSITIVE_INFINITY,
        };
      })
      .filter((due) => due.isLost || due.knownThrough > due.target.firedAt);
}

function longestHorizon(scope: LabelScope, series: LabelSeries, perSession: number): number {
  const asked = TIMEFRAMES.flatMap((each) => scope.versions.flatMap((version) => horizonsOf(version, each)));
  return asked
    .filter(({ timeframe }) => timeframe === series.timeframe)
    .reduce((most, { bars }) => Math.max(most, bars === TO_SESSION_CLOSE ? perSession : bars), 0);
}

function countMissing(found: readonly UnlabelledTarget[]): number {
  return found.reduce(
    (sum, { missing }) => sum + missing.reduce((all, { horizons }) => all + horizons.length, 0),
    0,
  );
}

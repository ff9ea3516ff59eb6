import { lastClosedSpan } from '../../domain/calendar.ts';
import { SIGNAL_TIMEFRAMES, type SignalTimeframe } from '../../domain/timeframe.ts';
import { createCoverageMemory } from '../candles/coverage-memory.ts';
import type { Watch, WatchShare } from '../ports.ts';
import { count, type RunTally, underRun } from '../run.ts';
import type { Settings } from '../services.ts';
import { bringInDue } from './bring-in-due.ts';
import { type DueWatch, findScannable, type ReadyWatch } from './find-scannable.ts';
import { createMlScanner } from './ml-scanner.ts';
import { eachIsolated, type Round, type ScanDeps, type UnknownTickers } from './scan-round.ts';
import { scanWatch } from './scan-watch.ts';
import { createWarmSeries } from './warm-series.ts';
import { countWritten, type Kept, type SeenWatch, writeSeen } from './write-seen.ts';

/** Another scanner takes up what one has claimed for so long: it died, for a scan takes less. */
export const SCAN_LEASE_MS = 60_000;

export interface ScanSummary {
  readonly watches: number;
  readonly signals: number;
  readonly cards: number;
  readonly errors: readonly string[];
  /** Whether other processes are still scanning something of this moment. */
  readonly othersScan: boolean;
}

/** Scans what is due; keeps indicators warm between scans. */
export interface Scanner {
  /**
   * Scans every watch with a candle that closed since its cursor, as far as no other process does. One bad
   * ticker stops only itself. Asked to stop, it finishes the watches it has begun and gives back the others.
   */
  scanDue(now: number, stopping?: AbortSignal): Promise<ScanSummary>;
}

/** One scanner for each process; `workerId` names it in claims. */
export function createScanner(deps: ScanDeps, workerId: string): Scanner {
  const warm = createWarmSeries(deps.stores.candles);
  const ml = createMlScanner(deps);
  const unknown: UnknownTickers = new Map();
  const coverage = createCoverageMemory();
  const { watches } = deps.stores;

  /** All of it together, for many watches share a series. */
  async function scanClaimed(
    due: readonly DueWatch[],
    active: readonly number[],
    round: Round,
  ): Promise<void> {
    await bringInDue(
      deps,
      due.map(({ watch }) => watch),
      round,
    );
    const ready = await findScannable(deps, due, round);
    await ml.refresh(round.now);
    await warm.refresh({ active, due, now: round.now });
    const seen: SeenWatch[] = [];
    await eachIsolated(deps, ready, round, async (each) => {
      const scanned = await scanOne(deps, each, round, { warm, ml });
      if (scanned !== null) seen.push(scanned);
    });
    await writeSeen(deps, seen, round, { warm, ml });
  }

  /** Ours of what is due, without what this scan has been through: some of that still waits for its candle. */
  async function claim(now: number, except: ReadonlySet<number>): Promise<Share> {
    const newest = newestClosed(now, deps.settings.graceMs);
    const share = await watches.claimDue(newest, { by: workerId, now, leaseMs: SCAN_LEASE_MS, except });
    return { ...share, mine: share.watches.flatMap((watch) => asDue(watch, newest, deps.settings)) };
  }

  /** One share after the other, until nothing is left that no other process scans. */
  async function scanShares(first: Share, round: Omit<Round, 'signal'>): Promise<ScanSummary> {
    const done = new Set<number>();
    let share = first;
    while (share.mine.length > 0) {
      for (const { watch } of share.mine) done.add(watch.id);
      const signal = AbortSignal.timeout(deps.settings.fetchDeadlineMs);
      await scanClaimed(share.mine, share.active, { ...round, signal });
      if (share.due === share.mine.length || round.stopping?.aborted)
        return summarise(deps, { watches: done.size, othersScan: false }, round.tally);
      share = await claim(round.now, done);
    }
    return summarise(deps, { watches: done.size, othersScan: share.othersScan }, round.tally);
  }

  return {
    scanDue: async (now, stopping) => {
      const share = await claim(now, new Set());
      if (share.mine.length === 0) {
        deps.log.debug({ now, due: share.due }, 'nothing to scan');
        return { watches: 0, signals: 0, cards: 0, errors: [], othersScan: share.due > 0 };
      }
      try {
        return await underRun(deps, { kind: 'scan', startedAt: now }, (runId, tally) =>
          scanShares(share, { runId, tally, now, stopping, unknown, coverage }),
        );
      } finally {
        await watches.giveBack(workerId);
      }
    },
  };
}

/** What was claimed, and what of it is still due: another may have scanned one meanwhile. */
interface Share extends WatchShare {
  readonly mine: readonly DueWatch[];
}

/** `ts` (epoch ms) of each timeframe's newest closed candle. */
function newestClosed(now: number, graceMs: number): ReadonlyMap<SignalTimeframe, number> {
  return new Map(
    SIGNAL_TIMEFRAMES.map((timeframe) => [timeframe, lastClosedSpan(timeframe, now, graceMs).ts]),
  );
}

/** A watch without a cursor starts at the newest closed candle: history is the work of a replay. */
function asDue(
  watch: Watch,
  newestClosed: ReadonlyMap<SignalTimeframe, number>,
  { alertChannelId }: Settings,
): DueWatch[] {
  const newest = newestClosed.get(watch.timeframe);
  const cursor = watch.lastScannedTs ?? (newest ?? 0) - 1;
  if (newest === undefined || newest <= cursor) return [];
  return [{ watch: { ...watch, channelId: watch.channelId || alertChannelId }, cursor }];
}

/** @returns what is left to write; null when another process has scanned the watch. */
async function scanOne(
  deps: ScanDeps,
  ready: ReadyWatch,
  round: Round,
  { warm, ml }: Kept,
): Promise<SeenWatch | null> {
  const memory = await warm.take(ready);
  const { now, runId } = round;
  const { candles, last, ...written } = await scanWatch(deps, { ...ready, memory, ml, now, runId });
  count(round.tally, 'candles', candles);
  countWritten(round, last === null ? 'lost' : written);
  return last === null ? null : { ...ready, memory, last };
}

function summarise(
  deps: ScanDeps,
  scan: Pick<ScanSummary, 'watches' | 'othersScan'>,
  { counts, errors }: RunTally,
): ScanSummary {
  deps.log.info({ ...scan, ...counts, errors: errors.length }, 'scanned');
  return { ...scan, signals: counts.signals ?? 0, cards: counts.cards ?? 0, errors };
}

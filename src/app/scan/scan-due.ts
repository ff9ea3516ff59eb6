import { lastClosedSpan } from '../../domain/calendar.ts';
import { createWholeSessions } from '../candles/whole-sessions.ts';
import type { Watch } from '../ports.ts';
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
  const whole = createWholeSessions();
  const { watches } = deps.stores;

  /** All of it together, for many watches share a series. */
  async function scanClaimed(
    due: readonly DueWatch[],
    active: readonly Watch[],
    round: Round,
  ): Promise<void> {
    await bringInDue(
      deps,
      due.map(({ watch }) => watch),
      round,
    );
    const ready = await findScannable(deps, due, round);
    await ml.refresh(round.now);
    await warm.refresh(active, due);
    const seen: SeenWatch[] = [];
    await eachIsolated(deps, ready, round, async (each) => {
      const scanned = await scanOne(deps, each, round, { warm, ml });
      if (scanned !== null) seen.push(scanned);
    });
    await writeSeen(deps, seen, round, { warm, ml });
  }

  /** What is due, without those that this scan has been through: some of them still wait for their candle. */
  async function findDue(now: number, done: ReadonlySet<number>): Promise<DueNow> {
    const active = await watches.active();
    const due = active.filter(({ id }) => !done.has(id)).flatMap((watch) => asDue(watch, now, deps.settings));
    return { active, due: due.map(({ watch }) => watch.id) };
  }

  async function claim(due: readonly number[], now: number): Promise<DueWatch[]> {
    const claimed = await watches.claimShare(due, { by: workerId, now, leaseMs: SCAN_LEASE_MS });
    return claimed.flatMap((watch) => asDue(watch, now, deps.settings));
  }

  /** One share after the other, until nothing is left that no other process scans. */
  async function scanShares(first: DueNow & Claimed, round: Omit<Round, 'signal'>): Promise<ScanSummary> {
    const done = new Set<number>();
    let { active, due, mine } = first;
    while (mine.length > 0) {
      for (const { watch } of mine) done.add(watch.id);
      const signal = AbortSignal.timeout(deps.settings.fetchDeadlineMs);
      await scanClaimed(mine, active, { ...round, signal });
      if (due.length === mine.length || round.stopping?.aborted) {
        due = [];
        break;
      }
      ({ active, due } = await findDue(round.now, done));
      mine = due.length === 0 ? [] : await claim(due, round.now);
    }
    const othersScan = due.length > 0 && (await watches.areClaimed(due, round.now));
    return summarise(deps, { watches: done.size, othersScan }, round.tally);
  }

  return {
    scanDue: async (now, stopping) => {
      const { active, due } = await findDue(now, new Set());
      const mine = due.length === 0 ? [] : await claim(due, now);
      if (mine.length === 0) {
        deps.log.debug({ now, due: due.length }, 'nothing to scan');
        return { watches: 0, signals: 0, cards: 0, errors: [], othersScan: due.length > 0 };
      }
      try {
        return await underRun(deps, { kind: 'scan', startedAt: now }, (runId, tally) =>
          scanShares({ active, due, mine }, { runId, tally, now, stopping, unknown, whole }),
        );
      } finally {
        await watches.giveBack(workerId);
      }
    },
  };
}

/** Ids of the watches that are due, and all that are active. */
interface DueNow {
  readonly active: readonly Watch[];
  readonly due: readonly number[];
}

/** What of it is ours. */
interface Claimed {
  readonly mine: readonly DueWatch[];
}

/** A watch without a cursor starts at the newest closed candle: history is the work of a replay. */
function asDue(watch: Watch, now: number, { graceMs, alertChannelId }: Settings): DueWatch[] {
  const newest = lastClosedSpan(watch.timeframe, now, graceMs).ts;
  const cursor = watch.lastScannedTs ?? newest - 1;
  if (newest <= cursor) return [];
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

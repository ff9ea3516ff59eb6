import { lastClosedSpan } from '../../domain/calendar.ts';
import type { WholeSessions } from '../candles/bring-in-candles.ts';
import type { QuietScan, Watch } from '../ports.ts';
import { count, type RunTally, underRun } from '../run.ts';
import type { Settings } from '../services.ts';
import { bringInDue } from './bring-in-due.ts';
import { type DueWatch, emptySessions, findScannable, type ReadyWatch } from './find-scannable.ts';
import { createMlScanner, type MlScanner } from './ml-scanner.ts';
import { eachIsolated, type Round, type ScanDeps, type UnknownTickers } from './scan-round.ts';
import { scanWatch } from './scan-watch.ts';
import type { SeriesMemory } from './series-memory.ts';
import { createWarmSeries, type WarmSeries } from './warm-series.ts';

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
  const whole: WholeSessions = new Map();
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
    const quiet: ScannedWatch[] = [];
    await eachIsolated(deps, ready, round, async (each) => {
      const scanned = await scanOne(deps, each, round, { warm, ml });
      if (scanned !== null) quiet.push(scanned);
    });
    await moveCursors(deps, quiet, round, warm);
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

/** @returns what is left to do where nothing fired: its cursor is moved with those of others. */
async function scanOne(
  deps: ScanDeps,
  ready: ReadyWatch,
  round: Round,
  { warm, ml }: { readonly warm: WarmSeries; readonly ml: MlScanner },
): Promise<ScannedWatch | null> {
  const memory = await warm.take(ready);
  const scan = await scanWatch(deps, { ...ready, memory, ml, now: round.now, runId: round.runId });
  count(round.tally, 'candles', scan.candles);
  count(round.tally, 'signals', scan.signals);
  count(round.tally, 'cards', scan.cards);
  const done = { ...ready, memory, scannedTo: scan.scannedTo };
  if (scan.quiet !== null) return { ...done, ...scan.quiet };
  if (scan.lost) count(round.tally, 'lost');
  else finish(deps, done, warm);
  return null;
}

/** What is left to do when the cursor has moved. */
function finish(deps: ScanDeps, scanned: ScannedWatch, warm: WarmSeries): void {
  const { ticker, timeframe, id } = scanned.watch;
  for (const date of emptySessions(scanned))
    deps.log.warn({ ticker, timeframe, date }, 'no candle in a whole session: shut, or halted');
  warm.keep(id, scanned.scannedTo, scanned.memory);
}

/** A scanned watch with its indicators, warm to `scannedTo`. */
interface ScannedWatch extends ReadyWatch, QuietScan {
  readonly memory: SeriesMemory;
}

/** Where they cannot be moved at once, each is moved by itself. */
async function moveCursors(
  deps: ScanDeps,
  quiet: readonly ScannedWatch[],
  round: Round,
  warm: WarmSeries,
): Promise<void> {
  const move = async (scans: readonly ScannedWatch[]) => {
    const moved = await deps.stores.signals.recordQuiet(scans);
    for (const scan of scans) {
      if (moved.has(scan.watch.id)) finish(deps, scan, warm);
      else count(round.tally, 'lost');
    }
  };
  if (quiet.length === 0) return;
  try {
    await move(quiet);
  } catch (error) {
    deps.log.warn({ error, watches: quiet.length }, 'cursors are moved one by one');
    await eachIsolated(deps, quiet, round, (each) => move([each]));
  }
}

function summarise(
  deps: ScanDeps,
  scan: Pick<ScanSummary, 'watches' | 'othersScan'>,
  { counts, errors }: RunTally,
): ScanSummary {
  deps.log.info({ ...scan, ...counts, errors: errors.length }, 'scanned');
  return { ...scan, signals: counts.signals ?? 0, cards: counts.cards ?? 0, errors };
}

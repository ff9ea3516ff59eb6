import { inShares } from '../candles/in-shares.ts';
import type { ScanRecord, WrittenScan } from '../ports.ts';
import { count } from '../run.ts';
import { emptySessions, type ReadyWatch } from './find-scannable.ts';
import type { MlScanner } from './ml-scanner.ts';
import { quotesFor, type Sighting, toRecord } from './record-sightings.ts';
import { isolate, nameOf, type Round, type ScanDeps } from './scan-round.ts';
import type { SeriesMemory } from './series-memory.ts';
import type { WarmSeries } from './warm-series.ts';

/** Signals of one transaction, where a watch counts as one. */
const MOST_SIGNALS = 2_000;

/** What a scanner keeps, as its parts use it. */
export interface Kept {
  readonly warm: WarmSeries;
  readonly ml: MlScanner;
}

/** A watch that was looked at, with its indicators warm to `last.scannedTo`. */
export interface SeenWatch extends ReadyWatch {
  readonly memory: SeriesMemory;
  readonly last: Sighting;
}

/** Writes what was seen of all watches together; where that cannot be, of each by itself. */
export async function writeSeen(
  deps: ScanDeps,
  seen: readonly SeenWatch[],
  round: Round,
  { warm, ml }: Kept,
): Promise<void> {
  const quotes = await quotesFor(
    deps,
    seen.map(({ last }) => last),
    round.now,
  );
  const whole: Recorded[] = [];
  for (const each of seen) {
    const quote = quotes.get(each.watch.ticker) ?? null;
    const plan = async () =>
      void whole.push({ ...each, record: toRecord(deps, each.last, { ...round, ml, quote }) });
    await isolate(deps, round.tally, { what: nameOf(each), work: plan });
  }
  for (const share of inShares(whole, MOST_SIGNALS, ({ last }) => 1 + last.signals.length))
    await writeShare(deps, share, round, warm);
}

interface Recorded extends SeenWatch {
  readonly record: ScanRecord;
}

async function writeShare(
  deps: ScanDeps,
  share: readonly Recorded[],
  round: Round,
  warm: WarmSeries,
): Promise<void> {
  const write = async (each: readonly Recorded[]) => {
    const written = await deps.stores.signals.recordScans(each.map(({ record }) => record));
    for (const [index, scan] of each.entries()) {
      const its = written[index] ?? 'lost';
      countWritten(round, its);
      if (its !== 'lost') finish(deps, scan, warm);
    }
  };
  try {
    await write(share);
  } catch (error) {
    deps.log.warn({ error, watches: share.length }, 'watches are written one by one');
    for (const each of share)
      await isolate(deps, round.tally, { what: nameOf(each), work: () => write([each]) });
  }
}

/** Adds what of a watch was new. */
export function countWritten({ tally }: Round, written: WrittenScan | 'lost'): void {
  if (written === 'lost') {
    count(tally, 'lost');
  } else {
    count(tally, 'signals', written.signals);
    count(tally, 'cards', written.cards);
  }
}

/** What is left to do when the cursor has moved. */
function finish(deps: ScanDeps, seen: SeenWatch, warm: WarmSeries): void {
  const { ticker, timeframe } = seen.watch;
  for (const date of emptySessions(seen))
    deps.log.warn({ ticker, timeframe, date }, 'no candle in a whole session: shut, or halted');
  warm.keep({ watch: seen.watch, cursor: seen.last.scannedTo }, seen.memory);
}

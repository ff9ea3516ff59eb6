import type { Detector } from '../../domain/detectors/detector.ts';
import type { KnownDetector } from '../../domain/detectors/known-detector.ts';
import type { NewCard } from '../../domain/plan-cards.ts';
import type { SeriesKey } from '../../domain/series-key.ts';
import type { NewSignal, Origin, Side, Signal } from '../../domain/signal.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';
import type { Watch } from '../watches/watch-ports.ts';
import type { DetectorRefusal, ForeignDetector, GivenRecord } from './ingest-ports.ts';

/* What a scan needs from the database: part of `ports.ts`, and said in the same units. */

/** All that one scan of one watch has to say, written in one transaction. */
export interface ScanRecord {
  readonly watch: Watch;
  /** Advances `last_scanned_ts` from `watch.lastScannedTs` to this. */
  readonly scannedTo: number;
  readonly signals: readonly NewSignal[];
  readonly cards: readonly NewCard[];
  /** Of models on trial: apart, so that nothing of them shows on a card that people see. */
  readonly shadow?: { readonly signals: readonly NewSignal[]; readonly cards: readonly NewCard[] };
  readonly origin: Origin;
  readonly runId: string;
}

/** How much of a scan was new. */
export interface WrittenScan {
  readonly signals: number;
  readonly cards: number;
}

export interface SignalFilter {
  readonly ticker?: string;
  readonly timeframe?: SignalTimeframe;
  readonly side?: Side;
  readonly before?: number;
  readonly limit: number;
}

export interface SignalStore {
  /**
   * Signals, alerts, cards and cursor in one transaction. `lost` when another process had
   * already moved the cursor: then nothing was written.
   */
  recordScan(record: ScanRecord): Promise<WrittenScan | 'lost'>;
  /** The same for many watches, each at most once: all of it is written, but for those that are lost, or nothing. In their order. */
  recordScans(records: readonly ScanRecord[]): Promise<(WrittenScan | 'lost')[]>;
  /** Signals alone, for a replay; a signal that exists is left as it is. @returns how many were new. */
  recordReplay(
    series: SeriesKey,
    signals: readonly NewSignal[],
    run: { readonly runId: string; readonly origin: Origin },
  ): Promise<number>;
  /** Signals of another program, with alerts and cards, in one transaction; one that exists is left as it is. */
  recordGiven(record: GivenRecord): Promise<WrittenScan>;
  /** Newest first. */
  list(filter: SignalFilter): Promise<Signal[]>;
  /** Null when there is none, or it is not whole. */
  find(id: number): Promise<Signal | null>;
}

export interface DetectorStore {
  /** Makes the catalog agree with the code. @throws OraError `conflict` when a version's code hash differs from the stored one. */
  sync(detectors: readonly (Detector & { readonly codeHash: string })[]): Promise<void>;
  /** Adds detectors of other programs, with their versions. @returns why, for those that cannot be, by id. */
  register(detectors: readonly ForeignDetector[]): Promise<ReadonlyMap<string, DetectorRefusal>>;
  /** Every detector of the catalog: rules, then models, then those of other programs, each by id. */
  list(): Promise<KnownDetector[]>;
}

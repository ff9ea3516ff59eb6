import type { SeriesKey } from '../../domain/series-key.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';
import type { WatchParams } from '../../domain/watch.ts';
import type { Claim } from '../ops/ops-ports.ts';

/* What watching needs from the database: part of `ports.ts`, and said in the same units. */

export interface Watch extends SeriesKey {
  readonly id: number;
  readonly symbolId: number;
  readonly timeframe: SignalTimeframe;
  readonly params: WatchParams;
  readonly channelId: string;
  readonly createdBy: string;
  /** `ts` of the last candle scanned; null before the first scan. */
  readonly lastScannedTs: number | null;
}

export interface NewWatch {
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  readonly params: WatchParams;
  readonly channelId: string;
  readonly userId: string;
  /** Cursor of a new or resumed watch: the last closed candle. */
  readonly startAfter: number;
}

/** What one of several scanners has claimed, and what there is beside it. */
export interface WatchShare {
  /** As they stand now, by id: another may have scanned one since it was found due. */
  readonly watches: readonly Watch[];
  /** How many are due, these among them. */
  readonly due: number;
  /** Whether others had claimed some of those. */
  readonly othersScan: boolean;
  /** Ids of all active watches. */
  readonly active: readonly number[];
}

export interface WatchStore {
  /** One active watch per ticker and timeframe; a second person subscribes to it. */
  add(
    watch: NewWatch,
  ): Promise<{ readonly watch: Watch; readonly outcome: 'created' | 'resumed' | 'joined' | 'unchanged' }>;
  /** Unsubscribes a person; the watch stops with its last subscriber. Null when the person had none. */
  remove(request: {
    readonly ticker: string;
    readonly timeframe: SignalTimeframe;
    readonly userId: string;
  }): Promise<'left' | 'stopped' | null>;
  /** Changes what people see of it and where; null leaves the channel. */
  change(
    watchId: number,
    to: { readonly params: WatchParams; readonly channelId: string | null },
  ): Promise<Watch>;
  /** How many people follow it. */
  followers(watchId: number): Promise<number>;
  active(): Promise<Watch[]>;
  /**
   * Claims our share of the watches that are due: all of them where one scanner works, half of them where two do.
   * Not those that others have claimed.
   *
   * @param newest `ts` (epoch ms) of the newest closed candle of each timeframe: due is whose cursor lies before it.
   */
  claimDue(
    newest: ReadonlyMap<SignalTimeframe, number>,
    claim: Claim & { /** Ids of watches that are left out. */ readonly except?: ReadonlySet<number> },
  ): Promise<WatchShare>;
  /** Gives back all that a process has claimed. */
  giveBack(by: string): Promise<void>;
  /** Watches a person subscribes to. */
  of(userId: string): Promise<Watch[]>;
}

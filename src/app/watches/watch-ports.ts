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
   * Claims our share of these watches: all of them where one scanner works, half of them where two do. Not
   * those that others have claimed. What it gives is as it stands now, for another may have scanned it since.
   */
  claimShare(ids: readonly number[], claim: Claim): Promise<Watch[]>;
  /** Gives back all that a process has claimed. */
  giveBack(by: string): Promise<void>;
  /** Whether another process is scanning one of these. */
  areClaimed(ids: readonly number[], now: number): Promise<boolean>;
  /** Watches a person subscribes to. */
  of(userId: string): Promise<Watch[]>;
}

import type { DecidedCards } from '../../domain/decision-stats.ts';
import type { RateCells } from '../../domain/lift.ts';
import type { Origin, Side } from '../../domain/signal.ts';
import type { OutcomeSums } from '../../domain/stats.ts';
import type { Timeframe } from '../../domain/timeframe.ts';

/*
 * Daily roll-ups: what statistics read instead of millions of rows. Days are New York dates.
 */

export interface OutcomeFilter {
  readonly labelVersion: number;
  readonly horizonBars: number;
  readonly origins: readonly Origin[];
  readonly timeframe?: Timeframe;
  readonly detectorId?: string;
}

/** What followed the signals of a detector version, timeframe and side at one horizon in candles of their own. */
export interface DetectorSums extends OutcomeSums {
  readonly detectorId: string;
  readonly detectorVersion: string;
  readonly timeframe: Timeframe;
  readonly side: Side;
  /** Not in `n`: their next open was already beyond the stop or TP1. */
  readonly gappedAway: number;
  readonly cells: RateCells;
}

/** What followed random moments that no signal is near. */
export interface BaselineSums {
  readonly timeframe: Timeframe;
  readonly side: Side;
  readonly cells: RateCells;
}

export interface CardDayFilter {
  readonly labelVersion: number;
  readonly horizonBars: number;
  readonly origins: readonly Origin[];
  /** First New York day; null for all. */
  readonly from: string | null;
}

export interface RollupStore {
  /** Rolls up every day of which something changed; nearly free when nothing did. @returns how many days. */
  refresh(): Promise<number>;
  /** By detector, version, timeframe and side. Call `refresh` before. */
  detectorSums(filter: OutcomeFilter): Promise<DetectorSums[]>;
  /** By timeframe and side. Call `refresh` before. */
  baselineSums(filter: Omit<OutcomeFilter, 'origins' | 'detectorId'>): Promise<BaselineSums[]>;
  /** Summed over the days. Call `refresh` before. */
  cardSums(filter: CardDayFilter): Promise<DecidedCards[]>;
}

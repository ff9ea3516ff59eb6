import type { DecidedCards } from '../domain/decision-stats.ts';
import type { Origin, Side } from '../domain/signal.ts';
import type { Timeframe } from '../domain/timeframe.ts';

/*
 * Daily roll-ups: what statistics read instead of millions of rows. Days are New York dates.
 */

export interface OutcomeDayFilter {
  readonly labelVersion: number;
  readonly horizonBars: number;
  readonly origins: readonly Origin[];
  readonly timeframe?: Timeframe;
  readonly detectorId?: string;
}

/** What followed the signals of one day, of one detector version, timeframe and side, at one horizon. */
export interface OutcomeDay {
  readonly day: string;
  readonly detectorId: string;
  readonly detectorVersion: string;
  readonly timeframe: Timeframe;
  readonly side: Side;
  /** Outcomes that were measured. */
  readonly n: number;
  readonly tp1First: number;
  readonly stopFirst: number;
  readonly ambiguous: number;
  readonly hitTp1: number;
  /** Sums over those that touched TP1, seconds; over all, raw fractions not signed by side. */
  readonly secondsToTp1: number;
  readonly retClose: number;
  readonly maxRunUp: number;
  readonly maxDrawdown: number;
  readonly invalidEntry: number;
  readonly dataMissing: number;
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
  /** By detector, version, timeframe, side and day, oldest first. Call `refresh` before. */
  outcomeDays(filter: OutcomeDayFilter): Promise<OutcomeDay[]>;
  /** Summed over the days. Call `refresh` before. */
  cardSums(filter: CardDayFilter): Promise<DecidedCards[]>;
}

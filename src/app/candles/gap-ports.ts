import type { CorporateAction } from '../../domain/corporate-action.ts';
import type { Gap, GapReason } from '../../domain/gaps.ts';
import type { SeriesKey } from '../../domain/series-key.ts';

/*
 * The ledger of candles that are not there, and of what changed prices without a trade; the conventions of
 * ports.ts hold here too.
 */

/** A gap as the ledger has it. */
export interface LedgerGap extends Gap, SeriesKey {
  readonly firstSeen: number;
  readonly lastChecked: number;
  /** How often it was asked for again. */
  readonly attempts: number;
  /** When it was found filled, or given up with its candles; null while it lasts. */
  readonly resolvedAt: number | null;
}

/** What of a series was held against the calendar. */
export interface CheckedSpan {
  readonly from: number;
  readonly to: number;
}

export interface GapFilter {
  readonly ticker?: string;
  readonly timeframe?: string;
  /** All reasons unless some are named. */
  readonly reasons?: readonly GapReason[];
  readonly limit?: number;
}

/** Gaps that last, by reason. */
export type GapCounts = Readonly<Record<GapReason, { readonly gaps: number; readonly candles: number }>>;

export interface GapStore {
  /** What was checked before; null when nothing was. */
  checked(series: SeriesKey): Promise<CheckedSpan | null>;
  /**
   * Makes the ledger say of a span what was found in it: new gaps are added, known ones confirmed, those that
   * are not there any more are resolved.
   */
  sync(
    series: SeriesKey,
    span: CheckedSpan,
    found: { readonly gaps: readonly Gap[]; readonly now: number },
  ): Promise<{ readonly added: number; readonly resolved: number }>;
  /** Gaps that last, oldest first. */
  open(filter: GapFilter): Promise<LedgerGap[]>;
  counts(filter: GapFilter): Promise<GapCounts>;
  /** Candles that should be there and are not, and since when the oldest of them was seen: cheap enough for every look. */
  lacking(): Promise<{ readonly series: number; readonly candles: number; readonly since: number | null }>;
  /** They were asked for once more. */
  countAttempt(series: SeriesKey, span: CheckedSpan): Promise<void>;
}

export interface CorporateActionStore {
  /** Writes those that are not known yet. @returns them. */
  add(ticker: string, actions: readonly CorporateAction[], source: string): Promise<CorporateAction[]>;
  /** Splits first told of after a moment (epoch ms): of each ticker the newest, by its New York date. */
  splitsSeenAfter(ms: number): Promise<{ readonly ticker: string; readonly exDate: string }[]>;
  /** Of a ticker, oldest first. */
  of(ticker: string): Promise<CorporateAction[]>;
}

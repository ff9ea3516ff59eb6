import type { Decimal } from 'decimal.js';
import type { CardDecision, CardDetails, DecisionAction } from '../../domain/card.ts';
import type { EntryKind, IgnoreReason } from '../../domain/entry.ts';

/* What decisions need from the database: part of `ports.ts`, and said in the same units. */

export interface NewDecision {
  readonly cardId: number;
  readonly action: DecisionAction;
  readonly userId: string;
  readonly interactionId: string;
  readonly decidedAt: number;
  readonly note?: string;
  /** Why it was ignored. Said after the click, it is a row of its own that keeps the click's latency and price. */
  readonly reasons?: readonly IgnoreReason[];
}

export interface NewEntry {
  /** `working`: a limit order without any execution yet, `price` being its limit. */
  readonly kind: EntryKind;
  /** Shares, > 0. */
  readonly qty: Decimal;
  readonly price: Decimal;
  readonly feeUsd: Decimal;
  readonly stopPrice: Decimal | null;
}

export type DecisionResult =
  | { readonly outcome: 'written'; readonly details: CardDetails }
  /** The same person had already decided the same; nothing was written. */
  | { readonly outcome: 'repeated'; readonly first: CardDecision; readonly details: CardDetails };

export interface DecisionStore {
  /** One row per signal of the card; idempotent by `interactionId`. Null when the card does not exist. */
  record(decision: NewDecision): Promise<DecisionResult | null>;
  /**
   * Decision, one order on the headline signal and, where it is filled, its ENTRY execution, together. A
   * person whose orders on the card were all cancelled may enter again.
   */
  enter(
    decision: NewDecision,
    entry: NewEntry,
  ): Promise<(DecisionResult & { readonly orderId: number | null }) | null>;
}

import type { Decimal } from 'decimal.js';
import type { EntryText } from '../../domain/entry.ts';
import type { RiskSettings } from '../../domain/risk.ts';
import type { Side } from '../../domain/signal.ts';
import type { SignalTimeframe } from '../../domain/timeframe.ts';

/* What entering a trade needs from the database: part of `ports.ts`, and said in the same units. */

/** A limit order that waits at the broker: no execution until its trader says it is filled. */
export interface WorkingOrder {
  readonly id: number;
  readonly cardId: number;
  readonly traderId: string;
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  readonly side: Side;
  /** Shares ordered, and of these still waiting. */
  readonly qty: Decimal;
  readonly qtyOpen: Decimal;
  readonly limitPrice: Decimal;
  readonly stopPrice: Decimal | null;
  /** Epoch ms. */
  readonly submittedAt: number;
}

export interface NewOrderFill {
  readonly orderId: number;
  readonly traderId: string;
  readonly interactionId: string;
  readonly qty: Decimal;
  readonly price: Decimal;
  readonly feeUsd: Decimal;
  readonly filledAt: number;
}

export interface WorkingOrderStore {
  /** Of one trader, oldest first. */
  of(traderId: string): Promise<WorkingOrder[]>;
  /** Null when it is filled, cancelled, another trader's, or was never there. */
  find(traderId: string, orderId: number): Promise<WorkingOrder | null>;
  /**
   * Writes the ENTRY execution; with the last share the order is filled. Idempotent by `interactionId`.
   * `gone`: it was no longer working. `too_many`: fewer shares wait. Both write nothing.
   */
  fill(fill: NewOrderFill): Promise<'written' | 'repeated' | 'gone' | 'too_many'>;
  /** Ends what still waits of it, with a line in the audit log. False when it was no longer working. */
  cancel(cancelled: {
    readonly traderId: string;
    readonly orderId: number;
    readonly at: number;
  }): Promise<boolean>;
}

/** What a refused form held. */
export interface EntryDraft {
  readonly id: number;
  readonly userId: string;
  readonly cardId: number;
  /** The working order that was to be filled; null for an entry. */
  readonly orderId: number | null;
  readonly fields: EntryText;
  readonly createdAt: number;
}

export interface EntryDraftStore {
  save(draft: Omit<EntryDraft, 'id'>): Promise<number>;
  /** Null when there is none, or it is another person's. */
  find(userId: string, id: number): Promise<EntryDraft | null>;
}

export interface RiskStore {
  of(userId: string): Promise<RiskSettings | null>;
  set(settings: RiskSettings, at: number): Promise<void>;
  /** False when the person had none. */
  clear(userId: string): Promise<boolean>;
}

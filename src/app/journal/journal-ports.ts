import type { Decimal } from 'decimal.js';
import type { FillTag, LedgerFill } from '../../domain/ledger/fill.ts';
import type { JournalSums } from '../../domain/ledger/journal-stats.ts';
import type { FillPart } from '../../domain/ledger/plan-fill.ts';
import type { Book } from '../../domain/ledger/position.ts';
import type { Side } from '../../domain/signal.ts';

/*
 * What the journal needs from the database. Times are UTC epoch ms, prices and fees USD, all decimals
 * exact. A book is what one trader did in one ticker.
 */

/** An execution as it is kept; one that is voided stays, and counts for nothing. */
export interface StoredFill extends LedgerFill {
  readonly ticker: string;
  readonly symbolId: number;
  readonly traderId: string;
  readonly orderId: number;
  readonly interactionId: string | null;
  readonly replacesId: number | null;
  readonly voidedAt: number | null;
  readonly voidReason: string | null;
  /** Row of an imported file that it comes from: ticker, side, time, quantity and price as text. */
  readonly importKey: string | null;
}

/** A fill to be written, with an order of its own. */
export interface NewFillRow extends FillPart {
  readonly ticker: string;
  readonly at: number;
  readonly signalId: number | null;
  readonly replacesId?: number;
  /** Row of a file that it comes from. */
  readonly importKey?: string | null;
}

/** Fills to add and to void, together or not at all, and what the audit log says about it. */
export interface BookChange {
  readonly add: readonly NewFillRow[];
  readonly voids: readonly { readonly id: number; readonly reason: string }[];
  readonly audit: {
    readonly action: string;
    readonly target: string;
    readonly details: Readonly<Record<string, unknown>>;
  };
}

export interface ChangeRequest {
  readonly traderId: string;
  /** Books that nobody else may change meanwhile. */
  readonly tickers: readonly string[];
  /** The form or command that asks; asked twice, it is done once. */
  readonly interactionId: string;
  readonly now: number;
}

export interface ChangeResult {
  /** `repeated`: this interaction had done it before, and nothing was written. */
  readonly outcome: 'written' | 'repeated';
  /** What it wrote. */
  readonly fills: readonly StoredFill[];
  /** The books as they are now, by ticker. */
  readonly books: ReadonlyMap<string, Book>;
}

export interface FillFilter {
  readonly traderId: string;
  readonly ticker?: string;
  readonly symbolId?: number;
  /** Only what one form, command or import wrote. */
  readonly interactionId?: string;
  /** Only books with an open position. */
  readonly open?: boolean;
}

/** Something a trader was asked about before it is written. */
export interface Draft {
  readonly id: number;
  readonly traderId: string;
  readonly kind: 'fill' | 'import' | 'stop';
  readonly payload: unknown;
  readonly createdAt: number;
}

/** Where a position is to be found. */
export interface PositionRef {
  readonly traderId: string;
  readonly ticker: string;
  readonly positionId: number;
}

/** A position in one line. */
export interface PositionRow extends PositionRef {
  readonly side: Side;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly qtyEntered: Decimal;
  /** FIFO, USD. */
  readonly realised: Decimal;
}

/** A realised exit. */
export interface ExitRow {
  /** New York date. */
  readonly day: string;
  readonly tag: FillTag | null;
  /** FIFO, USD. */
  readonly pnl: Decimal;
}

export interface StatsPeriod {
  readonly traderId: string;
  /** First and last New York day, both inclusive; null is no limit. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface JournalStore {
  /**
   * Changes books as `plan` says, given all their fills, voided ones included, while nobody else can
   * change them; derives their positions anew in the same transaction.
   *
   * @throws whatever `plan` throws; then nothing is written.
   */
  change(
    request: ChangeRequest,
    plan: (fills: ReadonlyMap<string, readonly StoredFill[]>) => BookChange,
  ): Promise<ChangeResult>;
  /** Fills of a trader, voided ones included, oldest first. */
  fills(filter: FillFilter): Promise<StoredFill[]>;
  /** Null when there is none, or it is another trader's. */
  fill(traderId: string, id: number): Promise<StoredFill | null>;
  /** Derives every book whose fills were changed by somebody else. @returns how many. */
  refresh(): Promise<number>;
  /** Null when there is none, or it is another trader's. */
  position(traderId: string, positionId: number): Promise<PositionRef | null>;
  /** The newest positions of a trader, in tickers that begin with the text. Call `refresh` before. */
  recentPositions(traderId: string, prefix: string, limit: number): Promise<PositionRow[]>;
  /** Where the stop of each position stands now, if it was ever moved. */
  movedStops(positionIds: readonly number[]): Promise<ReadonlyMap<number, Decimal>>;
  /** Null when this interaction moved it before. */
  moveStop(
    ref: PositionRef,
    move: { readonly stop: Decimal; readonly interactionId: string; readonly now: number },
  ): Promise<'moved' | 'repeated'>;
  saveDraft(draft: Omit<Draft, 'id'>): Promise<number>;
  /** Null when there is none, it is another trader's, or it was settled. */
  draft(traderId: string, id: number): Promise<Draft | null>;
  /** Changes what an open draft holds. */
  updateDraft(id: number, payload: unknown): Promise<void>;
  /** The draft, which from now on is settled; null when it was before, or is another trader's. */
  settleDraft(traderId: string, id: number, now: number): Promise<Draft | null>;
  /** Oldest first. Call `refresh` before. */
  exits(period: StatsPeriod): Promise<ExitRow[]>;
  /** Of exits, and of trades that closed, within the period. Call `refresh` before. */
  sums(period: StatsPeriod): Promise<JournalSums>;
}

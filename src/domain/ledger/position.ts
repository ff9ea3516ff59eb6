import type { Decimal } from 'decimal.js';
import type { Side } from '../signal.ts';
import type { FillTag, LedgerFill } from './fill.ts';

/** An amount by both methods of matching exits to entries; they agree whenever the position is flat. */
export interface ByMethod {
  /** First in, first out. */
  readonly fifo: Decimal;
  /** Average cost. */
  readonly average: Decimal;
}

/** What an exit realised, USD net of its own fee and of its share of the entries' fees. */
export interface Exit {
  /** Execution that did it. */
  readonly fillId: number;
  readonly at: number;
  /** New York date on which it counts. */
  readonly date: string;
  readonly qty: Decimal;
  readonly price: Decimal;
  readonly feeUsd: Decimal;
  readonly tag: FillTag | null;
  readonly pnl: ByMethod;
  /** What the closed shares risked at entry, USD; null when an entry had no stop. */
  readonly riskUsd: Decimal | null;
  /** FIFO profit in multiples of that risk, six places. */
  readonly r: Decimal | null;
}

/** Shares bought, or sold short, in one fill. */
export interface Entry extends Pick<LedgerFill, 'at' | 'qty' | 'price' | 'feeUsd' | 'signalId'> {
  readonly fillId: number;
  /** The stop R is measured from: its own, else the position's first. Null without one on the losing side. */
  readonly stopPrice: Decimal | null;
}

/** A round trip: from the fill that opened it until nothing is left. */
export interface Position {
  /** `seq` of the fill that opened it: stays when that fill is corrected. */
  readonly id: number;
  readonly side: Side;
  readonly openedAt: number;
  /** Null while shares are left. */
  readonly closedAt: number | null;
  /** Oldest first; never empty. */
  readonly entries: readonly Entry[];
  /** Oldest first. */
  readonly exits: readonly Exit[];
  readonly qtyEntered: Decimal;
  /** Zero when closed. */
  readonly qtyOpen: Decimal;
  /** Of all entries, USD a share without fees, six places. */
  readonly averageEntry: Decimal;
  /**
   * What the open shares cost with their fees, USD: positive for a long; for a short negative, what they
   * brought in. Realised profit minus this is the cash that moved.
   */
  readonly costOpen: ByMethod;
  readonly realised: ByMethod;
  /** Paid so far, USD. */
  readonly feesUsd: Decimal;
  /** First entry's stop, frozen; null without one. */
  readonly initialStop: Decimal | null;
  /** Of all entries, USD; null when one had no stop. */
  readonly riskUsd: Decimal | null;
  /** FIFO profit so far over the risk of all entries; null without it. */
  readonly r: Decimal | null;
}

/** An exit, or a part of one, with nothing to close. Never made into a position. */
export interface Orphan {
  readonly fillId: number;
  readonly at: number;
  readonly side: LedgerFill['side'];
  readonly qty: Decimal;
}

/** All round trips of one trader in one ticker. */
export interface Book {
  /** Oldest first; only the last can be open. */
  readonly positions: readonly Position[];
  readonly open: Position | null;
  readonly orphans: readonly Orphan[];
}

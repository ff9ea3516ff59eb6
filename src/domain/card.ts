import type { IgnoreReason } from './entry.ts';
import type { Side, Signal } from './signal.ts';
import { type SignalTimeframe, TIMEFRAME_MINUTES } from './timeframe.ts';

/**
 * `new`: written by a scan, not yet placed. `held`: waits for the next open. `listed`: one line of a list,
 * until somebody opens it. `suppressed`: kept and labelled, shown to nobody.
 */
export const CARD_STATES = [
  'new',
  'pending',
  'sending',
  'sent',
  'failed',
  'suppressed',
  'held',
  'listed',
] as const;
export type CardState = (typeof CARD_STATES)[number];

/** What may happen to a card after it fired; `horizon`: the candles it is followed for are over. */
export const CARD_EVENTS = ['tp1', 'tp2', 'tp3', 'stop', 'horizon'] as const;
export type CardEventKind = (typeof CARD_EVENTS)[number];

/** Something that happened to a card, as its update alerts keep it. */
export interface CardEvent {
  readonly kind: CardEventKind;
  /** Close of the candle it happened in, epoch ms. */
  readonly at: number;
  /** The level, or the open of a candle that opened beyond it; for the horizon its last close. USD. */
  readonly price: number;
  /** Profit at that price in units of the risk. */
  readonly r: number;
}

/** Why a card can no longer be acted on: its three candles are over, or a level was touched. */
export const EXPIRY_CAUSES = ['time', 'tp1', 'stop'] as const;
export type ExpiryCause = (typeof EXPIRY_CAUSES)[number];

/** Why a card was not shown at once: it waited for the open, or was one of too many. */
export const HOLD_REASONS = ['closing_bell', 'flood'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** Prices shown on a card, USD, rounded to cents (to 1/10000 under one dollar), in the trade's favour. */
export interface Levels {
  readonly entry: number;
  readonly stop: number;
  readonly tp1: number;
  readonly tp2: number;
  readonly tp3: number;
  /** `atr`: stop 1 ATR14, targets 1.5, 3 and 5 ATR14; `percent`: the owner's -1 / +1.5 / +3 / +5 %. */
  readonly rule: 'atr' | 'percent';
  /** Entry to stop, USD per share: one R. */
  readonly risk: number;
}

/** One alert card: all signals of one candle and side in one channel. The unit of claim, nonce and `custom_id`. */
export interface Card {
  readonly id: number;
  readonly symbolId: number;
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  /** Epoch ms. */
  readonly firedAt: number;
  readonly side: Side;
  readonly channelId: string;
  readonly kind: 'signal' | 'reminder';
  readonly state: CardState;
  readonly attempts: number;
  /** When the first attempt to post began, epoch ms. */
  readonly firstAttemptAt: number | null;
  readonly sentAt: number | null;
  readonly messageId: string | null;
  /** Why people were not shown it: `stale`, `min_score`, `cooldown`, `muted`, … */
  readonly suppressedReason: string | null;
  /** Why it was not shown at once; stays when it is shown later. */
  readonly heldReason: HoldReason | null;
  /** First price of the session on which it came back, USD; null for a card that did not wait for the open. */
  readonly gapPrice: number | null;
  /** When somebody opened it from a list, epoch ms. */
  readonly openedAt: number | null;
  /** Whom it mentions by name. */
  readonly mentioned: readonly string[];
  /** End of the third candle after it, epoch ms; null for a card older than this rule. */
  readonly expiresAt: number | null;
  readonly expiredAt: number | null;
  readonly expiredBy: ExpiryCause | null;
  /** End of the last candle in which touches are looked for, epoch ms. */
  readonly horizonAt: number | null;
  /** Of a reminder: the card it reminds of. */
  readonly originalId: number | null;
  /** Raised by everything that its message should show anew: a late signal, a decision. */
  readonly revision: number;
}

/** What one person last did about a card. */
export interface CardDecision {
  readonly userId: string;
  readonly action: DecisionAction;
  /** Epoch ms. */
  readonly decidedAt: number;
  /** Why it was ignored, where that was said. */
  readonly reasons?: readonly IgnoreReason[];
}

export const DECISION_ACTIONS = ['enter', 'ignore', 'watch', 'snooze'] as const;
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

/** A card with all that a message about it shows. */
export interface CardDetails {
  readonly card: Card;
  /** Headline first: highest score, then detector id. Never empty. */
  readonly signals: readonly Signal[];
  /** As frozen in the headline's alert. */
  readonly levels: Levels;
  /** The latest decision of each person, oldest first. */
  readonly decisions: readonly CardDecision[];
  /** What happened to it, oldest first. */
  readonly events: readonly CardEvent[];
}

/**
 * Whether a signal is too old to act on: more than five minutes, or more than one candle, after it
 * fired. Such a signal is kept and labelled; only its card is suppressed.
 */
export function isTooOldToAct(firedAt: number, timeframe: SignalTimeframe, now: number): boolean {
  return now - firedAt > Math.max(5, TIMEFRAME_MINUTES[timeframe]) * 60_000;
}

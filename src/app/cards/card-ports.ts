import type { Candle } from '../../domain/candle.ts';
import type { Card, CardDetails, CardEvent, Levels } from '../../domain/card.ts';
import type { Mute, MuteTarget } from '../../domain/mute.ts';
import type { NotifySettings } from '../../domain/notify.ts';
import type { NewOutboxMessage, OutboxMessage } from '../../domain/outbox.ts';
import type { Placement, ShownCard, UnplacedCard } from '../../domain/place-cards.ts';

/* What the life of a card needs from the database: part of `ports.ts`, and said in the same units. */

/** A card that may be shown now, with all that a list says about it. */
export type PlaceableCard = UnplacedCard &
  Pick<Card, 'side'> & { readonly price: number; readonly detectorId: string };

/** A card that waits for the open. */
export interface HeldCard extends Omit<PlaceableCard, 'cooldownMinutes'> {
  readonly levels: Levels;
}

/** What became of the card that a signal is on. */
export interface CardFate
  extends Pick<Card, 'channelId' | 'messageId' | 'state' | 'suppressedReason' | 'heldReason' | 'sentAt'> {
  readonly signalId: number;
  readonly cardId: number;
}

/** Decides who sees a card. */
export interface PlacementStore {
  /**
   * Shows the rule every card that was not placed yet, with what was shown before, and writes its answers in
   * one transaction; the listed cards of each channel become one message. Two processes take turns.
   * @returns how many were placed.
   */
  place(request: PlaceRequest, rule: PlaceRule): Promise<number>;
  /** Cards that wait for the open, oldest first. */
  held(): Promise<HeldCard[]>;
  /** A held card is to be placed anew. `gapPrice` null: nobody knows where it opened. */
  release(cardId: number, gapPrice: number | null): Promise<boolean>;
  /** Held cards are given up, with the line that says so, written together. */
  drop(cardIds: readonly number[], reason: string, line: NewOutboxMessage): Promise<void>;
  /** A listed card becomes a card of its own. False when it was opened before, or is not listed. */
  open(cardId: number, opened: { readonly by: string; readonly at: number }): Promise<boolean>;
}

export interface PlaceRequest {
  readonly now: number;
  /** Leaves younger cards to the scan that is making them; without it all are placed. */
  readonly firedBy?: number;
}

export type PlaceRule = (
  cards: readonly UnplacedCard[],
  scene: { readonly shown: readonly ShownCard[]; readonly mutes: readonly Mute[] },
) => readonly Placement[];

/** A card to look at for touches: candles came since the last look, or its horizon is over. */
export interface FollowedCard extends Pick<Card, 'id' | 'timeframe' | 'firedAt' | 'side'> {
  readonly horizonAt: number;
  readonly levels: Levels;
  /** From the one after the signal on, oldest first. */
  readonly candles: readonly Candle[];
}

/** What happens to cards after they were shown. */
export interface CardLifeStore {
  followed(now: number): Promise<FollowedCard[]>;
  /**
   * Writes events as update alerts of each signal, once, with the reply that tells of the new ones; the card
   * is then due for an edit.
   */
  record(
    cardId: number,
    found: {
      readonly events: readonly CardEvent[];
      /** Open of the last candle looked at. */
      readonly followedTo: number | null;
      /** Nothing more can happen. */
      readonly closedAt: number | null;
    },
  ): Promise<readonly CardEvent[]>;
  /** Cards whose three candles are over. @returns how many are due for an edit. */
  expire(now: number): Promise<number>;
}

/** A snoozed card that comes back. */
export interface Reminder {
  readonly card: Card;
  readonly original: CardDetails;
  readonly mention: readonly string[];
  /** USD; null without any stored candle or quote. */
  readonly price: { readonly usd: number; readonly ageMs: number } | null;
}

export interface SnoozeStore {
  /**
   * A person wants the card back at a moment. People who want it back within ten minutes of each other share
   * one reminder; choosing again replaces the earlier choice. @returns when it comes back; null without such a card.
   */
  set(wish: {
    readonly cardId: number;
    readonly userId: string;
    readonly dueAt: number;
    readonly now: number;
  }): Promise<number | null>;
  /** When a card comes back to a person; null when it is not away. */
  dueAt(cardId: number, userId: string): Promise<number | null>;
  /** Who waits for a reminder and has not decided otherwise since. */
  waiting(reminderId: number): Promise<string[]>;
}

export interface OutboxStore {
  add(message: NewOutboxMessage): Promise<void>;
  /** As `CardStore.claim`. */
  claim(request: {
    readonly by: string;
    readonly now: number;
    readonly leaseMs: number;
  }): Promise<{ readonly message: OutboxMessage; readonly resumed: boolean } | null>;
  markSent(
    id: number,
    sent: { readonly by: string; readonly messageId: string; readonly at: number },
  ): Promise<boolean>;
  markFailed(
    id: number,
    failure: { readonly by: string; readonly error: string; readonly retryAt: number | null },
  ): Promise<boolean>;
  suppress(id: number, reason: string): Promise<void>;
  /** Null when there is no such message. */
  find(id: number): Promise<(OutboxMessage & { readonly messageId: string | null }) | null>;
}

export interface NotifyStore {
  all(): Promise<NotifySettings[]>;
  of(userId: string): Promise<NotifySettings | null>;
  set(settings: NotifySettings, at: number): Promise<void>;
  /** False when the person had none. */
  clear(userId: string): Promise<boolean>;
}

export interface NewMute {
  readonly target: MuteTarget;
  readonly userId: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly until: number;
}

export interface MuteStore {
  add(mute: NewMute): Promise<Mute>;
  /** In force, those that end first first. */
  active(now: number): Promise<Mute[]>;
  /** Null when it is not in force. */
  end(id: number, ended: { readonly by: string; readonly at: number }): Promise<Mute | null>;
}

export interface CardStore {
  /** Claims the oldest card that is due, or whose claim ran out, for `leaseMs`; null when none is. */
  claim(request: {
    readonly by: string;
    readonly now: number;
    readonly leaseMs: number;
  }): Promise<{ readonly details: CardDetails; readonly resumed: boolean } | null>;
  /** Guarded by the claim: false when it was lost. */
  markSent(
    cardId: number,
    sent: { readonly by: string; readonly messageId: string; readonly at: number },
  ): Promise<boolean>;
  /** Back to `pending` with a delay, or `failed` for good. */
  markFailed(
    cardId: number,
    failure: { readonly by: string; readonly error: string; readonly retryAt: number | null },
  ): Promise<boolean>;
  suppress(cardId: number, reason: string): Promise<void>;
  details(cardId: number): Promise<CardDetails | null>;
  /** What became of the cards of some signals. */
  fatesOf(signalIds: readonly number[]): Promise<CardFate[]>;
  /** Whom the card mentions, before it is posted; guarded by the claim. */
  setMentioned(cardId: number, by: string, userIds: readonly string[]): Promise<void>;
  /** Sent cards whose shown content is older than their rows (a late signal, a decision whose edit was lost). */
  outdated(limit: number): Promise<CardDetails[]>;
  /** The message now shows all that `details` held. */
  markShown(details: CardDetails): Promise<void>;
  /** Of signals; a reminder that is not due yet waits for nobody. */
  counts(): Promise<Readonly<Record<Card['state'], number>> & { readonly oldestPendingAt: number | null }>;
}

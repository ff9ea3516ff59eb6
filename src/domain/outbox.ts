import type { Alarm } from './alarm.ts';
import type { CardEvent } from './card.ts';
import type { Digest } from './digest.ts';
import type { Mute } from './mute.ts';
import type { Side } from './signal.ts';
import type { SignalTimeframe } from './timeframe.ts';

export const OUTBOX_STATES = ['pending', 'sending', 'sent', 'failed', 'suppressed'] as const;

/** A card as one line of a list. */
export interface ListedCard {
  readonly cardId: number;
  readonly ticker: string;
  readonly timeframe: SignalTimeframe;
  readonly side: Side;
  /** Close that fired it, USD. */
  readonly price: number;
  readonly score: number;
  /** Of the headline. */
  readonly detectorId: string;
}

/** A card that waited for the open and was given up there. */
export interface DroppedCard extends Omit<ListedCard, 'score' | 'detectorId'> {
  readonly stop: number;
  /** First price of the session, USD. */
  readonly openedAt: number;
}

/** What a message besides the cards says; frozen when it is written, so that every attempt says the same. */
export type OutboxContent =
  /** Levels of the card that it replies to were touched, oldest first. */
  | { readonly kind: 'touch'; readonly events: readonly CardEvent[] }
  /** Cards of one minute that were too many; the best are cards of their own. */
  | { readonly kind: 'list'; readonly firedAt: number; readonly cards: readonly ListedCard[] }
  /** Cards that came back at the open beyond their stop. */
  | { readonly kind: 'dropped'; readonly cards: readonly DroppedCard[] }
  /** Somebody muted something for everybody. */
  | { readonly kind: 'mute'; readonly mute: Mute }
  /** What a day brings, or has brought. */
  | { readonly kind: 'digest'; readonly digest: Digest }
  /** Shows an administrator where cards come and how they look. */
  | { readonly kind: 'test'; readonly by: string }
  /** For administrators: what they should look at, and what is over. */
  | { readonly kind: 'alarm'; readonly raised: readonly Alarm[]; readonly ended: readonly Alarm[] };

/** A message that is due. */
export interface OutboxMessage {
  readonly id: number;
  /** Names the occasion: unique. */
  readonly key: string;
  readonly channelId: string;
  /** The card it replies to. */
  readonly cardId: number | null;
  readonly content: OutboxContent;
  readonly attempts: number;
  /** Epoch ms. */
  readonly firstAttemptAt: number | null;
}

/** A message to be written; a second one with the same key is none. */
export type NewOutboxMessage = Pick<OutboxMessage, 'key' | 'channelId' | 'cardId' | 'content'>;

import type { Card, CardDetails } from '../../domain/card.ts';
import type { OutboxMessage } from '../../domain/outbox.ts';
import type { Reminder } from './card-ports.ts';

/* How cards reach people; the conventions of ports.ts hold here too. */

/** Posts and edits cards where people see them. */
export interface Messenger {
  /** Idempotent by `nonce` for a few minutes. @returns the message id. @throws OraError `forbidden` or `unavailable`. */
  postCard(details: CardDetails, image: Uint8Array | null, nonce: string): Promise<string>;
  editCard(details: CardDetails): Promise<void>;
  /** Message id of a card already posted to its channel since a moment, or null. */
  findCard(card: Card, since: number): Promise<string | null>;
  /** Brings a snoozed card back as a reply to it. As `postCard`. */
  postReminder(reminder: Reminder, nonce: string): Promise<string>;
  /** Message id of a reminder already posted since a moment, or null. */
  findReminder(reminder: Reminder, since: number): Promise<string | null>;
  /** A message that is no card; mentions nobody but the named. As `postCard`. */
  postMessage(message: OutboxPost, nonce: string): Promise<string>;
  /** Message id of such a message already posted since a moment, or null. */
  findMessage(message: OutboxPost, since: number): Promise<string | null>;
}

/** An outbox message as it is posted. */
export interface OutboxPost extends OutboxMessage {
  /** The card it replies to, with its message; null when it replies to none. */
  readonly replyTo: CardDetails | null;
  readonly mention: readonly string[];
}

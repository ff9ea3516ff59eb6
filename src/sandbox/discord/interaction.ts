import { randomBytes } from 'node:crypto';
import {
  type APIMessageInteractionMetadata,
  InteractionType,
  MessageFlags,
  MessageType,
  type InteractionResponseType as R,
} from 'discord-api-types/v10';
import type { InteractionOrigin } from './messages.ts';
import type { UiAutocomplete, UiMessage, UiModal } from './ui-protocol.ts';

/** What the person who clicked, typed or submitted gets to see. */
export type Seen =
  | { readonly kind: 'message' | 'update'; readonly message: UiMessage }
  | { readonly kind: 'modal'; readonly modal: UiModal }
  | { readonly kind: 'autocomplete'; readonly choices: UiAutocomplete['choices'] }
  | { readonly kind: 'failed'; readonly error: string };

/** One interaction, from the click to the end of its token. */
export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly userId: string;
  readonly channelId: string;
  readonly metadata: APIMessageInteractionMetadata;
  /** The message whose component was used, directly or through a form; null for a command. */
  readonly source: UiMessage | null;
  /** The page's own id of a request for suggestions. */
  readonly requestId: string | null;
  readonly startedAt: number;
  /** Null until the bot's first answer. */
  acked: R | null;
  /** True once Discord gave up waiting for a first answer. */
  abandoned: boolean;
  /** The message `@original` means. */
  originalId: string | null;
  /** Messages its token may edit and delete. */
  readonly ownIds: Set<string>;
  readonly seen: Promise<Seen>;
  isSettled: boolean;
  /** Decides `seen`; only the first call counts. */
  readonly settle: (seen: Seen) => void;
}

/** What begins an interaction. */
export interface Start {
  readonly type: InteractionType;
  readonly userId: string;
  readonly channelId: string;
  readonly source?: UiMessage | null;
  readonly requestId?: string;
  readonly metadata: (id: string) => APIMessageInteractionMetadata;
}

/** A fresh interaction nobody has answered. */
export function createInteraction(id: string, start: Start): Interaction {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const interaction: Interaction = {
    id,
    token: randomBytes(48).toString('base64url'),
    type: start.type,
    userId: start.userId,
    channelId: start.channelId,
    metadata: start.metadata(id),
    source: start.source ?? null,
    requestId: start.requestId ?? null,
    startedAt: Date.now(),
    acked: null,
    abandoned: false,
    originalId: null,
    ownIds: new Set(),
    seen: promise,
    isSettled: false,
    settle(seen) {
      interaction.isSettled = true;
      resolve(seen);
    },
  };
  return interaction;
}

/** How a message made by answering `interaction` is marked. `ephemeral` as the bot asked. */
export function originOf(
  interaction: Interaction,
  { ephemeral, loading = false }: { readonly ephemeral: boolean; readonly loading?: boolean },
): InteractionOrigin {
  const isCommandReply = interaction.type === InteractionType.ApplicationCommand && !interaction.originalId;
  const repliesTo = interaction.originalId ?? interaction.source?.id ?? null;
  return {
    type: isCommandReply ? MessageType.ChatInputCommand : repliesTo ? MessageType.Reply : MessageType.Default,
    metadata: {
      ...interaction.metadata,
      ...(interaction.originalId && { original_response_message_id: interaction.originalId }),
    },
    repliesTo,
    ephemeralFor: ephemeral ? interaction.userId : null,
    loading,
  };
}

/** True while a deferred reply shows "is thinking…". */
export function isLoading(message: UiMessage): boolean {
  return Boolean((message.flags ?? 0) & MessageFlags.Loading);
}

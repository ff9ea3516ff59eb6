import { MessageFlags, InteractionResponseType as R } from 'discord-api-types/v10';
import { refusals } from './api-error.ts';
import { after } from './clocks.ts';
import { createInteraction, type Interaction, isLoading, type Start } from './interaction.ts';
import type { Local } from './local.ts';
import type { UiMessage, UiModal } from './ui-protocol.ts';

/** All interactions, open and past, with Discord's two clocks running on them. */
export interface Interactions {
  readonly begin: (start: Start) => Interaction;
  /**
   * For a first answer.
   * @throws ApiError 10062 when unknown or too late, 40060 when already answered
   */
  readonly unanswered: (id: string, token: string) => Interaction;
  /**
   * For everything after the first answer.
   * @throws ApiError 10015 when unknown or not answered yet, 50027 when the token is too old
   */
  readonly answered: (token: string) => Interaction;
  /** Records the first answer and tells the person. */
  readonly acknowledge: (interaction: Interaction, type: R) => void;
  /** The form opened by this interaction, or null. */
  readonly modal: (interactionId: string) => OpenModal | null;
  readonly openModal: (interaction: Interaction, modal: UiModal) => void;
}

/** A form on somebody's screen. */
interface OpenModal {
  readonly modal: UiModal;
  readonly opener: Interaction;
}

/** Discord's words to the person when the bot stays silent. */
const NO_RESPONSE = 'The application did not respond';
/** Past interactions are remembered this far, to refuse their tokens properly. */
const REMEMBERED = 2_000;

/** None yet. */
export function createInteractions(local: Local): Interactions {
  const byId = new Map<string, Interaction>();
  const byToken = new Map<string, Interaction>();
  const modals = new Map<string, OpenModal>();

  const tell = (interaction: Interaction, state: 'thinking' | 'done' | 'failed', error?: string): void =>
    local.feed.tell({
      type: 'interaction',
      userId: interaction.userId,
      state: { id: interaction.id, state, ...(error && { error }) },
    });

  const abandon = (interaction: Interaction): void => {
    if (interaction.acked !== null) return;
    interaction.abandoned = true;
    tell(interaction, 'failed', NO_RESPONSE);
    interaction.settle({ kind: 'failed', error: NO_RESPONSE });
  };

  local.feed.listen((happening) => {
    if (happening.type !== 'messageEdited') return;
    for (const interaction of byId.values()) settleByEdit(interaction, happening.message, tell);
  });

  return {
    begin(start) {
      const interaction = createInteraction(local.newId(), start);
      byId.set(interaction.id, interaction);
      byToken.set(interaction.token, interaction);
      forgetOldest(byId, byToken, modals);
      after(local.clocks.ackMs, () => abandon(interaction));
      after(local.clocks.tokenMs, () => endToken(local, interaction, tell));
      return interaction;
    },
    unanswered(id, token) {
      const interaction = byId.get(id);
      if (!interaction || interaction.token !== token || interaction.abandoned)
        throw refusals.unknownInteraction();
      if (interaction.acked !== null) throw refusals.alreadyAcknowledged();
      return interaction;
    },
    answered(token) {
      const interaction = byToken.get(token);
      if (!interaction) throw refusals.unknownWebhook();
      if (Date.now() - interaction.startedAt > local.clocks.tokenMs) throw refusals.expiredToken();
      if (interaction.acked === null) throw refusals.unknownWebhook();
      return interaction;
    },
    acknowledge(interaction, type) {
      interaction.acked = type;
      tell(interaction, type === R.DeferredChannelMessageWithSource ? 'thinking' : 'done');
    },
    modal: (interactionId) => modals.get(interactionId) ?? null,
    openModal(interaction, modal) {
      modals.set(interaction.id, { modal, opener: interaction });
      local.feed.tell({ type: 'modalOpened', userId: interaction.userId, modal });
      interaction.settle({ kind: 'modal', modal });
    },
  };
}

/** A deferred answer is seen when its message changes, by whichever route the bot changes it. */
function settleByEdit(
  interaction: Interaction,
  message: UiMessage,
  tell: (interaction: Interaction, state: 'done') => void,
): void {
  if (interaction.originalId !== message.id) return;
  if (interaction.acked === R.DeferredMessageUpdate) interaction.settle({ kind: 'update', message });
  if (interaction.acked !== R.DeferredChannelMessageWithSource || interaction.isSettled) return;
  interaction.settle({ kind: 'message', message });
  tell(interaction, 'done');
}

/** After 15 minutes an answer still owed will never come. */
function endToken(
  local: Local,
  interaction: Interaction,
  tell: (interaction: Interaction, state: 'failed', error: string) => void,
): void {
  const original = interaction.originalId ? local.messages.get(interaction.originalId) : null;
  if (!original || !isLoading(original)) return;
  interaction.settle({ kind: 'failed', error: NO_RESPONSE });
  tell(interaction, 'failed', NO_RESPONSE);
  const failed = { ...original, failed: NO_RESPONSE, flags: (original.flags ?? 0) & ~MessageFlags.Loading };
  local.messages.put(failed);
  local.feed.tell({ type: 'messageEdited', message: failed });
}

function forgetOldest(
  byId: Map<string, Interaction>,
  byToken: Map<string, Interaction>,
  modals: Map<string, OpenModal>,
): void {
  if (byId.size <= REMEMBERED) return;
  const [oldest] = byId.values();
  if (!oldest) return;
  byId.delete(oldest.id);
  byToken.delete(oldest.token);
  modals.delete(oldest.id);
}

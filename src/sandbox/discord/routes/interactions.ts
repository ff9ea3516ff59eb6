import { InteractionResponseType as R } from 'discord-api-types/v10';
import { answer, deleteOwn, editOwn, followUp, ownMessage } from '../answer.ts';
import { refusals } from '../api-error.ts';
import { type Interaction, isLoading } from '../interaction.ts';
import { publicFields } from '../interaction-payload.ts';
import type { Call, Route } from '../router.ts';
import { ids } from '../seed.ts';
import type { UiMessage } from '../ui-protocol.ts';

const OWN = '/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}';

/** Answers to interactions: the first one, follow-ups, and changes through the interaction's token. */
export const interactionRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/interactions/{interaction_id}/{interaction_token}/callback',
    auth: 'none',
    handle: (call) => {
      const { interactions, param, query } = call;
      const interaction = interactions.unanswered(param('interaction_id'), param('interaction_token'));
      const message = answer(call, interaction, call);
      if (query.get('with_response') !== 'true') return { status: 204 };
      return { status: 200, body: callbackResponse(interaction, message) };
    },
  },
  {
    method: 'POST',
    pattern: '/webhooks/{webhook_id}/{webhook_token}',
    auth: 'none',
    handle: (call) => ({ status: 200, body: publicFields(followUp(call, opened(call), call)) }),
  },
  {
    method: 'GET',
    pattern: OWN,
    auth: 'none',
    handle: (call) => ({ status: 200, body: publicFields(own(call)) }),
  },
  {
    method: 'PATCH',
    pattern: OWN,
    auth: 'none',
    handle: (call) => ({ status: 200, body: publicFields(editOwn(call, own(call), call)) }),
  },
  {
    method: 'DELETE',
    pattern: OWN,
    auth: 'none',
    handle: (call) => {
      deleteOwn(call, own(call));
      return { status: 204 };
    },
  },
];

function opened({ interactions, param }: Call): Interaction {
  if (param('webhook_id') !== ids.application) throw refusals.unknownWebhook();
  return interactions.answered(param('webhook_token'));
}

function own(call: Call): UiMessage {
  return ownMessage(call, opened(call), call.param('message_id'));
}

function callbackResponse(
  interaction: Interaction,
  message: UiMessage | null,
): Readonly<Record<string, unknown>> {
  const type = interaction.acked;
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      channel_id: interaction.channelId,
      guild_id: ids.guild,
      ...(message && {
        response_message_id: message.id,
        response_message_loading: isLoading(message),
        response_message_ephemeral: message.ephemeralFor !== undefined,
      }),
    },
    ...(message && {
      resource: {
        // A deferred reply is announced as the message it already is.
        type: type === R.UpdateMessage ? R.UpdateMessage : R.ChannelMessageWithSource,
        message: publicFields(message),
      },
    }),
  };
}

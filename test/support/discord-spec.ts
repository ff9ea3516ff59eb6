import * as spec from 'discord-api-spec/zod';
import * as z from 'zod/mini';
import type { Check, Checked } from '../../src/sandbox/discord/rest.ts';

type Schemas = Readonly<Record<string, z.ZodMiniType>>;

const interactionCallback = z.union([
  spec.CreateMessageInteractionCallbackRequestSchema,
  spec.UpdateMessageInteractionCallbackRequestSchema,
  spec.ModalInteractionCallbackRequestSchema,
  spec.ApplicationCommandAutocompleteCallbackRequestSchema,
]);
const command = z.pipe(z.transform(withNumericPermissions), spec.ApplicationCommandUpdateRequestSchema);

const requests: Schemas = {
  'POST /channels/{channel_id}/messages': spec.MessageCreateRequestSchema,
  'PATCH /channels/{channel_id}/messages/{message_id}': spec.MessageEditRequestPartialSchema,
  'POST /interactions/{interaction_id}/{interaction_token}/callback': interactionCallback,
  'POST /webhooks/{webhook_id}/{webhook_token}': spec.IncomingWebhookRequestPartialSchema,
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}':
    spec.IncomingWebhookUpdateRequestPartialSchema,
  'PUT /applications/{application_id}/commands': z.array(command),
  'PUT /applications/{application_id}/guilds/{guild_id}/commands': z.array(command),
  'POST /applications/{application_id}/commands': command,
  'POST /applications/{application_id}/guilds/{guild_id}/commands': command,
  'POST /users/@me/channels': spec.CreatePrivateChannelRequestSchema,
};

const commands = z.array(spec.ApplicationCommandResponseSchema);
const responses: Schemas = {
  'GET /gateway/bot': spec.GatewayBotResponseSchema,
  'GET /users/@me': spec.UserPIIResponseSchema,
  'GET /users/{user_id}': spec.UserResponseSchema,
  'GET /channels/{channel_id}': z.union([spec.GuildChannelResponseSchema, spec.PrivateChannelResponseSchema]),
  'GET /guilds/{guild_id}/channels': z.array(spec.GuildChannelResponseSchema),
  'GET /guilds/{guild_id}/roles': z.array(spec.GuildRoleResponseSchema),
  'GET /channels/{channel_id}/messages': z.array(spec.MessageResponseSchema),
  'POST /channels/{channel_id}/messages': spec.MessageResponseSchema,
  'GET /channels/{channel_id}/messages/{message_id}': spec.MessageResponseSchema,
  'PATCH /channels/{channel_id}/messages/{message_id}': spec.MessageResponseSchema,
  'POST /interactions/{interaction_id}/{interaction_token}/callback': spec.InteractionCallbackResponseSchema,
  'POST /webhooks/{webhook_id}/{webhook_token}': spec.MessageResponseSchema,
  'GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}': spec.MessageResponseSchema,
  'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}': spec.MessageResponseSchema,
  'GET /applications/{application_id}/commands': commands,
  'PUT /applications/{application_id}/commands': commands,
  'GET /applications/{application_id}/guilds/{guild_id}/commands': commands,
  'PUT /applications/{application_id}/guilds/{guild_id}/commands': commands,
  'POST /users/@me/channels': spec.PrivateChannelResponseSchema,
};

/** Checks what a bot sends against Discord's published schema; a body on a route it does not know is a fault. */
export const checkRequest: Check = (checked) => {
  const schema = requests[keyOf(checked)];
  if (checked.body === null) return [];
  return schema ? problemsOf(schema, checked.body) : [`no schema is known for the body of ${keyOf(checked)}`];
};

/** Checks what the local Discord answers, so that a bot never learns a shape the real one does not have. */
export const checkResponse: Check = (checked) => {
  const schema = responses[keyOf(checked)];
  return schema && checked.status === 200 ? problemsOf(schema, checked.body) : [];
};

function keyOf({ method, route }: Checked): string {
  return `${method} ${route}`;
}

function problemsOf(schema: z.ZodMiniType, body: unknown): readonly string[] {
  const parsed = z.safeParse(schema, body);
  return parsed.success ? [] : [z.prettifyError(parsed.error)];
}

/** Discord takes and gives this bit set as a string; only its schema calls it a number. */
function withNumericPermissions(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('default_member_permissions' in body)) return body;
  const { default_member_permissions: permissions } = body;
  return typeof permissions === 'string'
    ? { ...body, default_member_permissions: Number(permissions) }
    : body;
}

import { MessageFlags } from 'discord-api-types/v10';
import { z } from 'zod';
import { MessageComponents } from './components.ts';
import { Embeds } from './embed.ts';
import { checkLayout } from './layout.ts';
import { type FormRule, report } from './parse.ts';

const Snowflake = z.union([z.string().regex(/^\d{1,20}$/), z.int()]).transform(String);

const AllowedMentions = z
  .object({
    parse: z.array(z.literal(['roles', 'users', 'everyone'])).nullish(),
    roles: z.array(Snowflake).max(100).nullish(),
    users: z.array(Snowflake).max(100).nullish(),
    replied_user: z.boolean().nullish(),
  })
  .check((context) => {
    const { parse, roles, users } = context.value;
    const both = (kind: 'roles' | 'users', list: unknown[] | null | undefined): boolean =>
      Boolean(parse?.includes(kind) && list?.length);
    if (both('roles', roles) || both('users', users))
      report(context, [
        {
          path: [],
          code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
          message: 'parse and an explicit list are mutually exclusive',
        },
      ]);
  });

/** `id` is the upload's number for a new file, a snowflake for one that is kept. */
const Attachment = z.object({
  id: z.union([z.string(), z.int()]).transform(String),
  filename: z.string().max(1024).nullish(),
  description: z.string().max(1024).nullish(),
  title: z.string().max(1024).nullish(),
});

const Message = z.object({
  content: z.string().max(2000).nullish(),
  embeds: Embeds.nullish(),
  components: MessageComponents.nullish(),
  attachments: z.array(Attachment).max(10).nullish(),
  allowed_mentions: AllowedMentions.nullish(),
  flags: z.int().min(0).nullish(),
  tts: z.boolean().nullish(),
  nonce: z.union([z.string().max(25), z.int()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  message_reference: z
    .object({
      type: z.int().nullish(),
      message_id: Snowflake.nullish(),
      channel_id: Snowflake.nullish(),
      guild_id: Snowflake.nullish(),
      fail_if_not_exists: z.boolean().nullish(),
    })
    .nullish(),
});
type Message = z.infer<typeof Message>;

/** A message to create, in a channel or as an answer to an interaction; whole-message rules included. */
export const MessageForm = Message.check((context) => {
  report(
    context,
    wholeMessageRules(context.value, Boolean((context.value.flags ?? 0) & MessageFlags.IsComponentsV2)),
  );
});

/** What was asked for; a field is absent, null ("none") or a value. */
export type MessageForm = z.infer<typeof MessageForm>;

/** A change of a message. `isV2` says whether the message already is, or becomes, a Components V2 one. */
export function editFormFor(isV2: boolean): typeof Message {
  return Message.check((context) => {
    const becomesV2 = Boolean((context.value.flags ?? 0) & MessageFlags.IsComponentsV2);
    report(context, wholeMessageRules(context.value, isV2 || becomesV2));
  });
}

function wholeMessageRules(message: Message, isV2: boolean): readonly FormRule[] {
  const layout = checkLayout(message.components ?? [], isV2 ? 'v2' : 'legacy');
  const inComponents = layout.map((rule) => ({ ...rule, path: ['components', ...rule.path] }));
  return isV2 ? [...inComponents, ...v2Excludes(message)] : inComponents;
}

function v2Excludes({ content, embeds }: Message): readonly FormRule[] {
  const used = [...(content ? ['content'] : []), ...(embeds?.length ? ['embeds'] : [])];
  return used.map((field) => ({
    path: [field],
    code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    message: `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
  }));
}

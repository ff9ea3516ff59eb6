import { z } from 'zod';
import type { UiAct } from './ui-protocol.ts';

const Id = z.string().regex(/^\d{1,20}$/);
const Value = z.union([z.string(), z.number(), z.boolean()]);
const user = { user: Id };
const call = {
  ...user,
  channelId: Id,
  name: z.string(),
  subcommand: z.string().exactOptional(),
  options: z.array(
    z.object({
      name: z.string(),
      value: Value,
      file: z.object({ name: z.string().min(1).max(260), base64: z.base64() }).exactOptional(),
    }),
  ),
};

/** Reads the body of `POST /_ui/act`. */
export const Act: z.ZodType<UiAct> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('click'), ...user, messageId: Id, customId: z.string() }),
  z.object({
    type: z.literal('select'),
    ...user,
    messageId: Id,
    customId: z.string(),
    values: z.array(z.string()),
  }),
  z.object({ type: z.literal('command'), ...call }),
  z.object({ type: z.literal('autocomplete'), ...call, requestId: z.string(), focused: z.string() }),
  z.object({
    type: z.literal('modalSubmit'),
    ...user,
    interactionId: Id,
    customId: z.string(),
    fields: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  }),
  z.object({ type: z.literal('dismiss'), ...user, messageId: Id }),
  z.object({ type: z.literal('clock'), ...user, action: z.literal(['pause', 'resume', 'step']) }),
]);

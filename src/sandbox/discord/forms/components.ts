import { ButtonStyle, ComponentType as T } from 'discord-api-types/v10';
import { z } from 'zod';
import { MediaUrl } from './embed.ts';
import { report } from './parse.ts';

const Id = { id: z.int().min(0).nullish() };
const CustomId = z.string().min(1).max(100);
const Emoji = z.object({
  id: z.string().nullish(),
  name: z.string().nullish(),
  animated: z.boolean().nullish(),
});

const Button = z
  .object({
    type: z.literal(T.Button),
    ...Id,
    style: z.int().min(1).max(6),
    label: z.string().max(80).nullish(),
    emoji: Emoji.nullish(),
    custom_id: CustomId.nullish(),
    url: z.string().max(512).nullish(),
    disabled: z.boolean().nullish(),
  })
  .check((context) => {
    const { style, url, custom_id: customId, label, emoji } = context.value;
    const isLink = style === ButtonStyle.Link;
    const needed = isLink ? 'url' : 'custom_id';
    if (!(isLink ? url : customId) && style !== ButtonStyle.Premium)
      report(context, [{ path: [needed], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }]);
    if (isLink ? customId : url)
      report(context, [
        { path: [], code: 'COMPONENT_BUTTON_URL_CUSTOM_ID', message: 'A button has a url or a custom_id.' },
      ]);
    if (!label && !emoji && style !== ButtonStyle.Premium)
      report(context, [{ path: ['label'], code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }]);
  });

const selectBase = {
  ...Id,
  custom_id: CustomId,
  placeholder: z.string().max(150).nullish(),
  min_values: z.int().min(0).max(25).nullish(),
  max_values: z.int().min(1).max(25).nullish(),
  disabled: z.boolean().nullish(),
  required: z.boolean().nullish(),
};

/** A choice of a string select, radio or checkbox group. */
export const SelectOption = z.object({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().max(100).nullish(),
  emoji: Emoji.nullish(),
  default: z.boolean().nullish(),
});

/** A select with its own list of choices. */
export const StringSelect = z.object({
  type: z.literal(T.StringSelect),
  ...selectBase,
  options: z.array(SelectOption).min(1).max(25),
});

/** A select of people, roles, both, or channels of the guild. */
export const EntitySelect = z.object({
  type: z.literal([T.UserSelect, T.RoleSelect, T.MentionableSelect, T.ChannelSelect]),
  ...selectBase,
  channel_types: z.array(z.int()).nullish(),
  default_values: z.array(z.object({ id: z.string(), type: z.string() })).nullish(),
});

const Row = z
  .object({
    type: z.literal(T.ActionRow),
    ...Id,
    components: z
      .array(z.discriminatedUnion('type', [Button, StringSelect, EntitySelect]))
      .min(1)
      .max(5),
  })
  .check((context) => {
    const { components } = context.value;
    if (components.length > 1 && components.some(({ type }) => type !== T.Button))
      report(context, [
        {
          path: ['components'],
          code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
          message: 'The specified component exceeds the maximum width',
        },
      ]);
  });

const Media = z.object({ url: MediaUrl });
const described = { description: z.string().max(1024).nullish(), spoiler: z.boolean().nullish() };
const Text = z.object({ type: z.literal(T.TextDisplay), ...Id, content: z.string().min(1).max(4000) });
const Thumbnail = z.object({ type: z.literal(T.Thumbnail), ...Id, media: Media, ...described });
const Section = z.object({
  type: z.literal(T.Section),
  ...Id,
  components: z.array(Text).min(1).max(3),
  accessory: z.discriminatedUnion('type', [Button, Thumbnail]),
});
const Gallery = z.object({
  type: z.literal(T.MediaGallery),
  ...Id,
  items: z
    .array(z.object({ media: Media, ...described }))
    .min(1)
    .max(10),
});
const File = z.object({ type: z.literal(T.File), ...Id, file: Media, spoiler: z.boolean().nullish() });
const Separator = z.object({
  type: z.literal(T.Separator),
  ...Id,
  divider: z.boolean().nullish(),
  spacing: z.literal([1, 2]).nullish(),
});
const inContainer = [Row, Text, Section, Gallery, File, Separator] as const;
const Container = z.object({
  type: z.literal(T.Container),
  ...Id,
  components: z.array(z.discriminatedUnion('type', inContainer)).min(1),
  accent_color: z.int().min(0).max(0xffffff).nullish(),
  spoiler: z.boolean().nullish(),
});

/** Top-level components of a message; how many and which together is `checkLayout`'s to say. */
export const MessageComponents = z.array(z.discriminatedUnion('type', [...inContainer, Container])).max(40);

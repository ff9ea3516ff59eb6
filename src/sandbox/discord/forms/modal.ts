import { ComponentType as T } from 'discord-api-types/v10';
import { z } from 'zod';
import { EntitySelect, SelectOption, StringSelect } from './components.ts';
import { checkLayout } from './layout.ts';
import { report } from './parse.ts';

const Id = { id: z.int().min(0).nullish() };
const CustomId = z.string().min(1).max(100);

const TextInput = z.object({
  type: z.literal(T.TextInput),
  ...Id,
  custom_id: CustomId,
  style: z.literal([1, 2]),
  label: z.string().min(1).max(45).nullish(),
  min_length: z.int().min(0).max(4000).nullish(),
  max_length: z.int().min(1).max(4000).nullish(),
  required: z.boolean().nullish(),
  value: z.string().max(4000).nullish(),
  placeholder: z.string().max(100).nullish(),
});
const ChoiceGroup = z.object({
  type: z.literal([T.RadioGroup, T.CheckboxGroup]),
  ...Id,
  custom_id: CustomId,
  options: z.array(SelectOption).min(1).max(10),
  required: z.boolean().nullish(),
  min_values: z.int().min(0).max(10).nullish(),
  max_values: z.int().min(1).max(10).nullish(),
});
const Checkbox = z.object({
  type: z.literal(T.Checkbox),
  ...Id,
  custom_id: CustomId,
  default: z.boolean().nullish(),
});
const Label = z.object({
  type: z.literal(T.Label),
  ...Id,
  label: z.string().min(1).max(45),
  description: z.string().max(100).nullish(),
  component: z.discriminatedUnion('type', [TextInput, StringSelect, EntitySelect, ChoiceGroup, Checkbox]),
});
const TextDisplay = z.object({ type: z.literal(T.TextDisplay), ...Id, content: z.string().min(1).max(4000) });
/** The older form, where the input carries its own label. */
const Row = z.object({ type: z.literal(T.ActionRow), ...Id, components: z.array(TextInput).length(1) });

/** A form the bot opens: title up to 45, one to five parts. */
export const ModalForm = z.object({
  custom_id: CustomId,
  title: z.string().min(1).max(45),
  components: z
    .array(z.discriminatedUnion('type', [Label, TextDisplay, Row]))
    .min(1)
    .max(5)
    .check((context) => {
      report(context, checkLayout(context.value, 'v2'));
    }),
});

import { ApplicationCommandOptionType as O } from 'discord-api-types/v10';
import { z } from 'zod';
import { type FormRule, report } from './parse.ts';

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
/** All names, descriptions and values of one command. */
const MAX_CHARACTERS = 8000;

const Name = z
  .string()
  .min(1)
  .max(32)
  .check((context) => {
    if (!NAME.test(context.value) || context.value !== context.value.toLowerCase())
      report(context, [
        {
          path: [],
          code: 'APPLICATION_COMMAND_INVALID_NAME',
          message: 'Command name is invalid',
        },
      ]);
  });
const Described = {
  description: z.string().min(1).max(100),
  name_localizations: z.record(z.string(), z.string()).nullish(),
  description_localizations: z.record(z.string(), z.string()).nullish(),
};
const Choice = z.object({
  name: z.string().min(1).max(100),
  name_localizations: z.record(z.string(), z.string()).nullish(),
  value: z.union([z.string().max(100), z.number()]),
});
const Leaf = z
  .object({
    type: z.int().min(3).max(11),
    name: Name,
    ...Described,
    required: z.boolean().nullish(),
    autocomplete: z.boolean().nullish(),
    choices: z.array(Choice).max(25).nullish(),
    min_value: z.number().nullish(),
    max_value: z.number().nullish(),
    min_length: z.int().min(0).max(6000).nullish(),
    max_length: z.int().min(1).max(6000).nullish(),
    channel_types: z.array(z.int()).nullish(),
  })
  .check((context) => {
    if (context.value.autocomplete && context.value.choices?.length)
      report(context, [
        {
          path: ['choices'],
          code: 'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE',
          message: 'choices and autocomplete cannot be used together',
        },
      ]);
  });
const Leaves = z
  .array(Leaf)
  .max(25)
  .check((context) => report(context, optionRules(context.value)));
const Subcommand = z.object({
  type: z.literal(O.Subcommand),
  name: Name,
  ...Described,
  options: Leaves.nullish(),
});
const Group = z.object({
  type: z.literal(O.SubcommandGroup),
  name: Name,
  ...Described,
  options: z.array(Subcommand).min(1).max(25),
});
const Options = z
  .array(z.union([Leaf, Subcommand, Group]))
  .max(25)
  .check((context) => report(context, optionRules(context.value)));

/** A chat command to register. Source: Discord documentation, "Application Commands". */
export const CommandForm = z
  .object({
    type: z.literal(1).nullish(),
    name: Name,
    ...Described,
    options: Options.nullish(),
    default_member_permissions: z.union([z.string().regex(/^\d+$/), z.int()]).nullish(),
    dm_permission: z.boolean().nullish(),
    contexts: z.array(z.literal([0, 1, 2])).nullish(),
    integration_types: z.array(z.literal([0, 1])).nullish(),
    nsfw: z.boolean().nullish(),
  })
  .check((context) => {
    if (characters(context.value) > MAX_CHARACTERS)
      report(context, [
        {
          path: [],
          code: 'APPLICATION_COMMAND_TOO_LARGE',
          message: `Command exceeds maximum size (${MAX_CHARACTERS})`,
        },
      ]);
  });
export type CommandForm = z.infer<typeof CommandForm>;

/** All commands of a guild or of the application at once; names must differ. */
export const CommandForms = z
  .array(CommandForm)
  .max(100)
  .check((context) => report(context, sameNames(context.value, 'APPLICATION_COMMANDS_DUPLICATE_NAME')));

type Named = { readonly name: string; readonly required?: boolean | null | undefined };

function optionRules(options: readonly Named[]): readonly FormRule[] {
  const firstOptional = options.findIndex(({ required }) => !required);
  const late = options.flatMap(({ required }, index) =>
    required && firstOptional >= 0 && index > firstOptional
      ? [
          {
            path: [index],
            code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
            message: 'Required options must be placed before non-required options',
          },
        ]
      : [],
  );
  return [...late, ...sameNames(options, 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS')];
}

function sameNames(items: readonly Named[], code: string): readonly FormRule[] {
  return items.flatMap(({ name }, index) =>
    items.findIndex((other) => other.name === name) < index
      ? [{ path: [index], code, message: `Name "${name}" already exists` }]
      : [],
  );
}

function characters(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, each]) =>
      sum + (['name', 'description', 'value'].includes(key) ? String(each).length : characters(each)),
    0,
  );
}

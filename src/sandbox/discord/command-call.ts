import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType as O,
} from 'discord-api-types/v10';
import { ActError } from './act-error.ts';
import type { Json } from './forms/json.ts';
import type { UiOption } from './ui-protocol.ts';

/** What a person typed for a command. `focused` names the option being completed. */
export interface CommandCall {
  readonly subcommand?: string | undefined;
  readonly options: readonly UiOption[];
  readonly focused?: string;
}

const REFERENCES: readonly O[] = [O.User, O.Channel, O.Role, O.Mentionable];

/**
 * The `data` of a slash command, its options typed and nested as Discord sends them, and the ids it refers to.
 * @throws ActError for what Discord's own picker would not let through
 */
export function commandData(
  command: APIApplicationCommand,
  call: CommandCall,
): { readonly data: Json; readonly references: readonly string[] } {
  const { leaf, wrap } = descend(command.options ?? [], call.subcommand);
  for (const { name } of call.options)
    if (!leaf.some((option) => option.name === name))
      throw new ActError(`/${command.name} has no option "${name}".`);
  const references: string[] = [];
  const options = leaf.flatMap((option) => {
    const given = call.options.find(({ name }) => name === option.name);
    if (!given) {
      if (isRequired(option) && call.focused === undefined)
        throw new ActError(`/${command.name} needs the option "${option.name}".`);
      return [];
    }
    if (option.type === O.Attachment && given.file !== undefined)
      throw new ActError(`The file for "${option.name}" was not stored.`);
    if (REFERENCES.includes(option.type)) references.push(String(given.value));
    const isFocused = call.focused === option.name;
    const value = isFocused ? given.value : typed(option, given.value);
    return [{ name: option.name, type: option.type, value, ...(isFocused && { focused: true }) }];
  });
  const data = { id: command.id, name: command.name, type: command.type, options: wrap(options) };
  return { data, references };
}

type Wrap = (options: readonly Json[]) => readonly Json[];

/** Goes down to the options of a subcommand named `sub` or `group sub`. */
function descend(
  options: readonly APIApplicationCommandOption[],
  path: string | undefined,
): { readonly leaf: readonly APIApplicationCommandOption[]; readonly wrap: Wrap } {
  const branches = options.filter(({ type }) => type === O.Subcommand || type === O.SubcommandGroup);
  if (branches.length === 0) return { leaf: options, wrap: (inner) => inner };
  const [first, ...rest] = (path ?? '').split(' ');
  const branch = branches.find(({ name }) => name === first);
  if (!branch) throw new ActError(`There is no subcommand "${path ?? ''}".`);
  const children = 'options' in branch ? (branch.options ?? []) : [];
  const { leaf, wrap } = descend(children, rest.join(' '));
  return { leaf, wrap: (inner) => [{ name: branch.name, type: branch.type, options: wrap(inner) }] };
}

/** What the picker checks before it lets a value through. */
function typed(option: APIApplicationCommandOption, value: UiOption['value']): UiOption['value'] {
  const refuse = (why: string): never => {
    throw new ActError(`"${value}" is not valid for "${option.name}": ${why}.`);
  };
  if ('choices' in option && option.choices?.length)
    if (!option.choices.some((choice) => choice.value === value)) refuse('it is not one of the choices');
  switch (option.type) {
    case O.Integer:
    case O.Number: {
      const number = typeof value === 'number' ? value : Number(value);
      if (!Number.isFinite(number) || (option.type === O.Integer && !Number.isInteger(number)))
        refuse('it is not a number');
      if ('min_value' in option && number < (option.min_value ?? number)) refuse('it is too small');
      if ('max_value' in option && number > (option.max_value ?? number)) refuse('it is too large');
      return number;
    }
    case O.Boolean:
      return value === true || value === 'true' || value === 'True';
    case O.String: {
      const text = String(value);
      if ('min_length' in option && text.length < (option.min_length ?? 0)) refuse('it is too short');
      if ('max_length' in option && text.length > (option.max_length ?? 6000)) refuse('it is too long');
      return text;
    }
    default:
      return String(value);
  }
}

function isRequired(option: APIApplicationCommandOption): boolean {
  return 'required' in option && option.required === true;
}

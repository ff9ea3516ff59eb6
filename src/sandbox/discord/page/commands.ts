import type {
  APIApplicationCommand,
  APIApplicationCommandBasicOption,
  APIApplicationCommandOption,
} from 'discord-api-types/v10';
import { OptionKind } from './kinds.ts';

/** A command as it is typed: a command without subcommands, or one subcommand of another. */
export interface Typed {
  readonly name: string;
  /** `sub` or `group sub`; null when the command has none. */
  readonly subcommand: string | null;
  readonly description: string;
  /** Required ones first, as Discord demands. */
  readonly options: readonly APIApplicationCommandBasicOption[];
}

/** What is typed to use it, e.g. "/watch add". */
export function pathOf({ name, subcommand }: Typed): string {
  return subcommand === null ? `/${name}` : `/${name} ${subcommand}`;
}

/** Every command that can be typed, in the order the server gave them. */
export function typedCommands(commands: readonly APIApplicationCommand[]): readonly Typed[] {
  return commands.flatMap((command) =>
    leaves(
      { name: command.name, subcommand: null, description: command.description, options: [] },
      command.options,
    ),
  );
}

/** Commands that fit what was typed after the slash: those that begin with it before those that contain it. */
export function matching(commands: readonly Typed[], text: string): readonly Typed[] {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const begins = commands.filter((command) => pathOf(command).startsWith(`/${wanted}`));
  const contains = commands.filter(
    (command) => !begins.includes(command) && pathOf(command).includes(wanted),
  );
  return [...begins, ...contains];
}

function leaves(base: Typed, options: readonly APIApplicationCommandOption[] = []): readonly Typed[] {
  const inner = options.flatMap((option) => {
    if (option.type !== OptionKind.subcommand && option.type !== OptionKind.group) return [];
    const subcommand = base.subcommand === null ? option.name : `${base.subcommand} ${option.name}`;
    return leaves({ ...base, subcommand, description: option.description }, option.options);
  });
  return inner.length > 0 ? inner : [{ ...base, options: options.filter(isBasic) }];
}

function isBasic(option: APIApplicationCommandOption): option is APIApplicationCommandBasicOption {
  return option.type !== OptionKind.subcommand && option.type !== OptionKind.group;
}

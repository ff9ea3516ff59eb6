import { SlashCommandBuilder, type SlashCommandSubcommandBuilder } from 'discord.js';
import type { Access } from './access.ts';
import type { Audience, AutocompleteContext, Choice, Command, CommandContext } from './command.ts';

/** One subcommand, in a file of its own under `commands/NAME/`. */
export interface Subcommand {
  readonly data: SlashCommandSubcommandBuilder;
  readonly audience: Audience;
  run(context: CommandContext): Promise<void>;
  autocomplete?(context: AutocompleteContext): Promise<readonly Choice[]>;
}

/** A command that is nothing but its subcommands. */
export function commandOf(
  head: { readonly name: string; readonly description: string; readonly access: Access },
  subcommands: readonly Subcommand[],
): Command {
  const byName = new Map(subcommands.map((each) => [each.data.name, each]));
  const data = new SlashCommandBuilder().setName(head.name).setDescription(head.description);
  for (const subcommand of subcommands) data.addSubcommand(subcommand.data);
  const find = (name: string | null): Subcommand => {
    const found = byName.get(name ?? '');
    if (found === undefined) throw new Error(`/${head.name} has no subcommand "${name}"`);
    return found;
  };
  return {
    data,
    access: head.access,
    audience: (name) => find(name).audience,
    run: (context) => find(context.interaction.options.getSubcommand()).run(context),
    ...(subcommands.some(({ autocomplete }) => autocomplete !== undefined) && {
      autocomplete: async (context: AutocompleteContext) =>
        (await find(context.interaction.options.getSubcommand()).autocomplete?.(context)) ?? [],
    }),
  };
}

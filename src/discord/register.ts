import {
  type APIApplicationCommandOption,
  ApplicationCommandType,
  type Client,
  type RESTGetAPIApplicationGuildCommandsResult,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import type { Command } from './command.ts';

type CommandBody = RESTPostAPIChatInputApplicationCommandsJSONBody;
type Registered = RESTGetAPIApplicationGuildCommandsResult[number];

/**
 * Makes the guild's commands ours. Discord is written to only when what it has differs: creations
 * are limited to 200 a day.
 */
export async function registerCommands(
  client: Client<true>,
  guildId: string,
  commands: readonly Pick<Command, 'data'>[],
): Promise<'unchanged' | 'registered'> {
  const route = Routes.applicationGuildCommands(client.application.id, guildId);
  const wanted = commands.map((command) => command.data.toJSON());
  const registered = (await client.rest.get(route)) as Registered[];
  if (canonical(registered) === canonical(wanted)) return 'unchanged';
  await client.rest.put(route, { body: wanted });
  return 'registered';
}

/** What decides whether two lists of commands are the same, in one order, defaults filled in. */
function canonical(commands: readonly (Registered | CommandBody)[]): string {
  const byName = commands.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify(
    byName.map((command) => ({
      type: command.type ?? ApplicationCommandType.ChatInput,
      name: command.name,
      description: command.description,
      permissions: command.default_member_permissions ?? null,
      options: (command.options ?? []).map(canonicalOption),
    })),
  );
}

/** Discord leaves out what is false or empty, and we need not send it. */
function canonicalOption(option: APIApplicationCommandOption): object {
  const choices = 'choices' in option ? (option.choices ?? []) : [];
  return {
    type: option.type,
    name: option.name,
    description: option.description,
    required: option.required ?? false,
    autocomplete: ('autocomplete' in option && option.autocomplete) ?? false,
    choices: choices.map(({ name, value }) => [name, value]),
    range: ['min_value', 'max_value', 'min_length', 'max_length', 'channel_types'].map(
      (limit) => Reflect.get(option, limit) ?? null,
    ),
    options: 'options' in option ? (option.options ?? []).map(canonicalOption) : [],
  };
}

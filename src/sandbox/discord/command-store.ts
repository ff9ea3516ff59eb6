import { type APIApplicationCommand, ApplicationCommandType } from 'discord-api-types/v10';
import { refusals } from './api-error.ts';
import type { CommandForm } from './forms/command.ts';
import { dropNulls } from './forms/json.ts';
import { ids } from './seed.ts';

/** Where commands are registered: for the application everywhere, or for the one guild. */
export type CommandScope = 'global' | 'guild';

/** The registered slash commands. */
export interface CommandStore {
  readonly list: (scope: CommandScope) => readonly APIApplicationCommand[];
  /** Puts this set in place of all; a command that keeps its name keeps its id, unchanged its version too. */
  readonly replaceAll: (
    scope: CommandScope,
    forms: readonly CommandForm[],
  ) => readonly APIApplicationCommand[];
  /** Creates a command or puts it in place of the one with its name. */
  readonly save: (
    scope: CommandScope,
    form: CommandForm,
  ) => { readonly command: APIApplicationCommand; readonly isNew: boolean };
  /** @throws ApiError 10063 when there is none */
  readonly remove: (scope: CommandScope, commandId: string) => void;
  /** What people see: the guild's own before global ones of the same name, sorted by name. */
  readonly visible: () => readonly APIApplicationCommand[];
}

/** A store with no command registered. */
export function createCommandStore(newId: () => string): CommandStore {
  const scopes = { global: new Map<string, APIApplicationCommand>(), guild: new Map() } as Record<
    CommandScope,
    Map<string, APIApplicationCommand>
  >;

  const build = (scope: CommandScope, form: CommandForm): APIApplicationCommand => {
    const old = scopes[scope].get(form.name);
    const fresh = describeCommand(scope, form, { id: old?.id ?? newId(), version: old?.version ?? newId() });
    const isSame = old !== undefined && JSON.stringify(old) === JSON.stringify(fresh);
    return isSame ? old : { ...fresh, version: newId() };
  };

  return {
    list: (scope) => [...scopes[scope].values()],
    replaceAll(scope, forms) {
      const built = forms.map((form) => build(scope, form));
      scopes[scope] = new Map(built.map((command) => [command.name, command]));
      return built;
    },
    save(scope, form) {
      const isNew = !scopes[scope].has(form.name);
      const command = build(scope, form);
      scopes[scope].set(command.name, command);
      return { command, isNew };
    },
    remove(scope, commandId) {
      const found = [...scopes[scope].values()].find(({ id }) => id === commandId);
      if (!found) throw refusals.unknownCommand();
      scopes[scope].delete(found.name);
    },
    visible() {
      const byName = new Map([...scopes.global, ...scopes.guild]);
      return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
    },
  };
}

function describeCommand(
  scope: CommandScope,
  form: CommandForm,
  identity: { readonly id: string; readonly version: string },
): APIApplicationCommand {
  const { default_member_permissions: permissions, options, contexts, integration_types: installs } = form;
  // The form's option types are checked numbers; Discord's own types name each one.
  const cleaned = dropNulls(options ?? []) as NonNullable<APIApplicationCommand['options']>;
  return {
    ...identity,
    application_id: ids.application,
    ...(scope === 'guild' && { guild_id: ids.guild }),
    type: ApplicationCommandType.ChatInput,
    name: form.name,
    name_localizations: form.name_localizations ?? null,
    description: form.description,
    description_localizations: form.description_localizations ?? null,
    default_member_permissions:
      permissions === null || permissions === undefined ? null : String(permissions),
    contexts: contexts ?? null,
    integration_types: installs ?? [0],
    nsfw: form.nsfw ?? false,
    ...(cleaned.length > 0 && { options: cleaned }),
  };
}

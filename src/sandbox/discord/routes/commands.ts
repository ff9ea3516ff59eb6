import { refusals } from '../api-error.ts';
import type { CommandScope } from '../command-store.ts';
import { CommandForm, CommandForms } from '../forms/command.ts';
import { parseForm } from '../forms/parse.ts';
import type { Call, Route } from '../router.ts';
import { ids } from '../seed.ts';

/** Registering, listing and removing slash commands, for everywhere and for the guild. */
export const commandRoutes: readonly Route[] = [
  ...routesFor('global', '/applications/{application_id}/commands'),
  ...routesFor('guild', '/applications/{application_id}/guilds/{guild_id}/commands'),
];

function routesFor(scope: CommandScope, pattern: string): readonly Route[] {
  const changed = ({ local }: Call): void => local.feed.tell({ type: 'commandsChanged' });
  return [
    {
      method: 'GET',
      pattern,
      auth: 'bot',
      handle: (call) => {
        check(call, scope);
        return { status: 200, body: call.local.commands.list(scope) };
      },
    },
    {
      method: 'PUT',
      pattern,
      auth: 'bot',
      handle: (call) => {
        check(call, scope);
        const commands = call.local.commands.replaceAll(scope, parseForm(CommandForms, call.body));
        changed(call);
        return { status: 200, body: commands };
      },
    },
    {
      method: 'POST',
      pattern,
      auth: 'bot',
      handle: (call) => {
        check(call, scope);
        const { command, isNew } = call.local.commands.save(scope, parseForm(CommandForm, call.body));
        changed(call);
        return { status: isNew ? 201 : 200, body: command };
      },
    },
    {
      method: 'DELETE',
      pattern: `${pattern}/{command_id}`,
      auth: 'bot',
      handle: (call) => {
        check(call, scope);
        call.local.commands.remove(scope, call.param('command_id'));
        changed(call);
        return { status: 204 };
      },
    },
  ];
}

function check({ param }: Call, scope: CommandScope): void {
  if (param('application_id') !== ids.application) throw refusals.unknownApplication();
  if (scope === 'guild' && param('guild_id') !== ids.guild) throw refusals.missingAccess();
}

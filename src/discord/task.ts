import type {
  AnySelectMenuInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  ModalSubmitInteraction,
} from 'discord.js';
import type { Services } from '../app/services.ts';
import { OraError } from '../domain/errors.ts';
import type { Access } from './access.ts';
import type { Answer } from './answer.ts';
import type { Audience, Button, Command, Deployment } from './command.ts';
import { parseCustomId } from './custom-id.ts';

/** An interaction of somebody in our guild that is answered with messages. */
export type GuildInteraction = ChatInputCommandInteraction<'cached'> | ComponentInteraction;

/** A click, a choice or a form: all say by a custom id which plug-in answers. */
type ComponentInteraction =
  | ButtonInteraction<'cached'>
  | AnySelectMenuInteraction<'cached'>
  | ModalSubmitInteraction<'cached'>;

/** What is to be done for one interaction, found but not yet allowed. */
interface Task {
  /** For the audit log: `/watch`, `card:enter`. */
  readonly action: string;
  readonly access: Access;
  readonly run: (answer: Answer) => Promise<void>;
}

export interface TaskFinder {
  /** @throws OraError `not_found` or `bad_input` when no plug-in answers to this. */
  find(interaction: GuildInteraction, now: number): Task;
  /** Null when there is no such command. */
  command(name: string): Command | null;
  /** Who sees what a command answers; a command that does not exist is answered to the person. */
  audienceOf(interaction: ChatInputCommandInteraction): Audience;
}

/** Finds commands by name; buttons, their menus and forms by the first part of their custom id. */
export function createTaskFinder(
  services: Services,
  deployment: Deployment,
  plugIns: { readonly commands: readonly Command[]; readonly buttons: readonly Button[] },
): TaskFinder {
  const commands = new Map(plugIns.commands.map((command) => [command.data.name, command]));
  const buttons = new Map(plugIns.buttons.map((button) => [button.name, button]));

  function findCommand(interaction: ChatInputCommandInteraction<'cached'>, now: number): Task {
    const command = commands.get(interaction.commandName);
    if (command === undefined) throw outOfDate('command');
    const action = `/${interaction.commandName}`;
    const run = (answer: Answer) => command.run({ services, deployment, now, interaction, answer });
    return { action, access: command.access, run };
  }

  function findButton(interaction: ComponentInteraction, now: number): Task {
    const { name, id } = parseCustomId(interaction.customId);
    const button = buttons.get(name);
    if (button === undefined) throw outOfDate('button');
    const run = (answer: Answer) => {
      const context = { services, deployment, now, answer, id };
      if (interaction.isModalSubmit()) {
        if (button.submit === undefined) throw outOfDate('form');
        return button.submit({ ...context, interaction });
      }
      if (interaction.isAnySelectMenu()) {
        if (button.choose === undefined) throw outOfDate('menu');
        return button.choose({ ...context, interaction, values: interaction.values });
      }
      if (button.click === undefined) throw outOfDate('button');
      return button.click({ ...context, interaction });
    };
    return { action: name, access: button.access, run };
  }

  return {
    find: (interaction, now) =>
      interaction.isChatInputCommand() ? findCommand(interaction, now) : findButton(interaction, now),
    command: (name) => commands.get(name) ?? null,
    audienceOf: ({ commandName, options }) => {
      const audience = commands.get(commandName)?.audience ?? 'person';
      return typeof audience === 'string' ? audience : audience(options.getSubcommand(false));
    },
  };
}

function outOfDate(what: 'command' | 'button' | 'menu' | 'form'): OraError {
  return new OraError(
    'not_found',
    `This ${what} is from another version of the bot. Reload Discord, or use a newer card.`,
  );
}

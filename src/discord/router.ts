import { randomUUID } from 'node:crypto';
import type { AutocompleteInteraction, Interaction } from 'discord.js';
import { auditRefusal } from '../app/audit/audit-refusal.ts';
import type { Services } from '../app/services.ts';
import { OraError } from '../domain/errors.ts';
import { mayUse, type Roles, refusalSentence, visitorOf } from './access.ts';
import { type Answer, type Answerable, createAnswer } from './answer.ts';
import type { Button, Command } from './command.ts';
import { isForgotten } from './errors.ts';
import { createTaskFinder, type GuildInteraction } from './task.ts';

export interface RouterOptions {
  readonly services: Services;
  /** The one guild this deployment serves. */
  readonly guildId: string;
  readonly roles: Roles;
  /** Said under cards whose prices are not live; null for the standard words. */
  readonly notice: string | null;
  readonly clock: () => number;
  readonly commands: readonly Command[];
  readonly buttons: readonly Button[];
  /** Acknowledge by ourselves when no answer came within this time, ms. */
  readonly deadlineMs?: number;
}

/** Discord's limit of suggestions under an option. */
const MAX_CHOICES = 25;

/** The one place where interactions arrive: finds who answers, admits or refuses, explains failures. Never rejects. */
export function createRouter(options: RouterOptions): (interaction: Interaction) => Promise<void> {
  const { services, guildId, roles, notice, clock, commands, deadlineMs = 1500 } = options;
  const { log } = services;
  const tasks = createTaskFinder(services, { notice, roles, commands }, options);

  async function handle(interaction: Answerable, answer: Answer): Promise<void> {
    const now = clock();
    const refuse = async (action: string, reason: string, sentence: string): Promise<void> => {
      // Kept before it is told, so that whoever hears of it finds it; told also when it cannot be kept.
      await auditRefusal(services, { at: now, userId: interaction.user.id, action, reason }).catch(
        (error: unknown) => log.error({ error, action }, 'refusal not kept'),
      );
      await answer.tell(sentence);
    };
    if (interaction.guildId !== guildId) {
      return refuse(
        nameOf(interaction),
        'another server',
        'This bot serves one server only, and this is not it.',
      );
    }
    if (!isInGuild(interaction)) {
      throw new OraError('unavailable', 'The bot is still connecting to this server. Try again in a minute.');
    }
    const task = tasks.find(interaction, now);
    if (task.access === 'everyone' || mayUse(task.access, roles, visitorOf(interaction))) {
      return task.run(answer);
    }
    return refuse(task.action, `lacks the ${task.access} role`, refusalSentence(task.access, roles));
  }

  /** What was foreseen is said as it is; anything else gets a number that the log repeats. */
  async function explain(interaction: Answerable, answer: Answer, error: unknown): Promise<void> {
    if (error instanceof OraError) return answer.tell(error.message);
    const id = randomUUID().slice(0, 8);
    log.error({ error, id, interactionId: interaction.id, name: nameOf(interaction) }, 'interaction failed');
    return answer.tell(`Something went wrong on our side. Tell an administrator the number ${id}.`);
  }

  async function respond(interaction: Answerable): Promise<void> {
    const audience = interaction.isChatInputCommand() ? tasks.audienceOf(interaction) : 'person';
    const answer = createAnswer(interaction, { audience, deadlineMs, log });
    try {
      await handle(interaction, answer).catch((error: unknown) => explain(interaction, answer, error));
    } finally {
      answer.close();
    }
  }

  async function suggest(interaction: AutocompleteInteraction): Promise<void> {
    const command = tasks.command(interaction.commandName);
    if (
      command?.autocomplete === undefined ||
      !interaction.inCachedGuild() ||
      interaction.guildId !== guildId
    )
      return;
    const admitted = mayUse(command.access, roles, visitorOf(interaction));
    const choices = admitted ? await command.autocomplete({ interaction, services, now: clock() }) : [];
    await interaction.respond(choices.slice(0, MAX_CHOICES));
  }

  return async (interaction) => {
    try {
      if (interaction.isAutocomplete()) await suggest(interaction);
      else if (isAnswerable(interaction)) await respond(interaction);
      else log.warn({ type: interaction.type }, 'interaction of a kind that nothing answers');
    } catch (error) {
      const level = isForgotten(error) ? 'warn' : 'error';
      log[level]({ error, interactionId: interaction.id }, 'interaction could not be answered');
    }
  };
}

function isAnswerable(interaction: Interaction): interaction is Answerable & Interaction {
  return (
    interaction.isChatInputCommand() ||
    interaction.isButton() ||
    interaction.isAnySelectMenu() ||
    interaction.isModalSubmit()
  );
}

function isInGuild(interaction: Answerable): interaction is GuildInteraction {
  return interaction.inCachedGuild();
}

function nameOf(interaction: Answerable): string {
  return interaction.isChatInputCommand() ? `/${interaction.commandName}` : String(interaction.customId);
}

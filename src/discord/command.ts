import type {
  AnySelectMenuInteraction,
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  ModalSubmitInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import type { Services } from '../app/services.ts';
import type { Access, Roles } from './access.ts';
import type { Answer } from './answer.ts';

/** Who sees the answer. */
export type Audience = 'person' | 'channel';

/** What every handler is given. */
interface Context {
  readonly services: Services;
  /** When the interaction arrived, epoch ms. */
  readonly now: number;
  readonly deployment: Deployment;
  /** The one way to answer; it acknowledges in time by itself. */
  readonly answer: Answer;
}

/** What handlers know of this deployment. */
export interface Deployment {
  /** Said under cards whose prices are not live; null for the standard words. */
  readonly notice: string | null;
  readonly roles: Roles;
  readonly commands: readonly Command[];
}

export interface CommandContext extends Context {
  readonly interaction: ChatInputCommandInteraction<'cached'>;
}

export interface AutocompleteContext extends Pick<Context, 'services' | 'now'> {
  readonly interaction: AutocompleteInteraction<'cached'>;
}

/** A suggestion under the option being typed. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** A slash command. A plug-in: one file under `commands/`, one line in its `all.ts`. */
export interface Command {
  readonly data: { readonly name: string; toJSON(): RESTPostAPIChatInputApplicationCommandsJSONBody };
  readonly access: Access;
  /** Whether the answer is for the person alone or for the channel; it may depend on the subcommand. */
  readonly audience: Audience | ((subcommand: string | null) => Audience);
  run(context: CommandContext): Promise<void>;
  /** At most 25 choices for the focused option. */
  autocomplete?(context: AutocompleteContext): Promise<readonly Choice[]>;
}

export interface ClickContext extends Context {
  readonly interaction: ButtonInteraction<'cached'>;
  /** The row the button is about. */
  readonly id: number;
}

export interface ChooseContext extends Context {
  readonly interaction: AnySelectMenuInteraction<'cached'>;
  /** The row the menu is about. */
  readonly id: number;
  /** What was chosen, as the person's client sent it: check it. */
  readonly values: readonly string[];
}

export interface SubmitContext extends Context {
  readonly interaction: ModalSubmitInteraction<'cached'>;
  readonly id: number;
}

/** A button with its form, or a menu. A plug-in: one file under `buttons/`, one line in its `all.ts`. */
export interface Button {
  /** First part of the `custom_id` of the button, menu and form, `card:enter`. */
  readonly name: string;
  readonly access: Access;
  click?(context: ClickContext): Promise<void>;
  choose?(context: ChooseContext): Promise<void>;
  submit?(context: SubmitContext): Promise<void>;
}

import {
  type AnySelectMenuInteraction,
  type BaseMessageOptions,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  MessageFlags,
  type ModalBuilder,
  type ModalSubmitInteraction,
} from 'discord.js';
import type { Logger } from '../app/ports.ts';
import { isForgotten } from './errors.ts';

/** An interaction that is answered with messages. */
export type Answerable =
  | ChatInputCommandInteraction
  | ButtonInteraction
  | AnySelectMenuInteraction
  | ModalSubmitInteraction;

/** What a message may hold. */
export type MessageView = Pick<BaseMessageOptions, 'content' | 'embeds' | 'components' | 'files'>;

/** Answers one interaction. Its methods run one after the other, whoever calls them. */
export interface Answer {
  /** Answers a command, visible to the command's audience; a second call replaces the first message. */
  send(view: MessageView): Promise<void>;
  /** A sentence that only the person sees, whatever was answered before. */
  tell(sentence: string): Promise<void>;
  /** As `tell`, with more than a sentence. */
  whisper(view: MessageView): Promise<void>;
  /** Replaces the message whose button or menu was used. False when Discord no longer accepts an answer. */
  update(view: MessageView): Promise<boolean>;
  /** Opens a form. Too late once the click had to be acknowledged: then the person is asked to click again. */
  openForm(form: ModalBuilder): Promise<void>;
}

export interface AnswerOptions {
  /** Who sees what `send` shows. */
  readonly audience: 'person' | 'channel';
  /** Acknowledge by ourselves when no answer came within this time, ms. Discord's own limit is 3000. */
  readonly deadlineMs: number;
  readonly log: Logger;
}

type State = 'open' | 'deferred' | 'answered' | 'lost';

/** Starts the clock of one interaction; the caller ends it with `close`. */
export function createAnswer(
  interaction: Answerable,
  { audience, deadlineMs, log }: AnswerOptions,
): Answer & { close(): void } {
  const isCommand = interaction.isChatInputCommand();
  const flags = audience === 'person' ? { flags: MessageFlags.Ephemeral as const } : {};
  let state: State = 'open';
  let queue: Promise<void> = Promise.resolve();

  /** Runs steps in order, and drops them once Discord has forgotten the interaction. */
  function inOrder(step: () => Promise<State>): Promise<void> {
    const done = queue.then(async () => {
      if (state === 'lost') return;
      try {
        state = await step();
      } catch (error) {
        if (!isForgotten(error)) throw error;
        state = 'lost';
        log.warn(
          { interactionId: interaction.id, code: error.code },
          'interaction was already answered or expired',
        );
      }
    });
    queue = done.catch(() => undefined);
    return done;
  }

  async function acknowledge(): Promise<State> {
    if (state !== 'open') return state;
    if (isCommand) await interaction.deferReply(flags);
    else await interaction.deferUpdate();
    return 'deferred';
  }

  async function tellApart(view: MessageView): Promise<State> {
    const message = { ...view, flags: MessageFlags.Ephemeral } as const;
    if (state === 'open') await interaction.reply(message);
    else if (state === 'deferred' && isCommand && audience === 'person') await interaction.editReply(view);
    else {
      if (state === 'deferred' && isCommand) await interaction.deleteReply();
      await interaction.followUp(message);
    }
    return 'answered';
  }

  const timer = setTimeout(() => {
    inOrder(acknowledge).catch((error: unknown) => log.error({ error }, 'late acknowledgement failed'));
  }, deadlineMs);

  return {
    send: (view) =>
      inOrder(async () => {
        if (state === 'open') await interaction.reply({ ...view, ...flags });
        else await interaction.editReply(view);
        return 'answered';
      }),
    tell: (sentence) => inOrder(() => tellApart({ content: sentence })),
    whisper: (view) => inOrder(() => tellApart(view)),
    async update(view) {
      await inOrder(async () => {
        if (isCommand || (interaction.isModalSubmit() && !interaction.isFromMessage())) {
          throw new Error('only a click on a message can update it');
        }
        if (state === 'open') await interaction.update(view);
        else await interaction.editReply(view);
        return 'answered';
      });
      return state !== 'lost';
    },
    openForm: (form) =>
      inOrder(async () => {
        if (interaction.isModalSubmit()) throw new Error('a form cannot answer a form');
        if (state !== 'open')
          return tellApart({ content: 'The form took too long to open. Please click again.' });
        await interaction.showModal(form);
        return 'answered';
      }),
    close: () => clearTimeout(timer),
  };
}

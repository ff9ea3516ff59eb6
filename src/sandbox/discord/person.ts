import { ActError } from './act-error.ts';
import type { Acts } from './acts.ts';
import { walkComponents } from './forms/layout.ts';
import type { Seen } from './interaction.ts';
import type { Local } from './local.ts';
import type { Person } from './seed.ts';
import type { UiAction, UiMessage, UiModal, UiOption } from './ui-protocol.ts';

/** A file is given by its name and what it holds. */
type Options = Readonly<Record<string, UiOption['value'] | { readonly name: string; readonly text: string }>>;
type Fields = Extract<UiAction, { type: 'modalSubmit' }>['fields'];
type MessageRef = Pick<UiMessage, 'id'>;

/**
 * Somebody using Discord. Each act promises what the person gets to see for it: a new message (a deferred one
 * once it is filled in), an updated one, a form, suggestions, or Discord's own error.
 * All throw ActError for what Discord's own client would not let a person do.
 */
export interface Actor {
  readonly id: string;
  /** The same person in another channel; commands go to the desk unless said otherwise. */
  readonly in: (channelId: string) => Actor;
  /** `button` is its custom id or its label. */
  readonly click: (message: MessageRef, button: string) => Promise<Seen>;
  readonly select: (message: MessageRef, customId: string, values: readonly string[]) => Promise<Seen>;
  /** `subcommand` may be `group sub`. */
  readonly command: (name: string, options?: Options, subcommand?: string) => Promise<Seen>;
  /** `focused` is the option being typed; its text so far is in `options`. */
  readonly autocomplete: (
    name: string,
    focused: string,
    options: Options,
    subcommand?: string,
  ) => Promise<Seen>;
  /** Fills in the form this person opened last; `fields` by the custom id of each input. */
  readonly submitModal: (fields: Fields) => Promise<Seen>;
  readonly dismiss: (message: MessageRef) => void;
}

/** Lets `person` act, in `channelId` where a command is typed. */
export function createActor(local: Local, acts: Acts, person: Person, channelId: string): Actor {
  const userId = person.user.id;
  let opened: UiModal | null = null;
  local.feed.listen((happening) => {
    if (happening.type === 'modalOpened' && happening.userId === userId) opened = happening.modal;
  });

  const actorIn = (where: string): Actor => ({
    id: userId,
    in: actorIn,
    click: async ({ id }, button) =>
      acts.click(userId, { messageId: id, customId: customIdOf(local, id, button) }).seen,
    select: async ({ id }, customId, values) => acts.select(userId, { messageId: id, customId, values }).seen,
    command: async (name, options = {}, subcommand) =>
      acts.command(userId, { channelId: where, name, options: toOptions(options), ...optional(subcommand) })
        .seen,
    autocomplete: async (name, focused, options, subcommand) =>
      acts.autocomplete(userId, {
        channelId: where,
        name,
        focused,
        options: toOptions(options),
        requestId: local.newId(),
        ...optional(subcommand),
      }).seen,
    submitModal: async (fields) => {
      if (!opened) throw new ActError(`No form is open for ${person.key}.`);
      const { interactionId, customId } = opened;
      opened = null;
      return acts.submitModal(userId, { interactionId, customId, fields }).seen;
    },
    dismiss: ({ id }) => acts.dismiss(userId, { messageId: id }),
  });
  return actorIn(channelId);
}

function customIdOf(local: Local, messageId: string, button: string): string {
  for (const { node } of walkComponents(local.messages.get(messageId)?.components ?? []))
    if (node.label === button && typeof node.custom_id === 'string') return node.custom_id;
  return button;
}

function toOptions(options: Options): readonly UiOption[] {
  return Object.entries(options).map(([name, value]) => {
    if (typeof value !== 'object') return { name, value };
    const file = { name: value.name, base64: Buffer.from(value.text).toString('base64') };
    return { name, value: value.name, file };
  });
}

function optional(subcommand: string | undefined): { readonly subcommand?: string } {
  return subcommand === undefined ? {} : { subcommand };
}
